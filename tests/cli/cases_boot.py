"""The boot forecast as the commands show it: who wins, who loses, and what can be mended (semantics.md, 1 and 4)."""

import os

from harness import case, rows
from program import DRIFT, IN_LINE
from trees import DROP_IN

FIN, MAX, TIME = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "net.ipv4.tcp_keepalive_time"
PROBES, COOKIES, STAMPS = "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_timestamps"
BACKLOG, SWAP = "net.ipv4.tcp_max_syn_backlog", "vm.swappiness"


def at_boot(host, key, *words):
    """'VALUE FILE:LINE' of the line that wins, 'unset' when none does; and the lines that lose."""
    host.profile(f"{key}: 77", "ask.yaml")
    boot = host.run("check", "-p", "ask.yaml", "--json", *words).parameter(key).get("boot", {})
    if boot.get("state") == "unset":
        return "unset", []
    shadowed = [f"{each.get('value')} {each['file']}:{each['line']}" for each in boot.get("shadowed", [])]
    return f"{boot.get('value')} {boot.get('from', {}).get('file')}:{boot.get('from', {}).get('line')}", shadowed


UP = {  # key, loader: who wins
    "same-name": (FIN, "systemd", "30 /etc/sysctl.d/50-tcp.conf:1"),
    "replaced-whole": (TIME, "systemd", "unset"),
    "run-over-usr": (MAX, "systemd", "16384 /run/sysctl.d/60-core.conf:1"),
    "local-over-usr": (SWAP, "systemd", "5 /usr/local/lib/sysctl.d/70-vm.conf:1"),
    "masked-by-link": (COOKIES, "systemd", "unset"),
    "masked-by-empty-file": (STAMPS, "systemd", "unset"),
    "hidden-systemd": (BACKLOG, "systemd", "unset"),
    "hidden-procps": (BACKLOG, "procps", "64 /etc/sysctl.d/.hidden.conf:1"),
    "twice-in-a-file": (PROBES, "systemd", "3 /etc/sysctl.d/85-twice.conf:2"),
    "twice-procps": (PROBES, "procps", "3 /etc/sysctl.d/85-twice.conf:2"),
    "masked-procps": (COOKIES, "procps", "unset"),
    "run-over-usr-procps": (MAX, "procps", "16384 /run/sysctl.d/60-core.conf:1"),
}


@rows(UP, tree="shadow-up")
def higher_folder_replaces(host, row):
    key, loader, wanted = row
    host.equal(key, at_boot(host, key, "--loader", loader)[0], wanted)


DOWN = {
    "later-name-wins": (FIN, "20 /usr/lib/sysctl.d/90-vendor.conf:1", ["30 /etc/sysctl.d/10-local.conf:1"]),
    "run-over-etc": (TIME, "600 /run/sysctl.d/50-run.conf:1", ["120 /etc/sysctl.d/10-local.conf:3"]),
    "three-files": (MAX, "4096 /usr/local/lib/sysctl.d/60-site.conf:1",
                    ["16384 /etc/sysctl.d/10-local.conf:2", "1 /usr/lib/sysctl.d/100-early.conf:1"]),
    "bytes-not-numbers": (COOKIES, "0 /usr/lib/sysctl.d/100-early.conf:2", []),
    "after-ours": (BACKLOG, "256 /usr/lib/sysctl.d/zz-vendor.conf:1", []),
}


@rows({f"{name}-{loader}": (row, loader) for name, row in DOWN.items() for loader in ("systemd", "procps")}, tree="shadow-down")
def lower_folder_wins_by_name(host, row):
    (key, winner, losers), loader = row
    found, shadowed = at_boot(host, key, "--loader", loader)
    host.equal("winner", found, winner)
    host.equal("losers", sorted(shadowed), sorted(losers))


@case("shadow-down")
def shadow_down_is_mended(host):
    """Lines that sort before our file are beaten by it; one that sorts after it cannot be, and is named."""
    host.profile(f"{FIN}: 30\n{MAX}: {{min: 8192}}\n{TIME}: 120\n{COOKIES}: 1\n{BACKLOG}: {{min: 1024}}")
    host.show("check", "-p", "web.yaml", exit=DRIFT)
    host.show("apply", "-p", "web.yaml", exit=DRIFT)
    host.show_changes()
    host.show("check", "-p", "web.yaml", "-v", exit=DRIFT)
    host.show("verify", exit=DRIFT)


@case()
def foreign_line_that_sorts_later(host):
    """/etc/sysctl.d/zz-admin.conf beats the drop-in: exit 2 and the place, again and again, and no file is touched."""
    host.write("/etc/sysctl.d/zz-admin.conf", f"# by hand\n\n{FIN} = 45\n")
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    first = host.run("apply", "-p", "web.yaml", exit=DRIFT)
    host.says(first, r"tcp_fin_timeout .*/etc/sysctl\.d/zz-admin\.conf:3", stream="out")
    host.equal("live", (host.live(FIN), host.live(SWAP)), ("30", "10"))
    host.equal("their file", host.read("/etc/sysctl.d/zz-admin.conf"), f"# by hand\n\n{FIN} = 45\n")
    host.equal("the other key", f"{SWAP} = 10" in host.lines(), True)
    before = host.snapshot()
    again = host.run("apply", "-p", "web.yaml", exit=DRIFT)
    host.says(again, r"tcp_fin_timeout .*/etc/sysctl\.d/zz-admin\.conf:3", stream="out")
    host.untouched(before, "a second apply")
    for command in ("check", "verify"):
        host.says(host.run(command, *(() if command == "verify" else ("-p", "web.yaml")), exit=DRIFT),
                  r"/etc/sysctl\.d/zz-admin\.conf:3", stream="out")
    boot = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT).parameter(FIN).get("boot", {})
    host.equal("boot", (boot.get("state"), boot.get("from")), ("differ", {"file": "/etc/sysctl.d/zz-admin.conf", "line": 3}))
    shadowed = [each["file"] for each in boot.get("shadowed", [])]
    host.equal("ours is among the losers, if it is written", DROP_IN in shadowed or f"{FIN} = 30" not in host.lines(), True)


@case("procps-only")
def main_file_is_read_last(host):
    """procps reads /etc/sysctl.conf after all: its lines are corrected in place, everything else goes into the drop-in."""
    host.profile(f"{FIN}: 30\n{MAX}: {{min: 8192}}\n{COOKIES}: 1\n{TIME}: 600")
    host.show("check", "-p", "web.yaml", exit=DRIFT)
    host.show("apply", "-p", "web.yaml", exit=IN_LINE)
    host.show_changes()
    host.equal("sysctl.conf", host.read("/etc/sysctl.conf"),
               f"# read last on this host\n{MAX} = 8192\n{FIN}=30\n{SWAP} = 10\n")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    before = host.snapshot()
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.untouched(before, "a second apply")


@case()
def alias_under_procps(host):
    """/etc/sysctl.d/99-sysctl.conf -> ../sysctl.conf: the real file is replaced in its own folder, never the link."""
    host.profile(f"{FIN}: 30")
    words = ("-p", "web.yaml", "--loader", "procps")
    edits = host.run("plan", *words, "--json", exit=DRIFT).steps("edit_line")
    host.equal("edit", [(each["key"], each["file"], each["line"], each["from"], each["to"]) for each in edits],
               [(FIN, "/etc/sysctl.conf", 24, "60", "30")])
    before = host.read("/etc/sysctl.conf")
    host.run("apply", *words, exit=IN_LINE)
    host.equal("sysctl.conf", host.read("/etc/sysctl.conf"), before.replace(f"{FIN} = 60", f"{FIN} = 30"))
    host.equal("link", os.readlink(host.path("/etc/sysctl.d/99-sysctl.conf")), "../sysctl.conf")
    host.equal("no link is made of the file", host.path("/etc/sysctl.conf").is_symlink(), False)
    host.equal("only these in sysctl.d", sorted(os.listdir(host.path("/etc/sysctl.d"))),
               ["99-sysctl.conf", "99-zz-holdfast.conf", "README.sysctl"][(0 if host.read(DROP_IN) else 0):]
               if host.read(DROP_IN) else ["99-sysctl.conf", "README.sysctl"])
    host.run("check", *words, exit=IN_LINE)
    boot = host.run("check", "-p", "web.yaml", "--json", "--loader", "systemd").parameter(FIN).get("boot", {})
    host.equal("and for the other loader", boot.get("value"), "30")


@case()
def alias_that_sorts_last(host):
    """An alias after our file makes the main file win under systemd as well."""
    host.link("/etc/sysctl.d/99-zzz-sysctl.conf", "../sysctl.conf")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("line 24", host.read("/etc/sysctl.conf").splitlines()[23], f"{FIN} = 30")
    host.equal("link", os.readlink(host.path("/etc/sysctl.d/99-zzz-sysctl.conf")), "../sysctl.conf")
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case()
def main_file_is_a_link(host):
    """/etc/sysctl.conf itself may be a link (config management does that): its target is replaced, the link stays."""
    text = host.read("/etc/sysctl.conf")
    host.write("/srv/config/sysctl.conf", text)
    host.link("/etc/sysctl.conf", "../srv/config/sysctl.conf")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", "--loader", "procps", exit=IN_LINE)
    host.equal("link", os.readlink(host.path("/etc/sysctl.conf")), "../srv/config/sysctl.conf")
    host.equal("target", host.read("/srv/config/sysctl.conf"), text.replace(f"{FIN} = 60", f"{FIN} = 30"))


@case()
def links_cannot_leave_the_tree(host):
    """A link of the tree with an absolute target or many `..` is the host's, not the builder's."""
    outside = host.folder / "outside"
    outside.mkdir()
    (outside / "x.conf").write_text(f"{FIN} = 99\n")
    host.link("/etc/sysctl.d/50-abs.conf", str(outside / "x.conf"))
    host.link("/etc/sysctl.d/51-up.conf", "../../../outside/x.conf")
    host.equal("who wins", at_boot(host, FIN)[0], "60 /etc/sysctl.d/99-sysctl.conf:24")
    host.remove("/etc/sysctl.conf")
    host.link("/etc/sysctl.conf", str(outside / "x.conf"))
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", "--loader", "procps")
    host.equal("outside", (outside / "x.conf").read_text(), f"{FIN} = 99\n")
    host.equal("outside has one file", os.listdir(outside), ["x.conf"])


@case()
def loader_is_chosen_by_the_host(host):
    def found(*words):
        return host.run("check", "-p", host.profile(f"{FIN}: 60"), "--json", *words).document["loader"]

    host.equal("init is systemd", found(), "systemd")
    host.equal("told", (found("--loader", "procps"), found("--loader", "procps:3"), found("--loader", "procps:4.0.5")), ("procps",) * 3)
    host.link("/etc/systemd/system/systemd-sysctl.service", "/dev/null")
    host.equal("its service is masked", found(), "procps")
    host.remove("/etc/systemd/system/systemd-sysctl.service")
    host.link("/usr/sbin/init", "/lib/sysvinit/init")
    host.equal("another init", found(), "procps")
    host.write("/run/systemd/system/x", "")
    host.equal("but systemd runs", found(), "systemd")


@case("debian13")
def vendor_wildcard_and_exclusion(host):
    """Debian 13: systemd's own wildcard with an exclusion; the explicit line for default wins over it."""
    rp = "net.ipv4.conf.{}.rp_filter"
    host.equal("default", at_boot(host, rp.format("default"))[0], "2 /usr/lib/sysctl.d/50-default.conf:2")
    host.equal("eth0", at_boot(host, rp.format("eth0"))[0], "2 /usr/lib/sysctl.d/50-default.conf:3")
    host.equal("all", at_boot(host, rp.format("all"))[0], "unset")
    host.equal("nothing of /etc", at_boot(host, FIN)[0], "unset")
    host.profile(f"{FIN}: 30\n{rp.format('*')}: {{one_of: [2, 1], except: [all]}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("no /etc/sysctl.conf is made", host.path("/etc/sysctl.conf").exists(), False)
    host.equal("their wildcard is enough", host.lines(), [f"{FIN} = 30"])


@case()
def drop_in_by_somebody_else(host):
    """A file of our name in a lower folder is replaced whole by ours; one in /etc is ours, whatever it says."""
    host.write("/usr/lib/sysctl.d/99-zz-holdfast.conf", f"{SWAP} = 99\n")
    host.write(DROP_IN, f"# old\n{FIN} = 15\n{MAX} = 1\n")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in", host.lines(), [f"{FIN} = 30"])
    host.equal("theirs", host.read("/usr/lib/sysctl.d/99-zz-holdfast.conf"), f"{SWAP} = 99\n")
    host.equal("no longer set", at_boot(host, MAX)[0], "unset")


@case()
def drop_in_is_a_link_to_the_main_file(host):
    """"/etc/sysctl.conf: never replaced as a whole", not even when somebody has linked our name to it."""
    text = host.read("/etc/sysctl.conf")
    host.link(DROP_IN, "../sysctl.conf")
    host.profile(f"{MAX}: {{min: 8192}}")
    host.run("apply", "-p", "web.yaml", exit=(0, 1, 2))
    for line in text.splitlines():
        if line not in host.read("/etc/sysctl.conf").splitlines():
            host.fault(f"/etc/sysctl.conf has lost the line {line!r}")
            break


@case()
def leftover_that_cannot_be_loaded(host):
    """"A foreign line that cannot be loaded (a leftover tcp_tw_recycle) ... never makes our own keys fail."""
    host.write("/etc/sysctl.d/20-old.conf", "net.ipv4.tcp_tw_recycle = 1\nno equals sign\n= 5\nnet.ipv4..x = 1\n../../x = 1\n")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case("container")
def merely_ignored_failures(host):
    """`-key = value` sets like any other line where the key is there."""
    host.write("/etc/sysctl.d/20-own.conf", f"-{MAX} = 9999\n")
    host.equal("procps", at_boot(host, MAX)[0], "9999 /etc/sysctl.d/20-own.conf:1")
    host.equal("systemd", at_boot(host, MAX, "--loader", "systemd")[0], "9999 /etc/sysctl.d/20-own.conf:1")
