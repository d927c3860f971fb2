"""Bad input, the sysctl files of the host (issue 2, 10): they are others', so they are read as the loaders read them."""

import os

from harness import NOBODY, case, rows
from program import DENIED, DRIFT, IN_LINE, WORK

FIN, SWAP = "net.ipv4.tcp_fin_timeout", "vm.swappiness"
ODD = "/etc/sysctl.d/99-sysctl.conf"  # the file that decides on debian12, in the place of its link


def noise(length):
    """The same bytes each time, and all of them."""
    state, out = 12345, bytearray()
    for _ in range(length):
        state = (state * 1103515245 + 12345) & 0x7fffffff
        out.append(state >> 16 & 255)
    return bytes(out)


LINE = f"{FIN} = 30\n".encode()
# name: (bytes, what the next boot sets by systemd, by procps)
CONTENTS = {
    "crlf": (LINE.replace(b"\n", b"\r\n"), "30", "30"),
    "no-last-newline": (LINE[:-1], "30", "30"),
    "only-cr": (LINE.replace(b"\n", b"\r"), "30", "30"),
    "byte-order-mark": (b"\xef\xbb\xbf" + LINE, None, None),
    "byte-order-mark-then-more": (b"\xef\xbb\xbf# x\n" + LINE, "30", "30"),
    "noise-before": (noise(5000).replace(b"\n", b"") + b"\n" + LINE, "30", "30"),
    "noise-after": (LINE + noise(5000).replace(b"\n", b"\n#"), "30", "30"),
    "empty": (b"", None, None),
    "only-newlines": (b"\n" * 1000, None, None),
    "remark": (f"{FIN} = 30 # seconds\n".encode(), "30 # seconds", "30 # seconds"),
    "equals-in-value": (f"{FIN} = 30 = 40\n".encode(), "30 = 40", "30 = 40"),
    "empty-value": (f"{FIN} =\n".encode(), None, None),  # EINVAL for an integer
    "slash-first": (f"/{FIN} = 30\n".replace(".", "/").encode(), "30", "30"),
    "dash-and-blank": (f"- {FIN} = 30\n".encode(), "30", None),
    "million-lines": (b"# x\n" * 250000 + LINE, "30", "30"),
    "thousands-of-keys": (b"".join(b"a.b%d = 1\n" % i for i in range(20000)) + LINE, "30", "30"),
    "ten-mebibytes-of-comment": (b"#" + b"x" * (10 << 20) + b"\n" + LINE, None, "30"),  # systemd gives up on the file
    "ten-mebibytes-of-value": (b"a.b = " + b"x" * (10 << 20) + b"\n" + LINE, None, "30"),
    "ten-mebibytes-of-key": (b"x" * (10 << 20) + b" = 1\n" + LINE, None, "30"),
    "ten-mebibytes-later": (LINE + b"x" * (10 << 20) + b"\n", "30", "30"),
}


def only_file(host, data):
    """A file in the place of the link, and no main file."""
    host.remove(ODD)
    host.remove("/etc/sysctl.conf")
    host.write(ODD, data)


def boot_of(host, loader):
    host.profile(f"{FIN}: 77", "ask.yaml")
    found = host.run("check", "-p", "ask.yaml", "--json", "--loader", loader, exit=DRIFT).parameter(FIN)
    boot = found.get("boot", {})
    return None if boot.get("state") == "unset" else boot.get("value")


@rows(CONTENTS)
def contents(host, row):
    """What stands in it is read as the loader reads it, and an apply makes all of it right without touching it."""
    data, systemd, procps = row
    only_file(host, data)
    host.equal("by systemd", boot_of(host, "systemd"), systemd)
    host.equal("by procps", boot_of(host, "procps"), procps)
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    for loader in ("systemd", "procps"):
        host.run("apply", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
        host.run("check", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
    host.equal("their file", host.path(ODD).read_bytes() == data, True)


NULS = {
    "value": f"{FIN} = 3\x000\n",
    "key": f"{FIN[:9]}\x00{FIN[9:]} = 30\n",
    "line": f"\x00\n{FIN} = 30\n",
    "after": f"{FIN} = 30\n\x00\x00",
    "value-end": f"{FIN} = 30\x00\n",
    "before-newline": f"# x\x00\n{FIN} = 30\n",
}


@rows(NULS)
def nul_bytes(host, text):
    """Whatever a loader makes of a NUL: no crash, and an apply mends what is off."""
    only_file(host, text)
    host.profile(f"{FIN}: 31")
    for loader in ("systemd", "procps"):
        for command in ("check", "plan"):
            host.run(command, "-p", "web.yaml", "--loader", loader, "--json", exit=DRIFT)
        host.run("apply", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
        host.run("check", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
        host.remove("/etc/sysctl.d/99-zz-holdfast.conf")
        host.set_live(FIN, "60")
    host.equal("their file", host.read(ODD), text)


@rows({loader: loader for loader in ("systemd", "procps")})
def nul_in_the_main_file(host, loader):
    """A line is corrected in a file that has NUL bytes elsewhere; they stay."""
    before = b"# a\x00b\n\x00\n" + f"{FIN} = 60\n".encode() + b"# c\x00\x00"
    host.write("/etc/sysctl.conf", before)
    host.link("/etc/sysctl.d/99-zzz.conf", "../sysctl.conf")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
    host.equal("sysctl.conf", host.path("/etc/sysctl.conf").read_bytes(), before.replace(b"60", b"30"))


KINDS = {
    "folder": lambda host, name: host.remove(name).mkdir(),
    "fifo": lambda host, name: host.fifo(name),
    "dangling": lambda host, name: host.link(name, "nowhere.conf"),
    "dangling-absolute": lambda host, name: host.link(name, "/no/where.conf"),
    "loop": lambda host, name: host.link(name, os.path.basename(name)),
    "device": lambda host, name: host.link(name, "/dev/zero"),
}


@rows(KINDS)
def odd_name_in_sysctl_d(host, make):
    """It is said, it masks a file of its name in a lower folder, it stops nothing, and nobody waits for it."""
    name = "/etc/sysctl.d/50-odd.conf"
    host.write("/usr/lib/sysctl.d/50-odd.conf", f"{SWAP} = 77\n")
    make(host, name)
    before = host.snapshot()[name[1:]]
    host.remove("/etc/sysctl.conf")
    host.profile(f"{SWAP}: {{min: 10, max: 60}}\n{FIN}: 30")
    for loader in ("systemd", "procps"):
        result = host.run("check", "-p", "web.yaml", "--json", "--loader", loader, exit=DRIFT)
        host.equal(f"{loader}: the lower file", result.parameter(SWAP).get("boot", {}).get("state"), "unset")
        if make is not KINDS["device"]:
            host.says(result, r"50-odd\.conf")
        host.run("apply", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
        host.run("check", "-p", "web.yaml", "--loader", loader, exit=IN_LINE)
        host.remove("/etc/sysctl.d/99-zz-holdfast.conf")
    host.equal("it is what it was", host.snapshot()[name[1:]], before)


@rows(KINDS)
def odd_main_file(host, make):
    """/etc/sysctl.conf that is no file: procps reads it "if a regular file after following links", else not at all."""
    make(host, "/etc/sysctl.conf")
    host.remove("/etc/sysctl.d/99-sysctl.conf")
    host.profile(f"{FIN}: 30")
    host.run("check", "-p", "web.yaml", "--loader", "procps", exit=DRIFT)
    host.run("apply", "-p", "web.yaml", "--loader", "procps", exit=IN_LINE)
    host.equal("drop-in", host.lines(), [f"{FIN} = 30"])


@case(needs_root=True)
def unreadable_sysctl_file(host):
    """Without it no forecast is true: what may be seen is shown, the file is named, and the exit is that of a missing permission."""
    host.write("/etc/sysctl.d/20-secret.conf", f"{FIN} = 5\n", 0o600)
    host.profile(f"{FIN}: 30")
    for command in ("check", "plan"):
        result = host.run(command, "-p", "web.yaml", user=NOBODY, exit=DENIED)
        host.says(result, r"20-secret\.conf: warning: Permission denied; what it sets at boot is not known to this user")
        host.says(result, rf"{FIN} +(30 +)?60", stream="out")
    result = host.run("check", "-p", "web.yaml", "--json", user=NOBODY, exit=DENIED)
    host.equal("live", result.parameter(FIN)["live"]["state"], "differ")
    host.equal("verdict", (result.document["verdict"], result.document["run"]["errors"]),
               ("error", ["not all sysctl files may be read by this user"]))
    host.profile(f"{FIN}: 60", "in-line.yaml")
    host.run("check", "-p", "in-line.yaml", exit=IN_LINE)
    result = host.run("check", "-p", "in-line.yaml", "--json", user=NOBODY, exit=DENIED)
    host.equal("in line as far as is seen", result.document["verdict"], "error")
    host.path("/etc/sysctl.d/20-secret.conf").chmod(0o644)
    host.path("/etc/sysctl.d").chmod(0o700)
    host.says(host.run("check", "-p", "web.yaml", user=NOBODY, exit=DENIED), r"/etc/sysctl\.d: warning: Permission denied")
    host.path("/etc/sysctl.d").chmod(0o755)
    host.run("check", "-p", "web.yaml", user=NOBODY, exit=DRIFT)
    # Who would change something must know all of it.
    host.path("/etc/sysctl.d/20-secret.conf").chmod(0o600)
    host.says(host.run("apply", "-p", "web.yaml", user=NOBODY, exit=DENIED), "nothing was changed|Permission denied")
    host.run("check", "-p", "web.yaml", exit=DRIFT)


@case()
def very_many_files(host):
    for i in range(2000):
        host.write(f"/etc/sysctl.d/{i:04}.conf", f"{SWAP} = {i % 100}\n")
    host.profile(f"{SWAP}: 10")
    document = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT)
    host.equal("shadowed", len(document.parameter(SWAP).get("boot", {}).get("shadowed", [])), 2000)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)


@case()
def odd_file_names(host):
    """Names with blanks, quotes, line breaks and bytes that are no UTF-8."""
    for name in ("a b.conf", "'.conf", "a\nb.conf", "$(x).conf", ".conf", "-rf.conf", "é.conf"):
        host.write(f"/etc/sysctl.d/{name}", f"{SWAP} = 20\n")
    host.profile(f"{SWAP}: 10")
    for words in (("check",), ("check", "-v"), ("check", "--json"), ("plan", "--json"), ("plan", "-o", "plan.json")):
        host.run(*words, "-p", "web.yaml", exit=DRIFT)
    # They sort after our file (bytes), so no apply can win, and each says so.
    host.says(host.run("apply", "-p", "web.yaml", exit=DRIFT), r"etc/sysctl\.d/", stream="out")
    host.run("plan", "-p", "web.yaml", "-o", "plan.json", exit=DRIFT)
    host.run("apply", "plan.json", exit=DRIFT)


@case()
def name_that_is_no_utf8(host):
    """A plan is JSON, and still names such a file so that it can be carried out."""
    with open(os.fsencode(host.path("/etc/sysctl.d")) + b"/20-\xff\xfe.conf", "wb") as file:
        file.write(f"{SWAP} = 21\n".encode())
    host.profile(f"{SWAP}: 10")
    for words in (("check",), ("check", "--json"), ("plan", "-o", "plan.json")):
        host.run(*words, "-p", "web.yaml", exit=DRIFT)
    host.run("apply", "plan.json", exit=IN_LINE)
