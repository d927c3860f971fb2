"""persist: {target: sysctl.conf}: everything in /etc/sysctl.conf, as the how-to did (interface.md; semantics.md, 4)."""

import os
import re

from harness import case, rows
from program import DRIFT, IN_LINE, INVALID, WORK
from trees import DROP_IN

MAIN, AGENT = "/etc/sysctl.conf", "/etc/holdfast/agent.yaml"
FIN, MAX, SWAP = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "vm.swappiness"


def into_main(host, parameters):
    host.write(AGENT, "persist: {target: sysctl.conf}\n")
    host.profile(parameters)


def apply_twice(host, *words):
    """Applies, then once more: the second touches nothing. Returns the bytes of the main file."""
    host.run("apply", "-p", "web.yaml", *words, exit=IN_LINE)
    host.run("check", "-p", "web.yaml", *words, exit=IN_LINE)
    before = host.snapshot()
    host.run("apply", "-p", "web.yaml", *words, exit=IN_LINE)
    host.untouched(before, "a second apply")
    return host.path(MAIN).read_bytes()


SECRET = "11112222-33334444-55556666-77778888"
KEY = "net.ipv4.tcp_fastopen_key"
# name: (agent.yaml, the file)
TARGETS = {"drop-in": ("{}\n", DROP_IN), "main": ("persist: {target: sysctl.conf}\n", MAIN)}


@rows(TARGETS)
def nobody_else_reads_a_file_that_tells_a_secret(host, row):
    """Also one that was there, for all to read; and it is so again when the secret is taken back."""
    settings, path = row
    host.write(AGENT, settings)
    host.set_live(KEY, "0-0-0-0")
    mode = lambda: host.path(path).stat().st_mode & 0o777
    host.profile(f"{FIN}: 31")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    os.chmod(host.path(path), 0o664)
    host.profile(f"{FIN}: 31\n{KEY}: {{value: {SECRET}, accept_hazard: true}}")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("with the secret", (mode(), SECRET in host.read(path)), (0o600, True))
    host.profile(f"{FIN}: 32\n{KEY}: {{value: {SECRET}, accept_hazard: true}}")
    os.chmod(host.path(path), 0o644)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    ours = 0o600 if path == DROP_IN else 0o644      # who opens the other one has chosen
    host.equal("of an earlier apply", (mode(), SECRET in host.read(path)), (ours, True))
    host.run("rollback", exit=IN_LINE)
    host.equal("taken back by one", (mode(), SECRET in host.read(path)), (ours, True))
    os.chmod(host.path(path), 0o600)
    host.run("rollback")
    host.equal("taken back", (mode(), SECRET in host.read(path)), (0o664, False))


# Only existing lines are needed here. name: (before, after); the profile wants fin_timeout 30 and somaxconn >= 8192.
EDITS = {
    "plain": (f"{FIN} = 60\n{MAX} = 128\n", f"{FIN} = 30\n{MAX} = 8192\n"),
    "no-blanks": (f"{FIN}=60\n{MAX}=128\n", f"{FIN}=30\n{MAX}=8192\n"),
    "odd-blanks": (f"  \t{FIN}\t =   60  \t\n\t{MAX}=128\t\n", f"  \t{FIN}\t =   30  \t\n\t{MAX}=8192\t\n"),
    "crlf": (f"# a\r\n{FIN} = 60\r\n\r\n{MAX} = 128\r\n# b\r\n", f"# a\r\n{FIN} = 30\r\n\r\n{MAX} = 8192\r\n# b\r\n"),
    "mixed-line-ends": (f"# a\r\n{FIN} = 60\n{MAX} = 128\r\n", f"# a\r\n{FIN} = 30\n{MAX} = 8192\r\n"),
    "comments-and-order": (f"; z\n#{FIN} = 1\n{MAX} = 128\n\n\n   # in\n{FIN} = 60\n{SWAP} = 5\n\n",
                           f"; z\n#{FIN} = 1\n{MAX} = 8192\n\n\n   # in\n{FIN} = 30\n{SWAP} = 5\n\n"),
    "slashes": (f"net/ipv4/tcp_fin_timeout = 60\nnet/core/somaxconn=128\n", f"net/ipv4/tcp_fin_timeout = 30\nnet/core/somaxconn=8192\n"),
    "only-the-winner": (f"{FIN} = 10\n{FIN} = 20\n{MAX} = 1\n{FIN} = 60\n{MAX} = 128\n",
                        f"{FIN} = 10\n{FIN} = 20\n{MAX} = 1\n{FIN} = 30\n{MAX} = 8192\n"),
    "remark": (f"{FIN} = 60 # seconds\n{MAX} = 128\t; more\n", f"{FIN} = 30 # seconds\n{MAX} = 8192\t; more\n"),
    "dash": (f"-{FIN} = 60\n-{MAX}=128\n", f"-{FIN} = 30\n-{MAX}=8192\n"),
    "no-last-newline": (f"{MAX} = 128\n{FIN} = 60", f"{MAX} = 8192\n{FIN} = 30"),
    "one-is-right": (f"{FIN} = 0x1e\n{MAX} = 128\n", f"{FIN} = 0x1e\n{MAX} = 8192\n"),
    "latin-1": (b"# caf\xe9\n" + f"{FIN} = 60\n{MAX} = 128\n".encode(), b"# caf\xe9\n" + f"{FIN} = 30\n{MAX} = 8192\n".encode()),
    "longer-and-shorter": (f"{FIN} = 0000000000000000000060\n{MAX} = 1\nx = y\n", f"{FIN} = 30\n{MAX} = 8192\nx = y\n"),
    "foreign-nonsense": (f"this is no line\n= 5\n{FIN} = 60\n[section]\n{MAX} = 128\n",
                         f"this is no line\n= 5\n{FIN} = 30\n[section]\n{MAX} = 8192\n"),
}


@rows(EDITS, tree="procps-only")
def edits_in_place(host, row):
    """Only the value of the line that wins moves; all other bytes stay, and no block is added."""
    before, after = (each if isinstance(each, bytes) else each.encode() for each in row)
    into_main(host, f"{FIN}: 30\n{MAX}: {{min: 8192}}")
    host.write(MAIN, before)
    host.equal("sysctl.conf", apply_twice(host), after)
    host.equal("no drop-in", host.path(DROP_IN).exists(), False)


@rows(EDITS)
def edits_in_place_by_systemd(host, row):
    """The same through the link /etc/sysctl.d/99-sysctl.conf."""
    before, after = (each if isinstance(each, bytes) else each.encode() for each in row)
    into_main(host, f"{FIN}: 30\n{MAX}: {{min: 8192}}")
    host.write(MAIN, before)
    host.equal("sysctl.conf", apply_twice(host), after)
    host.equal("link", os.readlink(host.path("/etc/sysctl.d/99-sysctl.conf")), "../sysctl.conf")
    host.equal("no drop-in", host.path(DROP_IN).exists(), False)


@case("procps-only")
def missing_keys_in_a_block(host):
    """Existing lines in place, missing keys in a marked block at the end."""
    into_main(host, f'{FIN}: 30\nnet.ipv4.tcp_keepalive_time: {{value: 600, why: "Because."}}\n'
                    'net.ipv4.conf.*.rp_filter: {value: 1, except: [lo]}\nnet.netfilter.nf_conntrack_max: {min: 65536}')
    host.show("plan", "-p", "web.yaml", exit=DRIFT)
    host.show("apply", "-p", "web.yaml", exit=3)
    host.show_changes()
    host.equal("no drop-in", host.path(DROP_IN).exists(), False)
    text = host.read(MAIN)
    head = f"# read last on this host\n{MAX} = 1024\n{FIN}=30\n{SWAP} = 10\n"
    host.equal("the lines before the block", text[:len(head)], head)
    block = text[len(head):]
    host.equal("lines of the block", sorted(line for line in block.splitlines() if line and line[0] != "#"),
               sorted(["net.ipv4.tcp_keepalive_time = 600", "net.ipv4.conf.*.rp_filter = 1", "-net.ipv4.conf.lo.rp_filter",
                       "net.netfilter.nf_conntrack_max = 65536"]))
    marks = [line for line in block.splitlines() if re.search("holdfast", line, re.IGNORECASE)]
    host.equal("marked at both ends", (block.lstrip("\n").splitlines()[0] in marks, block.splitlines()[-1] in marks), (True, True))
    before = host.snapshot()
    host.run("apply", "-p", "web.yaml", exit=3)
    host.untouched(before, "a second apply")


# What stands before the block: name: (before, what the file must begin with afterwards)
STARTS = {
    "no-last-newline": (b"# a\nvm.x = 1", b"# a\nvm.x = 1\n"),
    "empty": (b"", b""),
    "only-a-newline": (b"\n", b"\n"),
    "crlf": (b"# a\r\nvm.x = 1\r\n", b"# a\r\nvm.x = 1\r\n"),
    "blank-lines": (b"vm.x = 1\n\n\n", b"vm.x = 1\n\n\n"),
    "binary": (b"\x00\x01\xff\n\x00", b"\x00\x01\xff\n\x00\n"),
}


@rows(STARTS, tree="procps-only")
def block_after(host, row):
    before, start = row
    into_main(host, f"{FIN}: 30")
    host.write(MAIN, before)
    text = apply_twice(host)
    host.equal("begins as before", text[:len(start)], start)
    host.equal("line", text.replace(b"\r\n", b"\n").count(f"\n{FIN} = 30\n".encode()) + text.startswith(f"{FIN} = 30".encode()), 1)


@case("procps-only")
def file_is_made(host):
    """No /etc/sysctl.conf yet: it is made, with the mode of a common file."""
    host.remove(MAIN)
    into_main(host, f"{FIN}: 30")
    apply_twice(host)
    host.equal("lines", host.lines(MAIN), [f"{FIN} = 30"])
    host.equal("mode", host.path(MAIN).stat().st_mode & 0o777, 0o644)


@case("procps-only")
def block_follows_the_profile(host):
    """The block is replaced as a whole; what is added behind it by hand stays."""
    into_main(host, f"{FIN}: 30\nnet.ipv4.tcp_keepalive_time: 600\nnet.ipv4.tcp_keepalive_intvl: 20")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    with open(host.path(MAIN), "a", encoding="ascii") as file:
        file.write("# behind\nvm.behind = 1\n")
    host.profile(f"{FIN}: 30\nnet.ipv4.tcp_keepalive_time: 700")
    text = apply_twice(host).decode()
    host.equal("lines", sorted(host.lines(MAIN)), sorted([f"{MAX} = 1024", f"{FIN}=30", f"{SWAP} = 10", "vm.behind = 1",
                                                         "net.ipv4.tcp_keepalive_time = 700"]))
    host.equal("remark", "# behind\n" in text, True)
    host.equal("one block", len(re.findall("(?m)^## (?:begin|end) holdfast", text)), 2)


@case("procps-only")
def target_changes_there_and_back(host):
    """What one target held is gone from it when the other has it, and sysctl.conf is as it was but for edited values."""
    first = host.read(MAIN)
    host.profile("net.ipv4.tcp_keepalive_time: 600")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in", host.lines(), ["net.ipv4.tcp_keepalive_time = 600"])
    into_main(host, "net.ipv4.tcp_keepalive_time: 600")
    apply_twice(host)
    host.equal("drop-in says nothing", host.lines() or [], [])
    host.equal("sysctl.conf", "net.ipv4.tcp_keepalive_time = 600" in host.lines(MAIN), True)
    host.remove(AGENT)
    apply_twice(host)
    host.equal("drop-in again", host.lines(), ["net.ipv4.tcp_keepalive_time = 600"])
    host.equal("sysctl.conf as it was", host.read(MAIN), first)


@case("procps-only", needs_root=True)
def owner_mode_and_attributes_stay(host):
    """"Keep owner, mode and extended attributes (SELinux label)"."""
    path = host.path(MAIN)
    os.chown(path, 12, 34)
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.note", b"kept")
        label = True
    except OSError:
        label = False  # this file system has none
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    status = path.stat()
    host.equal("owner, mode", (status.st_uid, status.st_gid, status.st_mode & 0o7777), (12, 34, 0o640))
    host.equal("it was replaced", f"{FIN}=30" in host.read(MAIN), True)
    host.equal("attribute", os.getxattr(path, "user.note") if label else b"kept", b"kept")
    host.equal("drop-in's mode", [host.path(name).stat().st_mode & 0o777 for name in (DROP_IN,) if host.path(name).exists()] in ([], [0o644]), True)


@case("debian13")
def main_file_that_nobody_reads(host):
    """systemd without the link reads no /etc/sysctl.conf: persisting there would persist nothing, so it is refused."""
    into_main(host, f"{FIN}: 30")
    before = host.snapshot()
    for command in ("plan", "apply"):
        result = host.run(command, "-p", "web.yaml", exit=(WORK, INVALID))
        host.says(result, r"agent\.yaml", r"sysctl\.conf", "drop-in")
    host.equal("live", host.live(FIN), "60")
    host.equal("nothing is made", [name for name in host.snapshot() if name not in before and not name.startswith("run")], [])


@case("procps-only")
def main_file_is_odd(host):
    """A FIFO, a folder or a loop in the place of the main file: a clear error, no hang, nothing lost."""
    into_main(host, f"{FIN}: 30")
    for make in (lambda: host.fifo(MAIN), lambda: host.remove(MAIN).mkdir(), lambda: host.link(MAIN, "sysctl.conf")):
        make()
        before = host.snapshot()[MAIN[1:]]
        result = host.run("apply", "-p", "web.yaml", exit=(WORK, DRIFT))
        host.says(result, r"sysctl\.conf")
        host.equal("it is what it was", host.snapshot()[MAIN[1:]][:2], before[:2])


@case("procps-only")
def foreign_drop_ins_lose_against_the_main_file(host):
    """procps reads the main file last, so a line in its block beats every drop-in."""
    host.write("/etc/sysctl.d/zz-admin.conf", "net.ipv4.tcp_keepalive_time = 5\n")
    into_main(host, "net.ipv4.tcp_keepalive_time: 600")
    apply_twice(host)
    host.equal("line", "net.ipv4.tcp_keepalive_time = 600" in host.lines(MAIN), True)


@case("procps-only")
def reason_cannot_end_the_block(host):
    """A `why` that reads like the block's last line is still only a remark."""
    last = [line for line in block_marks(host) if "END" in line.upper()][-1]
    into_main(host, f"net.ipv4.tcp_keepalive_time: {{value: 600, why: \"{last.lstrip('# ')}\"}}\nnet.ipv4.tcp_keepalive_intvl: 20")
    apply_twice(host)
    host.profile("net.ipv4.tcp_keepalive_intvl: 25")
    apply_twice(host)
    host.equal("lines", sorted(host.lines(MAIN)), sorted([f"{MAX} = 1024", f"{FIN}=60", f"{SWAP} = 10", "net.ipv4.tcp_keepalive_intvl = 25"]))


@case("procps-only")
def block_without_its_end(host):
    """Somebody has deleted the block's last line: nothing of theirs is lost, and the file does not grow with each apply."""
    marks = block_marks(host)
    host.write(MAIN, host.read(MAIN) + marks[0] + "\nnet.ipv4.tcp_keepalive_intvl = 20\nvm.theirs = 1\n")
    into_main(host, "net.ipv4.tcp_keepalive_intvl: 25")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    length = len(host.read(MAIN))
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("length", len(host.read(MAIN)), length)
    host.equal("theirs", "vm.theirs = 1" in host.lines(MAIN), True)


def block_marks(host):
    """The first and the last line of the block, as the program writes them; the tree is as before afterwards."""
    host.keep()
    into_main(host, "net.ipv4.tcp_keepalive_intvl: 20")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    block = host.read(MAIN).split(f"{SWAP} = 10\n")[1].strip().splitlines()
    host.reset()
    return [block[0], block[-1]]


@case()
def of_two_bounds_the_next_boot_gets_the_one_that_is_set_now(host):
    """What runs now and what the next boot makes are one value: hosts do not differ by when they were started."""
    for least, most, live in ((20, 40, "40"), (70, 90, "70")):
        host.profile(f"{FIN}: {{min: {least}, max: {most}}}", "both.yaml")
        host.remove("/etc/sysctl.d/99-sysctl.conf")
        host.remove("/etc/sysctl.d/99-zz-holdfast.conf")
        host.set_live(FIN, "60")
        host.run("apply", "-p", "both.yaml", exit=IN_LINE)
        before = host.snapshot()
        host.run("apply", "-p", "both.yaml", exit=IN_LINE)
        host.untouched(before, "a second apply")
        host.equal("live", host.live(FIN), live)
        host.equal("at boot", f"{FIN} = {live}" in host.read("/etc/sysctl.d/99-zz-holdfast.conf"), True)
