"""What five minutes of cron must have done, by role. judge(checks, story, begun)."""
import json
import re

from cron_story import DROP_IN, KEYS, MINUTES, WANTED

DRIFTED = {**WANTED, "net.ipv4.tcp_fin_timeout": "99"}
MINUTE = range(1, MINUTES + 1)


def _each_minute_is_reported(checks, story, begun, minutes=MINUTE):
    for minute in minutes:
        found = story.reported(minute, begun)
        if checks.same(f"reports of minute {minute}", len(found), 1):
            checks.same(f"trigger of minute {minute}", found[0]["run"]["trigger"], "cron")
            checks.same(f"number of minute {minute}", found[0]["run"]["seq"], minute)
            checks.same(f"host of minute {minute}", found[0]["host"]["name"], story.host.name)


def _report(story, minute, begun):
    found = story.reported(minute, begun)
    return found[-1] if found else {"verdict": None, "changes": [], "run": {"mode": None, "errors": []}, "parameters": []}


def _changes(story, minute, begun):
    return {(each["kind"], each["key"], each.get("from"), each["to"]) for each in _report(story, minute, begun)["changes"]
            if each["result"] == "changed"}


def _verdicts(story, begun):
    return [_report(story, minute, begun)["verdict"] for minute in MINUTE]


def _mailed(story, begun):
    return [minute for minute in MINUTE if story.mailed(minute, begun)]


def judge_shipped(checks, story):
    with checks.case(f"{story.release}: the installed /etc/cron.d/holdfast has no active line"):
        active = [line for line in story.shipped.splitlines() if line.strip() and not line.startswith("#")]
        checks.same("active lines", active, [])
        checks.holds(story.shipped.endswith("\n"), "cron takes no file whose last line has no end")
    with checks.case(f"{story.release}: the line that spreads the hosts waits by the machine-id, and not at all without one"):
        waits = re.search(r"sleep (\$\(\(.*?\)\));", story.shipped).group(1).replace(r"\%", "%")
        for shell in ("dash", "bash"):
            rows = (("0a1b2c" + 26 * "f" + "\n", 0x0a1b2c % 600), ("uninitialized\n", 0xaed % 600), ("", 0), (None, 0))
            for text, wanted in rows:
                story.host.run("rm", "-f", "/tmp/id")
                if text is not None:
                    story.host.write("/tmp/id", text)
                said = story.host.run(shell, "-c", f"echo {waits.replace('/etc/machine-id', '/tmp/id')}")
                checks.same(f"{shell}, {text!r}", (said.stdout, said.stderr), (f"{wanted}\n", ""))


def judge_enforce(checks, story, begun):
    name = f"{story.release}, a host that enforces"
    with checks.case(f"{name}: is put in line by the first run, which mails each change"):
        checks.same("values", story.values[1], WANTED)
        checks.same("verdict", _report(story, 1, begun)["verdict"], "compliant")
        for line in ("changed: net.ipv4.tcp_fin_timeout 60 -> 30 (live)",
                     "changed: net.ipv4.tcp_keepalive_time nothing -> 120 (/etc/sysctl.d/99-zz-holdfast.conf)"):
            checks.holds(line in story.mailed(1, begun), f"not in the mail: {line}\n{story.mailed(1, begun)}")
    with checks.case(f"{name}: mends the value and the file that somebody changed, and reports both"):
        checks.same("values", story.values[2], WANTED)
        checks.same("edits", story.notes, ["edited 1"])
        checks.same("changes", _changes(story, 2, begun), {
            ("write_live", "net.ipv4.tcp_fin_timeout", "99", "30"),
            ("write_drop_in", "net.ipv4.tcp_keepalive_time", "7000", "120")})
        lines = [line for line in story.mailed(2, begun).splitlines() if line.startswith("changed: ")]
        checks.same("mailed", sorted(lines), [
            "changed: net.ipv4.tcp_fin_timeout 99 -> 30 (live)",
            "changed: net.ipv4.tcp_keepalive_time 7000 -> 120 (/etc/sysctl.d/99-zz-holdfast.conf)"])
        checks.holds("tcp_keepalive_time = 120\n" in story.host.read(DROP_IN), "the file is not mended")
    with checks.case(f"{name}: is silent while all is well"):
        checks.same("minutes with a mail", _mailed(story, begun), [1, 2])
        checks.same("verdicts", _verdicts(story, begun), ["compliant"] * MINUTES)
        checks.same("changes of the last run", _changes(story, 5, begun), set())
    with checks.case(f"{name}: each run has arrived outside, once and with its number"):
        _each_minute_is_reported(checks, story, begun)


def judge_audit(checks, story, begun):
    name = f"{story.release}, a host in audit"
    with checks.case(f"{name}: nothing is changed by a run, neither value nor file"):
        checks.same("values after the first run", story.values[1], {KEYS[0]: "60", KEYS[1]: "7200"})
        checks.same("values after the second", story.values[2], {KEYS[0]: "99", KEYS[1]: "7200"})
        checks.same("changes", [_changes(story, minute, begun) for minute in MINUTE], [set()] * MINUTES)
        kinds = [each["kind"] for each in json.loads(story.host.run("holdfast", "history", "--json").stdout)["transactions"]]
        checks.same("transactions", kinds, ["apply"])
    with checks.case(f"{name}: drift is reported and mailed until somebody mends it"):
        checks.same("verdicts", _verdicts(story, begun), ["drift"] * 3 + ["compliant"] * 2)
        checks.same("minutes with a mail", _mailed(story, begun), [1, 2, 3])
        checks.holds("drift: net.ipv4.tcp_fin_timeout is 99, wanted 30" in story.mailed(2, begun), story.mailed(2, begun))
        checks.same("values at the end", story.values[5], WANTED)
        checks.same("modes", {_report(story, minute, begun)["run"]["mode"] for minute in MINUTE}, {"audit"})
    with checks.case(f"{name}: what is applied by hand is reported with the next run"):
        found = [each for each in story.reports if each["agent"]["command"] == "apply"]
        checks.same("verdicts", [each["verdict"] for each in found], ["compliant"])
        checks.same("numbers of all reports", [each["run"]["seq"] for each in story.reports], list(range(1, MINUTES + 2)))
    with checks.case(f"{name}: the report has the value and the wish"):
        found = [each for each in _report(story, 2, begun)["parameters"] if each["key"] == KEYS[0]]
        checks.same("tcp_fin_timeout", [(each["status"], each["live"]["value"], each["wanted"]) for each in found],
                    [("drift", "99", {"value": "30"})])


def judge_out(checks, story, begun):
    name = f"{story.release}, a host outside of the rollout"
    with checks.case(f"{name}: enforces by its settings, and yet only reports"):
        checks.same("values after the second run", story.values[2], {KEYS[0]: "99", KEYS[1]: "7200"})
        checks.same("values at the end", story.values[5], {KEYS[0]: "99", KEYS[1]: "7200"})
        checks.same("verdicts", _verdicts(story, begun), ["drift"] * MINUTES)
        checks.same("modes", {_report(story, minute, begun)["run"]["mode"] for minute in MINUTE}, {"audit"})
        _each_minute_is_reported(checks, story, begun)
    with checks.case(f"{name}: run --explain says so"):
        said = story.host.run("holdfast", "run", "--explain").stdout
        checks.holds("0 %" in said and "only" in said, said)


def judge_stopped_worker(checks, story, begun, name):
    with checks.case(f"{name}: a run that is stopped in the middle is ended after its time, told and reported"):
        checks.holds("STOP to 1 of 2" in story.notes, story.notes)
        checks.holds("took longer than 20 s" in story.mailed(2, begun), f"the mail: {story.mailed(2, begun)!r}")
        checks.same("verdict", _report(story, 2, begun)["verdict"], "error")
        checks.holds("20 s" in str(_report(story, 2, begun)["run"]["errors"]), _report(story, 2, begun)["run"])


def judge_rough(checks, story, begun):
    name = f"{story.release}, a host with a rough life"
    if story.stopped == "worker":
        judge_stopped_worker(checks, story, begun, name)
    else:
        with checks.case(f"{name}: a run that is stopped in the middle with its parent has nobody to tell of it"):
            checks.holds("STOP to 2 of 2" in story.notes, story.notes)
            checks.same("reports", story.reported(2, begun), [])
    with checks.case(f"{name}: the next minute takes back what it left, and mends"):
        checks.same("values", story.values[3], WANTED)
        checks.same("verdict", _report(story, 3, begun)["verdict"], "compliant")
    with checks.case(f"{name}: a run that is killed in the middle with its parent does not block the next one either"):
        checks.holds("KILL to 2 of 2" in story.notes, story.notes)
        checks.same("reports of the killed one", story.reported(4, begun), [])
        checks.same("values", story.values[5], WANTED)
        checks.same("verdict", _report(story, 5, begun)["verdict"], "compliant")
    with checks.case(f"{name}: no run found another one at work"):
        checks.holds("another holdfast" not in str(story.mails), story.mails)
        checks.holds(len(story.mails) > 0, "there is no mail at all")


def judge_power_cut(checks, story):
    with checks.case(f"{story.release}: after a power cut in the middle of a run, the line of @reboot takes it back"):
        checks.same("open before, at the end and after the start", (story.was_open, story.still_open, story.open_after),
                    (True, True, False))
        checks.holds("undone" in story.history, story.history)


def judge(checks, story, begun):
    {"enforce": judge_enforce, "audit": judge_audit, "out": judge_out, "rough": judge_rough}[story.role](checks, story, begun)
