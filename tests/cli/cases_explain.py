"""explain: which keys a word means, what is said of them, and what they are on this host."""

import re

from harness import NOBODY, case, rows
from program import DENIED, IN_LINE, INVALID, USAGE, WORK

FIN = "net.ipv4.tcp_fin_timeout"
RP = "net.ipv4.conf.{}.rp_filter"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")  # what must never reach a terminal
CLASSIC = "/etc/sysctl.d/50-classic.conf"


def keys(host, *words, **options):
    """The keys that the pages of --json are of; a list and the pages in words must name the same."""
    options.setdefault("exit", IN_LINE)
    document = host.run("explain", "--json", *words, **options).document or {}
    return [each["key"] for each in document.get("parameters", [])]


def page(host, *words, **options):
    """The only parameter of the document."""
    document = host.run("explain", "--json", *words, **options).document or {}
    found = document.get("parameters", [])
    host.equal(f"pages of {' '.join(words)}", len(found), 1)
    return found[0] if found else {"catalogue": {}, "here": [{}]}


def here(host, *words, **options):
    found = page(host, *words, **options)["here"]
    host.equal(f"instances of {' '.join(words)}", len(found), 1)
    return found[0] if found else {}


# name: (word, keys of the pages, pattern of the complaint or None)
FINDS = {
    "dotted": (FIN, [FIN], None),
    "path": ("net/ipv4/tcp_fin_timeout", [FIN], None),
    "last-part": ("tcp_fin_timeout", [FIN], None),
    "last-part-of-many": ("swappiness", ["vm.swappiness"], None),
    "last-part-of-several": ("retrans_time", ["net.ipv4.neigh.<if>.retrans_time", "net.ipv6.neigh.<if>.retrans_time"], None),
    "row": ("net.ipv4.conf.<if>.rp_filter", ["net.ipv4.conf.<if>.rp_filter"], None),
    "row-path": ("net/ipv4/conf/<if>/rp_filter", ["net.ipv4.conf.<if>.rp_filter"], None),
    "row-by-last-part": ("rp_filter", ["net.ipv4.conf.<if>.rp_filter"], None),
    "interface": (RP.format("eth0"), [RP.format("eth0")], None),
    "interface-all": (RP.format("all"), [RP.format("all")], None),
    "interface-that-is-not-here": (RP.format("wlan7"), [RP.format("wlan7")], None),
    "vlan-slash": (RP.format("eth0/100"), [RP.format("eth0/100")], None),
    "vlan-path": ("net/ipv4/conf/eth0.100/rp_filter", [RP.format("eth0/100")], None),
    "glob": ("net.ipv4.tcp_tw_*", ["net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay"], None),
    "glob-path": ("net/ipv4/tcp_tw_*", ["net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_tw_reuse_delay"], None),
    "glob-last-part": ("tcp_tw_reus?", ["net.ipv4.tcp_tw_reuse"], None),
    "glob-brackets": ("tcp_[ef]in_timeou[!s]", [FIN], None),
    "glob-over-interfaces": (RP.format("*"), ["net.ipv4.conf.<if>.rp_filter"], None),
    "alias": ("net.ipv4.conf.all.forwarding", ["net.ipv4.conf.all.forwarding"], None),
    "mistyped": ("net.ipv4.tcp_fin_timeuot", [FIN], f"no key 'net.ipv4.tcp_fin_timeuot'.*{FIN}"),
    "mistyped-last-part": ("tcp_fin_timeuot", [FIN], "no key 'tcp_fin_timeuot'.*tcp_fin_timeout"),
    "mistyped-of-interface": ("net.ipv4.conf.eth0.rp_fliter", [RP.format("eth0")], "rp_fliter.*rp_filter"),
    "read-only": ("fs.file-nr", ["fs.file-nr"], None),
    "removed": ("tcp_tw_recycle", ["net.ipv4.tcp_tw_recycle"], None),
}


@rows(FINDS)
def finds(host, row):
    word, wanted, said = row
    result = host.run("explain", "--json", word, exit=IN_LINE)
    host.equal("keys", [each["key"] for each in result.document["parameters"]], wanted)
    host.equal("complaints", len(result.err.splitlines()), 0 if said is None else 1)
    host.says(result, *[said] * (said is not None))
    shown = host.run("explain", word, exit=IN_LINE)
    for key in wanted:
        host.says(shown, rf"^{re.escape(key)}$" if len(wanted) <= 5 else rf"^ *{re.escape(key)} ", stream="out")
    host.equal("complaint in words", shown.err, result.err)


# name: (word, pattern)
UNKNOWN = {
    "far": ("no.such.key", "'no\\.such\\.key'"), "word": ("nonsenseword", "'nonsenseword'"), "glob": ("zz*", "'zz\\*'"),
    "empty": ("", "''"), "blank": ("net.ipv4 x", "blank"), "absolute": ("/proc/sys/net/ipv4/no_such_thing_at_all", "no key"),
    "dots": ("net..ipv4", "empty"), "parent": ("../../etc/passwd", "."), "parent-within": ("net/../kernel/panic", "'\\.\\.'"),
    "dot": (".", "."), "slash": ("/", "."), "dash": ("--", None), "if": ("<if>", "<if>"), "star-dot": ("*.", "'\\*\\.'"),
    "bracket": ("[", "'\\['"), "long": ("x" * 70000, "."), "long-key": ("a." + "b" * 70000, "longer"), "utf8": ("é", "'é'"),
    "bytes": ("\udcff\udcfe", r"\\xff\\xfe"), "escapes": ("a\x1b[31m", r"\\x1b"), "escapes-key": ("a.\x1bx", "0x1b"),
    "escapes-glob": ("\x1b*", r"\\x1b"), "c1": ("a.\u009b31m", r"\\xc2\\x9b"), "one-part": ("kernel", "'kernel'"),
}


@rows(UNKNOWN)
def unknown(host, row):
    """A word that nothing is known of is an error, 1; the others are printed all the same."""
    word, said = row
    if said is None:
        host.run("explain", word, exit=USAGE)
        return
    result = host.run("explain", word, exit=WORK)
    host.equal("stdout", result.out, "")
    host.equal("lines", len(result.err.splitlines()), 1)
    host.says(result, said)
    host.equal("raw", RAW.findall(result.err), [])
    result = host.run("explain", word, "vm.swappiness", exit=WORK)
    host.says(result, "^vm.swappiness$", stream="out")
    document = host.run("explain", "--json", word, exit=WORK).document
    host.equal("json", (document or {}).get("parameters"), [])


@case()
def no_word(host):
    host.says(host.run("explain", exit=USAGE), "wants a key")
    host.says(host.run("explain", "--json", exit=USAGE), "wants a key")


@case()
def several_words(host):
    """In the order of the words, each page once."""
    host.equal("order", keys(host, "vm.swappiness", FIN, "swappiness", "net/ipv4/tcp_fin_timeout"), ["vm.swappiness", FIN])
    shown = host.run("explain", "vm.swappiness", FIN)
    host.equal("pages", re.findall(r"^(\S+)$", shown.out, re.MULTILINE), ["vm.swappiness", FIN])


@case()
def list_of_many(host):
    """More than five pages become a list, -v prints them; --json has all anyway."""
    five = ("vm.swappiness", FIN, "fs.nr_open", "kernel.pid_max", "net.core.somaxconn")
    host.equal("five are pages", host.run("explain", *five).out.count("ON THIS HOST"), 5)
    six = (*five, "kernel.panic")
    listed = host.run("explain", *six)
    host.equal("six are a list", listed.out.count("ON THIS HOST"), 0)
    host.says(listed, "PARAMETER", *(rf"^ *{re.escape(key)} " for key in six), stream="out")
    host.says(listed, r"vm\.swappiness +60 +60 ", r"kernel\.panic +\S+ +not there", stream="out")
    host.equal("-v", host.run("explain", "-v", *six).out.count("ON THIS HOST"), 6)
    every = keys(host, "*")
    host.equal("every row", len(every) > 300 and every == sorted(every, key=lambda key: key.replace(".", "/")), True)
    host.equal("lines", len(host.run("explain", "*").out.splitlines()) >= len(every), True)
    host.run("explain", "-v", "*", exit=IN_LINE)
    host.show("explain", "tcp_tw_*", "tcp_keepalive_*", columns=100, exit=IN_LINE)


@case()
def the_timer_that_is_none(host):
    """The page that the product is for, as a golden file; and what it must say whatever its words are."""
    shown = host.show("explain", FIN, exit=IN_LINE)
    text = " ".join(shown.out.split())
    for said in (r"not.{0,40}TIME-WAIT|never was the TIME-WAIT", "FIN-WAIT-2", r"61 to 119.{0,20}trap", "60"):
        if not re.search(said, text):
            host.fault(f"no /{said}/")
    found = page(host, FIN)["catalogue"]
    host.equal("json: note", bool(re.search(r"61 to 119", found.get("note", ""))), True)
    host.equal("json: myth", "TIME-WAIT" in found.get("myth", ""), True)


@case()
def pages(host):
    """One of each kind: an alias, a row of interfaces, a bit mask, a vector, what is read only, gone, or an action."""
    for word in ("net.ipv4.conf.all.forwarding", "rp_filter", "net.ipv4.tcp_fastopen", "net.ipv4.tcp_rmem", "fs.file-nr", "tcp_tw_recycle",
                 "vm.drop_caches", "net.ipv4.ip_local_reserved_ports"):
        host.show("explain", word, exit=IN_LINE)


@rows({width: width for width in (40, 80, 200)})
def widths(host, width):
    """On a terminal no line of prose is wider than it."""
    shown = host.run("explain", FIN, columns=width, exit=IN_LINE)
    wide = [line for line in re.sub("\x1b\\[[0-9;]*m", "", shown.out).splitlines() if len(line) > max(width, 60)]
    host.equal("wide lines", wide, [])


@case()
def key_that_only_the_kernel_has(host):
    host.write("/proc/sys/net/ipv4/tcp_brand_new", "7\n")
    found = page(host, "net.ipv4.tcp_brand_new", exit=IN_LINE)
    host.equal("catalogue", found["catalogue"], None)
    host.equal("live", found["here"][0]["live"], {"state": "read", "value": "7"})
    host.says(host.run("explain", "net/ipv4/tcp_brand_new", exit=IN_LINE), "catalogue does not know", " 7$", stream="out")
    # One that is near a known name is itself, not a slip of the fingers.
    host.write("/proc/sys/net/ipv4/tcp_fin_timeoux", "8\n")
    result = host.run("explain", "--json", "net.ipv4.tcp_fin_timeoux", exit=IN_LINE)
    host.equal("key", [each["key"] for each in result.document["parameters"]], ["net.ipv4.tcp_fin_timeoux"])
    host.equal("stderr", result.err, "")
    # A folder is no key.
    host.equal("folder", host.run("explain", "net.ipv4.conf", exit=WORK).out, "")


@case()
def what_this_host_has(host):
    """Live, wanted, at boot and shadowed, each with its file and line."""
    host.write("/usr/lib/sysctl.d/10-v.conf", f"# x\n{FIN} = 20\n")
    host.write(CLASSIC, f"\n\n{FIN} = 30\n")
    host.write("/etc/sysctl.conf", f"{FIN}=45\n")
    host.set_live(FIN, "31")
    host.profile(f"{FIN}: {{max: 60, why: orphans}}")
    found = here(host, FIN, "-p", "web.yaml", "--loader", "systemd")
    host.equal("live", found.get("live"), {"state": "read", "value": "31"})
    host.equal("boot", found.get("boot"), {"file": "/etc/sysctl.d/99-sysctl.conf", "line": 1, "value": "45"})
    host.equal("shadowed", found.get("shadowed"), [{"file": "/usr/lib/sysctl.d/10-v.conf", "line": 2, "value": "20"},
                                                   {"file": CLASSIC, "line": 3, "value": "30"}])
    host.equal("wanted", found.get("wanted"), {"max": "60"})
    host.equal("source", found.get("source"), {"file": "web.yaml", "line": 4})
    shown = host.show("explain", FIN, "-p", "web.yaml", "--loader", "systemd", exit=IN_LINE)
    host.says(shown, r"live +31$", r"wanted +\S.*60 +web\.yaml:4$", r"at boot +45 +/etc/sysctl\.d/99-sysctl\.conf:1$",
              r"shadowed +20 +/usr/lib/sysctl\.d/10-v\.conf:2$", r"shadowed +30 +/etc/sysctl\.d/50-classic\.conf:3$", stream="out")
    host.equal("procps: main file", here(host, FIN, "--loader", "procps")["boot"]["file"], "/etc/sysctl.conf")


@case()
def each_interface(host):
    """A row of interfaces has one entry for each that is here; a wildcard's line is the line of all of them."""
    host.write(CLASSIC, RP.format("*") + " = 2\n" + RP.format("eth0") + " = 1\n")
    found = page(host, "rp_filter")["here"]
    host.equal("keys", [each["key"] for each in found], [RP.format(name) for name in ("all", "default", "eth0", "lo")])
    host.equal("boot", [each["boot"]["value"] for each in found], ["2", "2", "1", "2"])
    host.equal("lines", [each["boot"]["line"] for each in found], [1, 1, 2, 1])
    host.equal("not here", here(host, RP.format("wlan7"))["live"], {"state": "missing"})
    host.equal("no such family", page(host, "net.bridge.bridge-nf-call-iptables")["here"][0]["live"], {"state": "missing"})


@case("vlan")
def interface_with_a_dot(host):
    host.equal("keys", [each["key"] for each in page(host, "rp_filter")["here"] if "/" in each["key"]],
               [RP.format("eth0/100"), RP.format("eth0/200")])
    host.equal("one", here(host, RP.format("eth0/100"))["key"], RP.format("eth0/100"))


@case()
def alias_shows_the_same_storage(host):
    """Either name shows the line that wins, whichever name it uses."""
    host.write("/proc/sys/net/ipv4/conf/all/forwarding", "1\n")
    host.set_live("net.ipv4.ip_forward", "1")
    for line in ("net.ipv4.ip_forward = 1", "net.ipv4.conf.all.forwarding = 1"):
        host.write(CLASSIC, f"{line}\n")
        for word in ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"):
            found = here(host, word)
            host.equal(f"{word} by {line}", found.get("boot"), {"file": CLASSIC, "line": 1, "value": "1"})
            host.equal("live", found["live"].get("value"), "1")
    host.profile("net.ipv4.conf.all.forwarding: 1")
    for word in ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"):
        host.equal(f"wanted of {word}", here(host, word, "-p", "web.yaml").get("wanted"), {"value": "1"})


SECRET = "2001:db8::5ec:2e7"
STABLE = "net.ipv6.conf.default.stable_secret"


@rows({"default": STABLE, "row": "net.ipv6.conf.<if>.stable_secret", "glob": "net.ipv6.conf.*.stable_*", "last": "stable_secret",
       "fastopen": "net.ipv4.tcp_fastopen_key", "all-of-them": "*"})
def secret_is_never_printed(host, word):
    for key in (STABLE, "net.ipv4.tcp_fastopen_key"):
        host.write(host.key_path(key), SECRET + "\n")
    host.write("/proc/sys/net/ipv6/conf/eth0/stable_secret", SECRET + "\n")
    host.write("/etc/sysctl.d/10-a.conf", f"{STABLE} = {SECRET}1\nnet.ipv4.tcp_fastopen_key = {SECRET}2\n")
    host.write(CLASSIC, f"{STABLE} = {SECRET}\nnet.ipv4.tcp_fastopen_key = {SECRET}\n")
    host.profile(f"{STABLE}: {{value: '{SECRET}', accept_hazard: true}}\n"
                 f"net.ipv4.tcp_fastopen_key: {{one_of: ['{SECRET}', '{SECRET}3'], accept_hazard: true, when: {{arch: s390x}}}}")
    for words in ((), ("-v",), ("--json",), ("-p", "web.yaml"), ("-p", "web.yaml", "-v"), ("-p", "web.yaml", "--json"),
                  ("--loader", "procps"), ("--loader", "procps", "--json")):
        shown = host.run("explain", word, *words, exit=IN_LINE)
        if "5ec:2e7" in shown.out + shown.err:
            host.fault(f"{words}: {[line for line in shown.out.splitlines() if '5ec:2e7' in line][0]}")
        if word == STABLE and "--json" not in words:
            host.says(shown, r"live +\(secret\)", r"at boot +\(secret\) +/etc/sysctl\.d/50-classic\.conf:1", stream="out")


# ---- profiles and hosts that are broken -----------------------------------------------------------------------------

@case()
def profile_that_is_broken(host):
    """One that was named must be good; the host's own may be missing, or broken: then it is told, and the page comes."""
    host.write("bad.yaml", "profile: [\n")
    host.says(host.run("explain", FIN, "-p", "bad.yaml", exit=INVALID), r"bad\.yaml")
    host.says(host.run("explain", FIN, "-p", "gone.yaml", exit=INVALID), r"gone\.yaml")
    host.says(host.run("explain", FIN, "-p", "gone", exit=INVALID), "gone")
    result = host.run("explain", FIN, exit=IN_LINE)
    host.equal("no profile at all", result.err, "")
    host.write("/etc/holdfast/profiles/default.yaml", "profile: default\nversion: 1\nparameters:\n  kernel: 1\n")
    result = host.run("explain", FIN, exit=IN_LINE)
    host.says(result, r"default\.yaml:4")
    host.says(result, f"^{FIN}$", stream="out")
    host.profile(f"{FIN}: 30", "/etc/holdfast/profiles/default.yaml")
    host.equal("the host's own", here(host, FIN).get("wanted"), {"value": "30"})
    host.says(host.run("explain", FIN), "profile default", r"wanted +30 +/etc/holdfast/profiles/default\.yaml:4$", stream="out")


@case()
def condition_that_does_not_hold(host):
    host.profile(f"{FIN}: {{value: 30, when: {{arch: s390x}}}}")
    host.says(host.run("explain", FIN, "-p", "web.yaml"), "not here: only when .*s390x", stream="out")
    host.equal("json", "wanted" in here(host, FIN, "-p", "web.yaml"), False)


@rows({"value": ("30", {"value": "30"}), "bounds": ("{min: 1, max: 60}", {"min": "1", "max": "60"}),
       "one-of": ("{one_of: [30, 60]}", {"one_of": ["30", "60"]})})
def wanted_forms(host, row):
    form, wanted = row
    host.profile(f"{FIN}: {form}")
    host.equal("wanted", here(host, FIN, "-p", "web.yaml").get("wanted"), wanted)


@case()
def wildcard_of_a_profile(host):
    host.profile(RP.format("*") + ": 1")
    found = page(host, "rp_filter", "-p", "web.yaml")["here"]
    host.equal("wanted", [each.get("wanted") for each in found], [{"value": "1"}] * 4)
    host.equal("source", {each["source"]["line"] for each in found}, {4})


@case("image")
def image_has_no_live_values(host):
    found = here(host, FIN)
    host.equal("live", found["live"], {"state": "unasked"})
    host.equal("boot", found.get("boot", {}).get("line"), 24)
    host.says(host.run("explain", FIN), "no kernel is looked at", stream="out")
    host.equal("rows of interfaces", page(host, "rp_filter")["here"], [])
    host.run("explain", "*", exit=IN_LINE)
    host.run("explain", "-v", "*", exit=IN_LINE)
    host.run("explain", "no.such.key", exit=WORK)


def register_tree(tree):
    @case(tree)
    def everything_of_a_host(host):
        """Every page on every host: valid by the schema, the same each time, nothing raw."""
        first = host.run("explain", "--json", "*", exit=IN_LINE)
        host.equal("stable", host.run("explain", "--json", "*").out, first.out)
        host.equal("raw", RAW.findall(host.run("explain", "-v", "*", exit=IN_LINE).out), [])
        for each in first.document["parameters"]:
            host.equal(f"catalogue of {each['key']}", each["catalogue"] is not None, True)
    from harness import CASES
    CASES[-1].name = f"everything_of_a_host[{tree}]"


for each in ("debian12", "debian13", "container", "old-kernel", "procps-only", "vlan", "shadow-up"):
    register_tree(each)


@case()
def an_action_is_never_read(host):
    """Reading some does something: they are shown without."""
    for key in ("vm.drop_caches", "vm.compact_memory", "net.ipv4.route.flush", "vm.stat_refresh"):
        host.fifo(host.key_path(key))  # whoever reads it waits
        host.run("explain", key, exit=IN_LINE)
        host.equal(key, here(host, key)["live"]["state"] in ("unasked", "unreadable"), True)


@case(needs_root=True)
def explain_not_permitted(host):
    """What may not be read is so; a sysctl file that may not be read is refused, as no forecast would be true."""
    host.set_live(FIN, "30")
    host.path(host.key_path(FIN)).chmod(0o600)
    host.equal("live", here(host, FIN, user=NOBODY)["live"]["state"], "unreadable")
    host.says(host.run("explain", FIN, user=NOBODY, exit=IN_LINE), "unreadable", stream="out")
    host.write("/etc/sysctl.d/20-secret.conf", "vm.swappiness = 1\n", 0o600)
    host.says(host.run("explain", FIN, user=NOBODY, exit=DENIED), r"20-secret\.conf.*Permission denied")


@case()
def hostile_host_is_explained(host):
    """Escapes and broken bytes in values, files, names of files and interfaces."""
    esc = "\x1b]0;owned\x07\u009b31m"
    host.set_live(FIN, f"30{esc}")
    with open(host.path(host.key_path("vm.swappiness")), "wb") as file:
        file.write(b"\xff\x00\x1b[31m\n\nx\n")
    host.write(f"/etc/sysctl.d/99-{esc}.conf", f"{FIN} = {esc}\nvm.swappiness = 1{esc}\nkernel.domainname = {esc}\n")
    host.write(f"/etc/sysctl.d/99-x{esc}.conf", f"kernel.domainname = y{esc}\n{RP.format('*')} = 1\n")
    host.write(f"/proc/sys/net/ipv4/conf/e{esc[:6]}/rp_filter", "1\n")
    host.write(f"/proc/sys/net/ipv4/{esc}", "1\n")
    host.write(f"w{esc}.yaml", f"profile: w\nversion: 1\nparameters:\n  {FIN}: 30\n  kernel.domainname: x\n")
    for words in ((FIN,), ("vm.swappiness",), ("kernel.domainname",), ("rp_filter",), ("*",), ("-v", "tcp_*"), (f"net/ipv4/{esc}",),
                  (FIN, "-p", f"w{esc}.yaml"), ("kernel.domainname", "-p", f"w{esc}.yaml")):
        for loader in ("systemd", "procps"):
            shown = host.run("explain", "--loader", loader, *words, exit=(IN_LINE, WORK))
            host.equal(f"raw in {words}", [shown.out[max(0, each.start() - 50):each.end()] for each in RAW.finditer(shown.out)][:1], [])
            host.equal(f"raw in complaints of {words}", RAW.findall(shown.err), [])
            host.run("explain", "--loader", loader, "--json", *words, exit=(IN_LINE, WORK))


@case()
def very_many_lines(host):
    """5,000 lines of one key, all but one of them shadowed; and 2,000 interfaces."""
    host.write(CLASSIC, "".join(f"{FIN} = {i}\n" for i in range(5000)))
    host.remove("/etc/sysctl.conf")
    host.equal("shadowed", len(here(host, FIN)["shadowed"]), 4999)
    host.run("explain", FIN, exit=IN_LINE)
    for i in range(2000):
        host.write(f"/proc/sys/net/ipv4/conf/e{i}/rp_filter", "0\n")
    host.equal("interfaces", len(page(host, "rp_filter")["here"]), 2004)
    host.run("explain", "*", exit=IN_LINE)


@case()
def quiet_page(host):
    host.equal("stdout", host.run("explain", FIN, "-q", exit=IN_LINE).out, "")
    host.run("explain", "no.such.key", "-q", exit=WORK)
