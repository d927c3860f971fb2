"""The main job, as the how-to does it: set, read back with cat, set again, another hand, mend."""
import json
import os
import stat

from scenario import (DRIFT, DROP_IN, LOCK, MAIN_FILE, OK, OPENS, TOUCHES, WORK, CannotHere, boots_to, case,
                      trace)

CLASSIC = "/profiles/time-wait-classic.yaml"
WANTED = {"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_tw_reuse": "1", "net.ipv4.tcp_keepalive_time": "120",
          "net.ipv4.tcp_keepalive_intvl": "30", "net.ipv4.tcp_keepalive_probes": "3"}


def applied(t):
    said = t.apply(CLASSIC)
    t.exits("apply", said, OK)
    return said


@case
def sets_the_classic_values(t):
    t.exits("check before", t.check(CLASSIC), DRIFT)
    applied(t)
    t.values("after apply", WANTED)
    t.exits("check after", t.check(CLASSIC), OK)
    t.exits("verify after", t.holdfast("verify"), OK)


@case
def persists_the_classic_values(t):
    applied(t)
    t.same("the drop-in", t.assigned(), WANTED)
    status = os.stat(DROP_IN)
    t.same("mode of the drop-in", oct(stat.S_IMODE(status.st_mode)), "0o644")
    t.same("owner of the drop-in", (status.st_uid, status.st_gid), (0, 0))
    t.same("mode of the state folder", oct(stat.S_IMODE(os.stat("/var/lib/holdfast").st_mode)), "0o700")
    t.same("/etc/sysctl.conf", t.text(MAIN_FILE), None)
    t.same("files in /etc/sysctl.d", sorted(os.listdir("/etc/sysctl.d")), [os.path.basename(DROP_IN)])


@case
def says_that_tw_recycle_is_gone(t):
    said, report = t.report("check", "-p", CLASSIC)
    recycle = t.parameter(report, "net.ipv4.tcp_tw_recycle")
    t.same("status", recycle.get("status"), "not_applicable")
    t.same("counts", report["counts"].get("not_applicable"), 1)
    t.says("check -v", t.check(CLASSIC, "-v"), "tcp_tw_recycle", "4.12")


@case
def boots_to_the_classic_values_by_procps(t):
    applied(t)
    boots_to(t, WANTED, loader="procps")


@case
def boots_to_the_classic_values_by_systemd(t):
    t.use_loader("systemd")
    applied(t)
    boots_to(t, WANTED)


@case
def boots_to_it_from_the_main_file(t):
    """persist: {target: sysctl.conf}, as the how-to did."""
    t.host.write("/etc/holdfast/agent.yaml", "persist: {target: sysctl.conf}\n")
    t.host.write(MAIN_FILE, "# mine\nnet.ipv4.tcp_keepalive_time = 7200\nkernel.sysrq = 0\n")
    applied(t)
    t.same("the drop-in", t.text(DROP_IN), None)
    found = t.assigned(MAIN_FILE)
    t.same("the lines", {key: found.get(key) for key in WANTED}, WANTED)
    t.same("a line of others", found.get("kernel.sysrq"), "0")
    t.same("how often tcp_keepalive_time stands there", t.text(MAIN_FILE).count("tcp_keepalive_time"), 1)
    boots_to(t, WANTED, loader="procps")
    before = t.files()
    t.exits("apply again", t.apply(CLASSIC), OK)
    t.same("files after the second apply", t.files(), before)


@case
def touches_nothing_the_second_time(t):
    applied(t)
    before = t.files()
    found = trace(t, "apply", "-p", CLASSIC)
    t.exits("the second apply", found.said, OK)
    for call in found.calls:
        where = call.path + " " + call.words
        t.checks += 1
        if call.name in OPENS and call.writes and call.result >= 0 and LOCK not in call.path:
            t.holds(not call.path.startswith(("/proc/sys", "/etc", "/var")), f"opened for writing: {call}")
        if call.name in TOUCHES and call.result == 0:
            t.holds(not any(part in where for part in ("/etc", "/var", "/proc/sys")), f"touched: {call}")
    t.same("files after the second apply", t.files(), before)
    said, report = t.report("apply", "-p", CLASSIC)
    t.same("changes of a third apply", report.get("changes"), [])
    t.same("its transaction", report.get("transaction"), None)


@case
def notices_another_hand(t):
    applied(t)
    t.echo("60", "net.ipv4.tcp_fin_timeout")
    said, report = t.report("check", "-p", CLASSIC)
    t.exits("check", said, DRIFT)
    found = t.parameter(report, "net.ipv4.tcp_fin_timeout")
    t.same("status", (found.get("status"), found.get("live")), ("drift", {"state": "differ", "value": "60"}))
    t.same("boot", found.get("boot", {}).get("state"), "match")
    t.says("check", t.check(CLASSIC), "net.ipv4.tcp_fin_timeout", "60")
    verified = t.holdfast("verify")
    t.exits("verify", verified, DRIFT)
    t.says("verify", verified, "net.ipv4.tcp_fin_timeout", "30", "60")
    t.holds("tcp_keepalive_time" not in verified.out, f"verify names what has not moved: {verified}")
    t.same("live value after looking", t.value("net.ipv4.tcp_fin_timeout"), "60")


@case
def mends_what_another_hand_did(t):
    applied(t)
    before = t.files("/etc")
    t.echo("60", "net.ipv4.tcp_fin_timeout")
    said, report = t.report("apply", "-p", CLASSIC)
    t.exits("apply", said, OK)
    t.values("mended", WANTED)
    t.same("changes", [(each["key"], each["kind"], each["from"], each["to"], each["result"])
                       for each in report["changes"]],
           [("net.ipv4.tcp_fin_timeout", "write_live", "60", "30", "changed")])
    t.same("files in /etc", t.files("/etc"), before)
    t.exits("verify", t.holdfast("verify"), OK)


@case
def mends_a_line_that_wins_over_the_drop_in(t):
    """procps reads /etc/sysctl.conf last; only the value changes there."""
    foreign = "# tuned by hand\n\n  net/ipv4/tcp_fin_timeout=60 # how long\n;net.ipv4.tcp_tw_reuse = 0\nkernel.sysrq = 1\r\n"
    applied(t)
    t.host.write(MAIN_FILE, foreign, 0o640)
    said = t.check(CLASSIC)
    t.exits("check", said, DRIFT)
    t.says("check", said, "/etc/sysctl.conf:3")
    t.says("verify", t.holdfast("verify"), "/etc/sysctl.conf:3")
    applied(t)
    t.same("the file", t.text(MAIN_FILE), foreign.replace("=60 #", "=30 #").replace("\r\n", "\n"))
    t.same("every byte", open(MAIN_FILE, newline="").read(), foreign.replace("=60 #", "=30 #"))
    t.same("its mode", oct(stat.S_IMODE(os.stat(MAIN_FILE).st_mode)), "0o640")
    boots_to(t, WANTED)


@case
def keeps_the_line_behind_an_empty_assignment(t):
    """`key =` and nothing behind it is a value too: it is corrected, and the next line stays as it is."""
    foreign = "net.ipv4.ip_local_reserved_ports =\nnet.ipv4.tcp_max_syn_backlog = 777\n"
    t.host.write(MAIN_FILE, foreign)
    profile = t.profile('net.ipv4.ip_local_reserved_ports: "8080,9000-9010"')
    t.exits("apply", t.apply(profile), OK)
    t.holds("net.ipv4.tcp_max_syn_backlog = 777\n" in t.text(MAIN_FILE).splitlines(keepends=True),
            f"the line of others is {t.text(MAIN_FILE)!r}")
    boots_to(t, {"net.ipv4.ip_local_reserved_ports": "8080,9000-9010", "net.ipv4.tcp_max_syn_backlog": "777"})


@case
def replaces_the_file_behind_a_link(t):
    """/etc/sysctl.d/99-sysctl.conf -> ../sysctl.conf: the link stays."""
    t.use_loader("systemd")
    t.host.write(MAIN_FILE, "net.ipv4.tcp_fin_timeout = 60\n")
    os.symlink("../sysctl.conf", "/etc/sysctl.d/99-sysctl.conf")
    os.symlink("../sysctl.conf", "/etc/sysctl.d/zz-last.conf")
    applied(t)
    for name in ("99-sysctl.conf", "zz-last.conf"):
        t.holds(os.path.islink(f"/etc/sysctl.d/{name}"), f"{name} is no link any more")
    t.holds(not os.path.islink(MAIN_FILE), "/etc/sysctl.conf became a link")
    boots_to(t, WANTED)


@case
def says_what_stands_in_its_way(t):
    """Another file's line behind the drop-in wins at boot and is not ours to change."""
    t.use_loader("systemd")
    t.host.write("/etc/sysctl.d/zzz.conf", "net.ipv4.tcp_fin_timeout = 60\n")
    said = t.apply(CLASSIC)
    t.exits("apply", said, DRIFT, WORK)
    t.says("apply", said, "/etc/sysctl.d/zzz.conf:1")
    t.values("live", WANTED)
    t.same("the file of others", t.text("/etc/sysctl.d/zzz.conf"), "net.ipv4.tcp_fin_timeout = 60\n")


@case
def only_looks_when_asked_to(t):
    before = t.files()
    for words in (["check"], ["plan"], ["apply", "--dry-run"], ["show"]):
        said = t.holdfast(*words, "-p", CLASSIC)
        t.exits(" ".join(words), said, OK if words == ["show"] else DRIFT)
        t.same(f"files after {words[0]}", t.files(), before)
        t.same(f"live after {words[0]}", t.value("net.ipv4.tcp_fin_timeout"), "60")


@case
def writes_a_plan_and_keeps_to_it(t):
    t.exits("plan", t.holdfast("plan", "-p", CLASSIC, "-o", "/tmp/plan.json"), DRIFT, OK)
    plan = json.loads(t.text("/tmp/plan.json") or "{}")
    live = [step["key"] for step in plan.get("steps", []) if step["kind"] == "write_live"]
    t.same("keys of the plan", sorted(live), sorted(WANTED))
    t.exits("apply of the plan", t.holdfast("apply", "/tmp/plan.json"), OK)
    t.values("live", WANTED)


@case
def refuses_a_stale_plan(t):
    t.holdfast("plan", "-p", CLASSIC, "-o", "/tmp/plan.json")
    t.echo("45", "net.ipv4.tcp_fin_timeout")
    before = t.files()
    said = t.holdfast("apply", "/tmp/plan.json")
    t.exits("apply of the plan", said, WORK)
    t.says("apply of the plan", said, "net.ipv4.tcp_fin_timeout", "45")
    t.same("files", t.files(), before)
    t.same("live", t.value("net.ipv4.tcp_keepalive_time"), "7200")


@case
def keeps_attributes_of_the_main_file(t):
    """Mode, group and extended attributes, such as a security label."""
    t.host.write(MAIN_FILE, "net.ipv4.tcp_fin_timeout = 60\n", 0o604)
    try:
        os.setxattr(MAIN_FILE, "user.label", b"a\0b")
    except OSError as problem:
        raise CannotHere(f"the file system for the tests has no extended attributes: {problem.strerror}") from problem
    group = 0
    try:
        os.chown(MAIN_FILE, 0, 1000)
        group = 1000
    except OSError:
        pass    # a user namespace knows one group only
    applied(t)
    t.same("the file", t.text(MAIN_FILE), "net.ipv4.tcp_fin_timeout = 30\n")
    status = os.stat(MAIN_FILE)
    t.same("mode and group", (oct(stat.S_IMODE(status.st_mode)), status.st_gid), ("0o604", group))
    t.same("attribute", {name: os.getxattr(MAIN_FILE, name) for name in os.listxattr(MAIN_FILE)},
           {"user.label": b"a\0b"})
