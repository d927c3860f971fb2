"""Edges that no single rule names: odd words, odd surroundings, an interrupted apply, numbers at their limits."""

import json

from harness import case, rows
from program import DRIFT, IN_LINE, INVALID, PENDING, USAGE, WORK
from trees import DROP_IN

FIN, SWAP = "net.ipv4.tcp_fin_timeout", "vm.swappiness"
JOURNAL = "/var/lib/holdfast/journal"
EVIL = "\x1b[2J\x07\nholdfast: all is well"

# name: (words with a place for the evil text, exit)
WORDS = {
    "command": ((EVIL,), USAGE),
    "option": (("check", "--" + EVIL), USAGE),
    "letter": (("check", "-\x1b"), USAGE),
    "operand": (("check", EVIL), USAGE),
    "color": (("check", "--color", EVIL), USAGE),
    "loader": (("check", "-p", "web.yaml", "--loader", EVIL), USAGE),
    "profile-name": (("check", "-p", EVIL), INVALID),
    "profile-file": (("check", "-p", f"./{EVIL}.yaml"), INVALID),
    "config": (("check", "--config", EVIL), INVALID),
    "plan": (("apply", EVIL), INVALID),
    "output": (("plan", "-p", "web.yaml", "-o", f"no/{EVIL}"), WORK),
}


@rows(WORDS)
def words_are_not_printed_raw(host, row):
    """What the user typed cannot move the cursor or forge a line of its own."""
    words, status = row
    host.profile(f"{FIN}: 30")
    result = host.run(*words, exit=status)
    host.silent(result, "[\x00-\x08\x0b-\x1f\x7f]", stream="err")
    host.silent(result, "^holdfast: all is well", stream="err")


EMPTY = {
    "root": (("check", "-p", "web.yaml", "--root", ""), False, (USAGE, WORK)),
    "config": (("check", "-p", "web.yaml", "--config", ""), True, (USAGE, INVALID)),
    "loader": (("check", "-p", "web.yaml", "--loader", ""), True, (USAGE,)),
    "output": (("plan", "-p", "web.yaml", "-o", ""), True, (USAGE, WORK)),
    "command": (("",), True, (USAGE,)),
    "long-option": (("check", "--=x"), True, (USAGE,)),
    "dash": (("check", "-"), True, (USAGE,)),
}


@rows(EMPTY)
def empty_words(host, row):
    words, root, status = row
    host.profile(f"{FIN}: 30")
    host.equal("stdout", host.run(*words, root=root, exit=status).out, "")


@case()
def very_narrow_terminals(host):
    host.samples()
    for columns in (1, 2, 10, 20, 40):
        for words in (("check", "-v"), ("plan",), ("show",)):
            host.run(*words, "-p", "web", columns=columns)


@case()
def time_zone_of_the_caller(host):
    """time is "RFC 3339 UTC" whatever TZ says, and so is a waiver's day."""
    import datetime
    host.profile(f"{FIN}: 30")
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles", "UTC-14", "UTC+12", ":/dev/zero", "x" * 5000):
        host.write("/etc/holdfast/agent.yaml", f"waivers:\n  - {{key: {FIN}, until: {host.today().isoformat()}, reason: x}}\n")
        now = datetime.datetime.now(datetime.timezone.utc)
        document = host.run("check", "-p", "web.yaml", "--json", env={"TZ": zone}, exit=IN_LINE).document
        told = datetime.datetime.fromisoformat(document["time"].replace("Z", "+00:00"))
        host.equal(f"TZ={zone[:20]}: near now", abs((told - now).total_seconds()) < 120, True)


# name: (parameter, what show says it wants, or None for a refusal or a skipped key)
SCALES = {
    "whole": ("{of: cpus, ratio: 3}", "12"),
    "fraction-rounds-down": ("{of: cpus, ratio: 2/3}", "2"),
    "less-than-one": ("{of: cpus, ratio: 1/5}", "0"),
    "large-but-fits": ("{of: memory, ratio: 1000}", str(8143212 * 1024 * 1000)),
    "over-64-bits-is-clamped": ("{of: memory, ratio: 4000000000, max: 77}", "77"),
    "product-over-64-bits": ("{of: memory, ratio: 4000000000/4000000000}", str(8143212 * 1024)),
    "min-is-max": ("{of: cpus, ratio: 1, min: 7, max: 7}", "7"),
}


@rows(SCALES)
def scale(host, row):
    text, value = row
    host.profile(f"fs.file-max: {{scale: {text}}}")
    found = host.run("show", "-p", "web.yaml", "--json", exit=IN_LINE).parameter("fs.file-max")
    host.equal("wanted", found.get("wanted"), {"value": value})


@case()
def scale_over_all_limits(host):
    """Without a max the product does not fit any kernel integer: never a wrapped number."""
    host.profile("fs.file-max: {scale: {of: memory, ratio: 4000000000}}")
    result = host.run("show", "-p", "web.yaml", "--json", exit=(IN_LINE, INVALID))
    value = result.parameter("fs.file-max").get("wanted", {}).get("value")
    host.equal("never wrapped", value in (None, str(2**63 - 1), str(2**64 - 1)), True)


@case()
def memory_that_is_not_known(host):
    """Nonsense in /proc/meminfo: a scale cannot be told and its key is left alone, with a reason that is true."""
    host.profile("fs.file-max: {scale: {of: memory, ratio: 1}}")
    for text in ("", "MemTotal: lots\n", "MemTotal: 99999999999999999999 kB\n", "MemTotal:        0 kB\n"):
        host.write("/proc/meminfo", text)
        found = host.run("check", "-p", "web.yaml", "--json").parameter("fs.file-max")
        host.equal(f"{text!r}: no number is made up", found.get("wanted", {}).get("value") in (None, "0"), True)
        host.run("apply", "-p", "web.yaml")
        host.equal("live", host.live("fs.file-max"), "9223372036854775807")
        host.equal("drop-in", host.lines(), None)


@case()
def numbers_at_their_limits(host):
    host.set_live("fs.file-max", "9223372036854775807")
    host.profile("fs.file-max: {min: 9223372036854775807}\nvm.x: {value: -9223372036854775808, optional: true}")
    host.run("show", "-p", "web.yaml", exit=IN_LINE)
    found = host.run("check", "-p", "web.yaml", "--json").parameter("fs.file-max")
    host.equal("live", found.get("live", {}).get("state"), "match")
    if host.bench.bits == 32:
        return  # and so are the longs of its kernel
    host.set_live("fs.file-max", "18446744073709551615")  # the kernel prints unsigned longs
    found = host.run("check", "-p", "web.yaml", "--json").parameter("fs.file-max")
    host.equal("above", found.get("live", {}).get("state"), "match")


# ---- the journal


def applied(host):
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    return sorted(host.path(JOURNAL).glob("*.json"))[-1]


@case()
def interrupted_apply(host):
    """An entry that says "begun", and `open` that names it, are an apply that died: who looks is told, and the next apply
    takes it back before it goes on as ever."""
    path = applied(host)
    entry = json.loads(path.read_text())
    entry["state"] = "begun"
    path.write_text(json.dumps(entry))
    host.link(f"{JOURNAL}/open", path.name)
    for words in (("verify",), ("check", "-p", "web.yaml"), ("history",)):
        host.says(host.run(*words), "^holdfast: warning: .*unfinished", "holdfast recover")
    result = host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.says(result, "was undone: it did not come to its end")
    host.equal("live", host.live(FIN), "30")
    host.silent(host.run("verify", exit=IN_LINE), "unfinished", stream="err")


JOURNALS = {
    "empty": lambda host, path: path.write_text(""),
    "no-json": lambda host, path: path.write_text("{"),
    "list": lambda host, path: path.write_text("[]"),
    "null-fields": lambda host, path: path.write_text('{"schema": "holdfast.journal/1", "id": null, "profiles": null, "steps": null}'),
    "wrong-types": lambda host, path: path.write_text('{"schema": "holdfast.journal/1", "id": 5, "profiles": [5], "steps": [5, {}]}'),
    "deep": lambda host, path: path.write_text("[" * 100000),
    "folder": lambda host, path: (path.unlink(), path.mkdir()),
    "fifo": lambda host, path: host.fifo("/" + str(path.relative_to(host.root))),
    "loop": lambda host, path: (path.unlink(), path.symlink_to(path.name)),
}


@rows(JOURNALS)
def damaged_journal(host, damage):
    """verify says that it cannot read it; apply does its work all the same."""
    damage(host, applied(host))
    result = host.run("verify", exit=(WORK, INVALID, IN_LINE))
    if result.status != IN_LINE:
        host.says(result, "journal|json")
    host.set_live(FIN, "60")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.run("verify", exit=IN_LINE)


@case()
def strangers_in_the_journal(host):
    applied(host)
    for name in ("zzz.json", "readme.txt", ".hidden.json", "ffffffff.json"):
        host.write(f"{JOURNAL}/{name}", "x")
    result = host.run("verify", exit=(IN_LINE, WORK))
    if result.status == WORK:  # then it names the file that is in its way
        host.says(result, "zzz.json")
    host.set_live(FIN, "60")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)


@case()
def verify_says_only_what_moved(host):
    """"says what has moved since": what has been so since before the apply has not moved."""
    host.write("/etc/sysctl.d/zz-admin.conf", f"{FIN} = 45\n")
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    host.run("apply", "-p", "web.yaml", exit=DRIFT)
    result = host.run("verify", exit=DRIFT)
    host.silent(result, "^moved since")
    host.says(result, r"zz-admin\.conf:1", stream="out")
    host.set_live(SWAP, "11")
    host.says(host.run("verify", exit=DRIFT), "^moved since", r"vm\.swappiness", stream="out")


# ---- folders of the host


@case()
def sysctl_d_is_a_link(host):
    folder = host.path("/etc/sysctl.d")
    folder.rename(host.path("/etc/sysctl.real"))
    host.link("/etc/sysctl.d", "/etc/sysctl.real")
    host.profile(f"{FIN}: 30")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("drop-in", host.lines("/etc/sysctl.real/99-zz-holdfast.conf"), [f"{FIN} = 30"])
    host.equal("the link stays", host.path("/etc/sysctl.d").is_symlink(), True)


@case()
def sysctl_d_leads_nowhere(host):
    """The file cannot be written: that shows before a live value is touched. Exit 1, and the file is named."""
    host.remove("/etc/sysctl.d")
    host.link("/etc/sysctl.d", "/no/where")
    host.profile(f"{FIN}: 30\n{SWAP}: 10")
    before = host.snapshot()
    result = host.run("apply", "-p", "web.yaml", "--json", exit=WORK)
    host.says(result, r"99-zz-holdfast\.conf|sysctl\.d", "nothing was changed")
    host.equal("stdout", result.out, "")
    host.untouched(before, "a refused apply", without=("run", "run/lock", "run/lock/holdfast.lock"))
    host.run("check", "-p", "web.yaml", exit=DRIFT)


@case()
def nothing_beneath_the_root(host):
    """An empty folder is a host of which nothing is known."""
    import shutil
    shutil.rmtree(host.root)
    host.root.mkdir()
    host.profile(f"{FIN}: 30\nnet.ipv4.conf.*.rp_filter: 1")
    for words in (("check",), ("check", "--json"), ("check", "-v"), ("plan", "--json"), ("show",)):
        host.run(*words, "-p", "web.yaml", exit=(DRIFT, IN_LINE))
    host.run("apply", "-p", "web.yaml", exit=(IN_LINE, PENDING))
    host.equal("drop-in", sorted(host.lines() or []), sorted([f"{FIN} = 30", "net.ipv4.conf.*.rp_filter = 1"]))


@case()
def very_many_parameters(host):
    for i in range(3000):
        host.set_live(f"vendor.key{i:04}.x", "1")
    host.profile("\n".join(f"vendor.key{i:04}.x: 2" for i in range(3000)))
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("lines", len(host.lines(DROP_IN)), 3000)
    host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case()
def two_waivers_for_one_key(host):
    """The one that still holds counts, whichever comes first."""
    host.profile(f"{FIN}: 30")
    old, new = (f"  - {{key: {FIN}, until: {until}, reason: x}}\n" for until in ("2020-01-01", "2099-01-01"))
    for text in (old + new, new + old):
        host.write("/etc/holdfast/agent.yaml", "waivers:\n" + text)
        host.run("check", "-p", "web.yaml", exit=IN_LINE)


@case()
def waiver_with_a_wildcard(host):
    """Either it waives every instance or it is refused: a waiver that is taken and does nothing is a trap."""
    host.profile("net.ipv4.conf.*.rp_filter: 1")
    host.write("/etc/holdfast/agent.yaml", "waivers:\n  - {key: net.ipv4.conf.*.rp_filter, until: 2099-01-01, reason: x}\n")
    result = host.run("check", "-p", "web.yaml", "--json", exit=(IN_LINE, INVALID))
    if result.document:
        host.equal("status", {each["status"] for each in result.document["parameters"]}, {"waived"})
