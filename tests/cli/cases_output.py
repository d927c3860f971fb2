"""What is printed: the table, its marks, colours and widths, the counts, the JSON (interface.md, "Commands", "Report")."""

import json
import re
import unicodedata

from harness import case, rows
from program import DRIFT, IN_LINE

TREES = ("debian12", "debian13", "procps-only", "vlan", "container", "old-kernel", "image")
NO_LOCALE = {"LC_ALL": None, "LC_CTYPE": None, "LANG": None}
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def columns_of(line):
    """As a terminal counts them."""
    wide = {"W": 2, "F": 2}
    return sum(0 if unicodedata.combining(c) else wide.get(unicodedata.east_asian_width(c), 1)
               for c in ESCAPE.sub("", line))


def table_of(text):
    """The lines of the table: from its head to the next empty line."""
    lines = ESCAPE.sub("", text).splitlines()
    start = next((i for i, line in enumerate(lines) if re.match(r" +(PARAMETER|CHANGED|STEP)\b", line)), len(lines))
    end = next((i for i in range(start, len(lines)) if not lines[i]), len(lines))
    return lines[start:end]


def register_tree(tree):
    @case(tree)
    def whole_table(host):
        host.samples()
        host.show("check", "-p", "web", "-v", exit=DRIFT)
    from harness import CASES
    CASES[-1].name = f"whole_table[{tree}]"


for each in TREES:
    register_tree(each)


@case()
def check_in_words(host):
    host.samples()
    host.show("check", "-p", "web", exit=DRIFT)


@case()
def check_as_json(host):
    host.samples()
    host.show("check", "-p", "web", "--json", exit=DRIFT)


@case()
def show_in_words(host):
    host.samples()
    host.show("show", "-p", "web", exit=IN_LINE)


@case()
def show_as_json(host):
    host.samples()
    host.show("show", "-p", "web", "--json", exit=IN_LINE)


@case()
def plan_in_words(host):
    host.samples()
    host.show("plan", "-p", "web", exit=DRIFT)


@case()
def plan_as_json(host):
    host.samples()
    host.show("plan", "-p", "web", "--json", exit=DRIFT)


@case()
def ascii_without_locale(host):
    """No UTF-8 is promised, so nothing beyond ASCII is printed: marks and dots have plain forms."""
    host.samples()
    host.show("check", "-p", "web", env=NO_LOCALE, exit=DRIFT)
    for env in (NO_LOCALE, {**NO_LOCALE, "LANG": "C"}, {**NO_LOCALE, "LANG": "de_DE.ISO-8859-1"},
                {"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, {**NO_LOCALE, "LC_ALL": "", "LC_CTYPE": "C", "LANG": "C.UTF-8"}):
        for words in (("check", "-v"), ("plan",), ("show",), ("apply", "--dry-run")):
            result = host.run(*words, "-p", "web", env=env)
            if not result.out.isascii():
                host.fault(f"{env} {words}: not ASCII: {[c for c in result.out if not c.isascii()][:5]}")
    for env in ({**NO_LOCALE, "LANG": "C.UTF-8"}, {**NO_LOCALE, "LANG": "en_US.utf8"},
                {**NO_LOCALE, "LC_CTYPE": "C.UTF-8", "LANG": "C"}):
        host.says(host.run("check", "-p", "web", env=env), "✗", stream="out")


WIDTHS = {f"{command[0]}-{columns}": (command, columns) for columns in (120, 80, 60) for command in
          (("check", "-v"), ("plan",), ("show",), ("apply",))}


@rows(WIDTHS)
def fits_the_terminal(host, row):
    """"text as an aligned table that fits the terminal" (issue 2, 9): no line of it is wrapped."""
    words, columns = row
    host.samples()
    host.profile("net.netfilter.nf_conntrack_tcp_timeout_established: 86400\n"
                 "net.ipv4.ip_local_reserved_ports: \"3306,5432,6379,8000-8100,9100,9200,9300,11211,27017\"", "long.yaml")
    result = host.run(*words, "-p", "web", "-p", "long.yaml", columns=columns)
    table = table_of(result.out)
    if len(table) < 8:
        host.fault(f"no table: {result.out!r}")
    wide = [line for line in table if columns_of(line) > columns]
    if wide:
        widest = max(wide, key=columns_of)
        host.fault(f"{len(wide)} of {len(table)} lines are too wide, the widest has {columns_of(widest)} columns: {widest!r}")


@case()
def narrow_table(host):
    host.samples()
    host.show("check", "-p", "web", columns=80, env={"NO_COLOR": "1"}, exit=DRIFT)
    host.show("plan", "-p", "web", columns=60, env={"NO_COLOR": "1"}, exit=DRIFT)


@case()
def pipe_is_not_cut(host):
    """Without a terminal nothing is cut, whatever COLUMNS says."""
    host.samples()
    plain = host.run("check", "-p", "web", "-v").out
    host.equal("with COLUMNS=40", host.run("check", "-p", "web", "-v", env={"COLUMNS": "40"}).out, plain)
    host.silent(host.run("check", "-p", "web", "-v"), "…$|~$")


@case()
def colours(host):
    """colour only on a terminal; NO_COLOR and --color are obeyed; colour changes nothing but colour."""
    host.samples()

    def coloured(*words, **options):
        return "\x1b[" in host.run("check", "-p", "web", *words, exit=DRIFT, **options).out

    host.equal("in a pipe", coloured(), False)
    host.equal("on a terminal", coloured(columns=100), True)
    host.equal("on a terminal, NO_COLOR=1", coloured(columns=100, env={"NO_COLOR": "1"}), False)
    host.equal("on a terminal, NO_COLOR empty", coloured(columns=100, env={"NO_COLOR": ""}), True)
    host.equal("on a terminal, --color=never", coloured("--color=never", columns=100), False)
    host.equal("in a pipe, --color=always", coloured("--color=always"), True)
    host.equal("in a pipe, --color always", coloured("--color", "always"), True)
    host.equal("in a pipe, --color=auto", coloured("--color=auto"), False)
    host.equal("JSON with --color=always", coloured("--color=always", "--json"), False)
    host.equal("without its colours", ESCAPE.sub("", host.run("check", "-p", "web", "--color=always").out),
               host.run("check", "-p", "web").out)


@case()
def coloured_table(host):
    host.samples()
    host.show("check", "-p", "web", "-v", "--color=always", exit=DRIFT)


@case()
def columns_align(host):
    """Every cell begins or ends where its title does."""
    host.samples()
    table = table_of(host.run("check", "-p", "web", "-v").out)
    head = table[0]
    ends = [head.index(word) + len(word) for word in ("WANTED", "LIVE", "AT BOOT")]
    where = head.index("WHERE")
    for line in table[1:]:
        for end in ends:
            if len(line) > end and (line[end - 1] == " " or line[end] != " "):
                host.fault(f"no cell ends in column {end}: {line!r}")
        if len(line) > where and (line[where] == " " or line[where - 1] != " "):
            host.fault(f"WHERE does not begin in column {where}: {line!r}")


@case()
def words_after_the_table(host):
    """What is off, then one line of counts, then what to do next; and that line works as it stands."""
    host.samples()
    result = host.run("check", "-p", "web", exit=DRIFT)
    last = result.out.rstrip().splitlines()[-1]
    host.equal("counts", bool(re.match(r"\d+ in line, \d+ drift", last)), True)
    mend = re.search(r"holdfast (apply .*)$", last)
    if mend is None:
        host.fault(f"no command to mend in {last!r}")
        return
    counts = host.run("check", "-p", "web", "--json").document["counts"]
    host.says(result, rf"{counts['compliant']} in line, {counts['drift']} drift", stream="out")
    host.run(*mend[1].split(), root=False, exit=3)
    in_line = host.run("check", "-p", "web", exit=3)
    host.silent(in_line, "holdfast apply")


@case()
def counts_agree(host):
    """counts, verdict and the parameters of a report say the same, and -v shows every parameter once."""
    host.samples()
    document = host.run("check", "-p", "web", "--json", exit=DRIFT).document
    statuses = [each["status"] for each in document["parameters"]]
    host.equal("counts", document["counts"], {name: statuses.count(name) for name in document["counts"]})
    host.equal("verdict", document["verdict"], "drift")
    keys = [each["key"] for each in document["parameters"]]
    host.equal("each key once", len(keys), len(set(keys)))
    host.equal("sorted by key", keys, sorted(keys))
    shown = [line.split()[1] for line in table_of(host.run("check", "-p", "web", "-v").out)[1:]]
    host.equal("-v", sorted(shown), sorted(keys))
    for key in ("schema", "kind", "loader"):
        host.equal(key, document[key], {"schema": "holdfast.report/1", "kind": "full", "loader": "systemd"}[key])
    for absent in ("why", "controls"):
        host.equal(f"no empty {absent}", [each["key"] for each in document["parameters"] if each.get(absent) in ("", [])], [])


@case()
def fingerprint(host):
    """"equal state, equal fingerprint": it moves with the state and with nothing else."""
    host.samples()
    first = host.run("check", "-p", "web", "--json").document
    host.write("/proc/uptime", "90000.00 1.00\n")
    again = host.run("check", "-p", "web", "--json").document
    host.equal("a second time", again["fingerprint"], first["fingerprint"])
    host.equal("ids differ", again["id"] != first["id"], True)
    host.set_live("net.ipv4.tcp_fin_timeout", "59")
    live = host.run("check", "-p", "web", "--json").document
    host.equal("live moved", live["fingerprint"] != first["fingerprint"], True)
    host.set_live("net.ipv4.tcp_fin_timeout", "60")
    host.write("/etc/sysctl.d/20-other.conf", "net.core.somaxconn = 1\n")
    boot = host.run("check", "-p", "web", "--json").document
    host.equal("boot moved", boot["fingerprint"] != first["fingerprint"], True)
    host.remove("/etc/sysctl.d/20-other.conf")
    host.equal("back again", host.run("check", "-p", "web", "--json").document["fingerprint"], first["fingerprint"])


@case()
def host_identity(host):
    """The id is a UUID derived from machine-id, never the raw one; equal for equal hosts."""
    host.profile("vm.swappiness: 10")
    one = host.run("check", "-p", "web.yaml", "--json").document["host"]
    host.equal("name, kernel, os", (one["name"], one["kernel"], one["os"]),
               ("web-07", "6.1.0-18-amd64", {"id": "debian", "version": "12"}))
    raw = host.read("/etc/machine-id").strip()
    for words in (("check", "--json"), ("plan", "--json"), ("check", "-v")):
        host.silent(host.run(*words, "-p", "web.yaml"), raw, f"{raw[:8]}-{raw[8:12]}")
    host.write("/etc/hostname", "other\n")
    host.equal("by another name", host.run("check", "-p", "web.yaml", "--json").document["host"]["id"], one["id"])
    host.write("/etc/machine-id", "ffffffffffffffffffffffffffffffff\n")
    host.equal("of another machine", host.run("check", "-p", "web.yaml", "--json").document["host"]["id"] != one["id"], True)
    for text in ("", "uninitialized\n", "xyz\n"):
        host.write("/etc/machine-id", text)
        host.equal(f"machine-id {text!r}", host.run("check", "-p", "web.yaml", "--json").document["host"]["id"], None)


@case()
def values_byte_for_byte(host):
    """"Values are strings exactly as the kernel or the file has them, tabs included, without the final newline."""
    host.profile("net.ipv4.ip_local_port_range: [1024, 65535]\nvm.swappiness: 0x1e")
    host.write("/etc/sysctl.d/20-own.conf", "net.ipv4.ip_local_port_range =   1024 \t 65535  \nvm.swappiness = 036 # old\n")
    host.set_live("net.ipv4.ip_local_port_range", "1024\t65535")
    result = host.run("check", "-p", "web.yaml", "--json", "--loader", "procps", exit=DRIFT)
    ports, swap = result.parameter("net.ipv4.ip_local_port_range"), result.parameter("vm.swappiness")
    host.equal("live", ports.get("live"), {"state": "match", "value": "1024\t65535"})
    host.equal("boot", ports.get("boot", {}).get("value"), "1024 \t 65535")
    host.equal("wanted", (ports.get("wanted"), swap.get("wanted")), ({"value": "1024 65535"}, {"value": "0x1e"}))
    shadowed = swap.get("boot", {}).get("shadowed", [])
    host.equal("shadowed", shadowed[:1], [{"file": "/etc/sysctl.d/20-own.conf", "line": 2, "value": "036 # old"}])


@case()
def control_characters_are_not_printed(host):
    """A value, a host's name or a file's name cannot move the cursor or forge a line of the table."""
    evil = "x\x1b[2J\x07\rfake"
    host.write("/etc/hostname", evil + "\n")
    host.set_live("vm.swappiness", evil)
    host.write("/etc/sysctl.d/20-\x1b[31m.conf", f"vm.swappiness = {evil}\n")
    host.profile("vm.swappiness: 10")
    for words in (("check",), ("check", "-v"), ("plan",), ("apply", "--dry-run"), ("apply",), ("verify",)):
        result = host.run(*words, *(() if words == ("verify",) else ("-p", "web.yaml")))
        host.silent(result, "[\x00-\x08\x0b-\x1f\x7f]")
        host.silent(result, "[\x00-\x08\x0b-\x1f\x7f]", stream="err")
    document = host.run("check", "-p", "web.yaml", "--json").out
    host.equal("JSON", json.loads(document)["host"]["name"], evil)


@case()
def bytes_that_are_no_utf8(host):
    host.set_live("vm.swappiness", "60")
    host.path("/proc/sys/vm/swappiness").write_bytes(b"\xff\xfe caf\xe9\n")
    host.path("/etc/hostname").write_bytes(b"h\xf6st\n")
    host.write("/etc/sysctl.d/20-latin.conf", b"# caf\xe9\nvm.swappiness = \xe9\n")
    host.profile("vm.swappiness: 10")
    for words in (("check",), ("check", "--json"), ("plan", "--json"), ("apply", "--json"), ("verify", "--json")):
        result = host.run(*words, *(() if words[0] == "verify" else ("-p", "web.yaml")))
        if "�" not in result.out and words in (("check", "--json"), ("plan", "--json")):
            host.fault(f"{words}: the bytes are not replaced: {result.out[:300]!r}")
