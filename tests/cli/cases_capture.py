"""capture: profiles from sysctl files, from this host's boot, from its live values and from tuned; and back again."""

import re
import shutil
import subprocess

import yaml

from harness import CASES, NOBODY, case, rows
from program import DENIED, IN_LINE, TOP, USAGE, WORK

FIN, SWAP, PATTERN = "net.ipv4.tcp_fin_timeout", "vm.swappiness", "kernel.core_pattern"
RP = "net.ipv4.conf.{}.rp_filter"
FILE = "10-a.conf"
ETC = "/etc/sysctl.d/10-a.conf"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")  # what must never reach a terminal


def captured(host, *words, **options):
    """(parameters, comments below 'Not carried over'), after the profile was read by another YAML parser than ours."""
    options.setdefault("exit", IN_LINE)
    result = host.run("capture", *words, **options)
    raw = RAW.search(result.out)
    if raw:
        host.fault(f"raw {raw[0]!r} in {result.out[max(0, raw.start() - 60):raw.end()]!r}")
    host.write("captured.yaml", result.out)
    # Python's own reader shares nothing with ours and is too slow for the largest.
    loader = yaml.SafeLoader if len(result.out) < 100000 else getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        profile = yaml.load(result.out, loader)
    except yaml.YAMLError as err:
        host.fault(f"capture {' '.join(words)}: no YAML: {str(err)[:300]}")
        return {}, ""
    host.equal("members", sorted(profile), ["parameters", "profile", "summary", "version"])
    refused = result.out.partition("# Not carried over:\n")[2]
    host.equal("comments at the end", [line for line in refused.splitlines() if not line.startswith("#   ")], [])
    return profile["parameters"], refused


def passes(host, *words):
    """The captured profile has no errors, and this host is what it says."""
    linted = host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
    if linted.status != IN_LINE:
        host.fault(f"lint says:\n{linted.out[:600]}")
    checked = host.run("check", "-p", "captured.yaml", *words, exit=IN_LINE)
    if checked.status != IN_LINE:
        host.fault(f"check says:\n{checked.out[:900]}")


def usual(host):
    """Keys that every kernel has and the small fake hosts do not: what is not there is captured as optional."""
    for key in ("kernel.domainname", PATTERN, "kernel.panic", "kernel.unprivileged_bpf_disabled", "vm.dirty_ratio", "vm.max_map_count",
                "vm.overcommit_memory", "net.ipv4.conf.all.forwarding"):
        if host.live(key) is None:
            host.write(host.key_path(key), "0\n")


def clear(host):
    for folder in ("/etc/sysctl.d", "/usr/lib/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d"):
        host.remove(folder)
    host.remove("/etc/sysctl.conf")


def shown_value(host, key):
    """What our own reader makes of the captured value."""
    document = host.run("show", "-p", "captured.yaml", "--json", exit=IN_LINE).document or {}
    return [each.get("wanted", {}).get("value") for each in document.get("parameters", []) if each["key"] == key]


# ---- round trips ----------------------------------------------------------------------------------------------------

def register_round_trip(tree, loader):
    @case(tree)
    def round_trip(host):
        for words in (("--loader", loader), ("--live", "--loader", loader)):
            captured(host, *words)
            passes(host, "--loader", loader)
    CASES[-1].name = f"round_trip[{tree}-{loader}]"


for each in ("debian12", "debian13", "container", "old-kernel", "procps-only", "shadow-up", "shadow-down", "vlan"):
    for word in ("systemd", "procps", "procps:3"):
        register_round_trip(each, word)


def register_golden(tree):
    @case(tree)
    def capture_of_a_host(host):
        host.show("capture", exit=IN_LINE)
        host.show("capture", "--live", "--name", f"of-{tree}", exit=IN_LINE)
    CASES[-1].name = f"capture_of_a_host[{tree}]"


for each in ("debian12", "debian13", "procps-only", "shadow-down", "vlan", "old-kernel"):
    register_golden(each)


@case("image")
def image_round_trip(host):
    for loader in ("systemd", "procps"):
        captured(host, "--loader", loader)
        passes(host, "--loader", loader)
    host.says(host.run("capture", "--live", exit=WORK), "no /proc/sys")


# name: (lines of one file, loaders). The host is set as it says, then what is captured must hold there.
ALL = ("systemd", "procps", "procps:3")
NEW = ("systemd", "procps")
BOOTS = {
    "plain": (f"{FIN} = 30\n", ALL),
    "other-spelling": ("net/ipv4/tcp_fin_timeout = 30\n", ALL),
    "twice": (f"{FIN} = 30\n{FIN} = 40\n", ALL),
    "notations": (f"{FIN} = 0x1e\n{SWAP} = 012\n", ALL),
    "vector": ("net.ipv4.tcp_rmem = 4096\t 131072   6291456\n", ALL),
    "vector-octal": ("net.ipv4.tcp_rmem = 4096 0400000 6291456\n", ALL),
    "vector-short": ("net.ipv4.tcp_rmem = 4096\n", ALL),
    "vector-long": ("net.ipv4.tcp_rmem = 4096 131072 6291456 9\n", ALL),
    "comment-behind": (f"{FIN} = 30 # thirty\n{SWAP} = 10 ; ten\n", ALL),
    "text-behind": (f"{SWAP} = 10 pages\n", ALL),
    "carriage-returns": (f"{FIN} = 30\r\n{SWAP} = 10\r\n", ALL),
    "ports": ("net.ipv4.ip_local_reserved_ports = 8080,9000-9010\n", ALL),
    "ports-none": ("net.ipv4.ip_local_reserved_ports =\n", NEW),
    "dash": (f"-{FIN} = 30\n", NEW),
    "refused-by-the-kernel": (f"{SWAP} = 201\n", ALL),
    "refused-then-good": (f"{SWAP} = 201\n{SWAP} = 10\n", ALL),
    "good-then-refused": (f"{SWAP} = 10\n{SWAP} = 201\n", ALL),
    "gone": ("net.ipv4.tcp_tw_recycle = 1\n", ALL),
    "action": ("vm.drop_caches = 3\nnet.ipv4.route.flush = 1\n", ALL),
    "read-only": ("fs.file-nr = 3\n", ALL),
    "later-kernel": ("net.ipv4.tcp_rto_max_ms = 5000\n", ALL),
    "module": ("net.netfilter.nf_conntrack_max = 65536\n", ALL),
    "not-here": ("kernel.panic = 10\n", ALL),
    "unknown": ("a.b = x y\n", ALL),
    "unknown-here": ("a.b = 7\n", ALL),
    "hazard": (f"{PATTERN} = |/bin/x %p\n", ALL),
    "alias": ("net.ipv4.conf.all.forwarding = 1\n", ALL),
    "alias-and-key": ("net.ipv4.conf.all.forwarding = 1\nnet.ipv4.ip_forward = 0\n", ALL),
    "wildcard": (RP.format("*") + " = 1\n", ALL),
    "wildcard-none": (RP.format("wg*") + " = 1\n", ALL),
    "wildcard-and-key": (RP.format("*") + " = 1\n" + RP.format("eth0") + " = 2\n", NEW),
    "key-and-wildcard": (RP.format("eth0") + " = 2\n" + RP.format("*") + " = 1\n", NEW),
    "two-wildcards": (RP.format("*") + " = 1\n" + RP.format("eth*") + " = 2\n", NEW),
    "two-wildcards-back": (RP.format("eth*") + " = 2\n" + RP.format("*") + " = 1\n", NEW),
    "wildcard-twice": (RP.format("*") + " = 1\n" + RP.format("*") + " = 2\n", NEW),
    "excluded": (RP.format("*") + " = 1\n-" + RP.format("eth0") + "\n", NEW),
    "excluded-first": ("-" + RP.format("eth0") + "\n" + RP.format("*") + " = 1\n", NEW),
    "excluded-two": (RP.format("*") + " = 1\n-" + RP.format("all") + "\n-" + RP.format("default") + "\n", NEW),
    "excluded-all": (RP.format("*") + " = 1\n" + "".join(f"-{RP.format(name)}\n" for name in ("all", "default", "eth0", "lo")), NEW),
    "excluded-by-pattern": (RP.format("*") + " = 1\n-" + RP.format("eth*") + "\n", ("systemd", "procps", "procps:4.0.5")),
    "excluded-by-itself": (RP.format("*") + " = 1\n-" + RP.format("*") + "\n", ("systemd", "procps", "procps:4.0.5")),
    "excluded-key": (f"{SWAP} = 10\n-{SWAP}\n", ALL),
    "excluded-key-first": (f"-{SWAP}\n{SWAP} = 10\n", ALL),
    "excluded-with-a-value": (RP.format("*") + " = 1\n-" + RP.format("eth0") + " = 2\n", NEW),
    "wildcard-of-an-action": ("net.ipv4.route.* = 1\n", NEW),
    "wildcard-of-many": ("net.ipv4.tcp_tw_* = 1\n", NEW),
    "wildcard-of-secrets": ("net.ipv6.conf.*.stable_secret = ::1\n", NEW),
    "wildcard-two-parts": ("net.*.conf.*.rp_filter = 1\n", NEW),
    "wildcard-first-part": ("*.swappiness = 10\n", NEW),
    "vlan-dotted": ("net.ipv4.conf.eth0.100.rp_filter = 1\n", ALL),
    "interface-that-is-not-here": (RP.format("wlan0") + " = 1\n", ALL),
    "one-part": ("swappiness = 10\n", ALL),
    "long-value": ("kernel.domainname = " + "x" * 4095 + "\n", NEW),
    "too-long-value": ("kernel.domainname = " + "x" * 4096 + "\n", NEW),
}


def register_boot(name, text, loader):
    @case()
    def boot_of_a_file(host):
        clear(host)
        if name != "not-here":
            usual(host)
        host.write(ETC, text)
        captured(host, "--loader", loader)
        # Keys that are not here wait, or are gone with a later kernel: neither is drift.
        linted = host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
        if linted.status != IN_LINE:
            host.fault(f"lint says:\n{linted.out[:600]}")
        checked = host.run("check", "-p", "captured.yaml", "--loader", loader, exit=(IN_LINE, 3))
        if checked.status not in (IN_LINE, 3):
            host.fault(f"check says:\n{checked.out[:900]}")
        # And of the file itself: good on its own, whatever this host has.
        host.write(FILE, text)
        captured(host, "--loader", loader, FILE)
        host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
    CASES[-1].name = f"boot_of_a_file[{name}-{loader}]"


for each, (lines, loaders) in BOOTS.items():
    for word in loaders:
        register_boot(each, lines, word)


@case()
def by_apply_and_back(host):
    """What is captured from one host and applied to another makes that one the same."""
    clear(host)
    host.write(ETC, f"{FIN} = 30\n{SWAP} = 10\n{RP.format('*')} = 1\n-{RP.format('eth0')}\nnet.ipv4.tcp_rmem = 4096 131072 4194304\n")
    parameters, _ = captured(host)
    passes(host)
    clear(host)
    host.write("captured.yaml", re.sub(r", manage: \[boot\]", "", host.read("captured.yaml")))
    host.run("apply", "-p", "captured.yaml", exit=IN_LINE)
    host.equal("again", captured(host)[0].keys(), parameters.keys())
    host.equal("live", [host.live(key) for key in (FIN, SWAP, RP.format("lo"), RP.format("eth0"))], ["30", "10", "1", "0"])


# ---- what stands in the profile -------------------------------------------------------------------------------------

# name: (text of a file, parameters, patterns among what is refused)
FILES = {
    "empty": ("", {}, []),
    "comments": ("# x\n; y\n\n", {}, []),
    "plain": (f"{FIN}=30\n", {FIN: 30}, []),
    "last-wins": (f"{FIN} = 30\n{FIN} = 40\n", {FIN: 40}, []),
    "text": ("kernel.domainname = example.org\n", {"kernel.domainname": "example.org"}, []),
    "vector": ("net.ipv4.tcp_rmem = 1 2\t3\n", {"net.ipv4.tcp_rmem": [1, 2, 3]}, []),
    "hexadecimal": (f"{FIN} = 0x1e\n", {FIN: "0x1e"}, []),
    "hazard": ("kernel.unprivileged_bpf_disabled = 1\n", {"kernel.unprivileged_bpf_disabled": {"value": 1, "accept_hazard": True}}, []),
    "no-hazard": ("kernel.unprivileged_bpf_disabled = 2\n", {"kernel.unprivileged_bpf_disabled": 2}, []),
    "unknown": ("a.b = 1\n", {"a.b": {"value": 1, "optional": True}}, []),
    "alias": ("net.ipv4.conf.all.forwarding = 0\nnet.ipv4.ip_forward = 1\n", {"net.ipv4.ip_forward": 1}, []),
    "gone": ("net.ipv4.tcp_tw_recycle = 1\n", {}, [r"net\.ipv4\.tcp_tw_recycle = 1 \(10-a\.conf:1\): Linux 4\.12 took it out"]),
    "action": ("vm.drop_caches = 3\n", {}, [r"drop_caches = 3 \(10-a\.conf:1\): .*action"]),
    "read-only": ("fs.file-nr = 3\n", {}, [r"file-nr = 3 .*only be read"]),
    "refused": (f"# x\n{SWAP} = 201\n", {}, [r"swappiness = 201 \(10-a\.conf:2\): .*0 to 200"]),
    "no-value": (f"{SWAP} = ten\n", {}, [r"swappiness = ten .*integer"]),
    "secret": ("net.ipv4.tcp_fastopen_key = 1-2-3-4\n", {}, [r"tcp_fastopen_key = \(secret\) \(10-a\.conf:1\): it is a secret"]),
    "one-part": ("swappiness = 10\n", {}, [r"swappiness = 10 .*two components"]),
    "no-such-key-text": ("a b.c = 1\n", {}, [r"a b\.c = 1 .*blank"]),
    "control": ("kernel.domainname = a\x01b\n", {}, [r"domainname = a\\x01b .*control"]),
    "empty-value": ("kernel.domainname =\n", {"kernel.domainname": ""}, []),
    "empty-number": (f"{SWAP} =\n", {}, ["swappiness = .*empty"]),
    "not-here": ("net.ipv4.tcp_rto_max_ms = 5000\n", {"net.ipv4.tcp_rto_max_ms": {"value": 5000, "optional": True}}, []),
    "wildcard": (f"{RP.format('*')} = 1\n", {RP.format("*"): 1}, []),
    "excluded": (f"{RP.format('*')} = 1\n-{RP.format('eth0')}\n-{RP.format('eth0/7')}\n",
                 {RP.format("*"): {"value": 1, "except": ["eth0", "eth0.7"]}}, []),
    "excluded-first": (f"-{RP.format('eth0')}\n{RP.format('*')} = 1\n", {RP.format("*"): {"value": 1, "except": ["eth0"]}}, []),
    "excluded-twice": (f"-{RP.format('eth0')}\n{RP.format('*')} = 1\n-{RP.format('eth0')}\n",
                       {RP.format("*"): {"value": 1, "except": ["eth0"]}}, []),
    "exclusion-of-nothing": (f"-{SWAP}\n", {}, [r"-vm\.swappiness \(10-a\.conf:1\): no wildcard"]),
    "exclusion-cancels": (f"{SWAP} = 10\n-{SWAP}\n", {}, [r"vm\.swappiness"]),
    "two-wildcards": ("net.*.conf.*.x = 1\n", {}, ["only one component"]),
    "wildcard-of-an-action": ("net.ipv4.route.* = 1\n", {}, [r"net\.ipv4\.route\.\*"]),
    "too-long-value": ("kernel.domainname = " + "x" * 4096 + "\n", {}, ["domainname"]),
}


@rows(FILES)
def of_a_file(host, row):
    text, parameters, said = row
    usual(host)
    host.write(FILE, text)
    found, refused = captured(host, FILE)
    host.equal("parameters", found, parameters)
    for pattern in said:
        if not re.search(pattern, refused):
            host.fault(f"no /{pattern}/ in what is refused:\n{refused[:400]}")
    host.equal("refused lines", len(refused.splitlines()), len(said))
    host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)


@case()
def cancelled_by_systemd_alone(host):
    """An exclusion takes a line back for systemd; procps sets it all the same."""
    host.write(FILE, f"{SWAP} = 10\n-{SWAP}\n")
    host.equal("systemd", captured(host, FILE, "--loader", "systemd")[0], {})
    host.equal("procps", captured(host, FILE, "--loader", "procps")[0], {SWAP: 10})


@case()
def several_files(host):
    """Later ones win; each value says where it is from."""
    host.write("a.conf", f"{FIN} = 30\n{SWAP} = 10\n")
    host.write("sub/b.conf", f"\n{SWAP} = 20\n")
    host.equal("parameters", captured(host, "a.conf", "sub/b.conf")[0], {FIN: 30, SWAP: 20})
    shown = host.run("capture", "a.conf", "sub/b.conf").out
    for line in ("  # a.conf:1\n  net.ipv4.tcp_fin_timeout: 30\n", "  # sub/b.conf:2\n  vm.swappiness: 20\n", "a.conf, sub/b.conf"):
        host.equal(line, line in shown, True)
    host.equal("sorted", re.findall(r"^  (\w\S*):", shown, re.MULTILINE), [FIN, SWAP])
    host.equal("other order", captured(host, "sub/b.conf", "a.conf")[0][SWAP], 10)


@case()
def golden_file(host):
    host.write("old.conf", "".join(text for name, (text, *_) in FILES.items() if not name.startswith("too-long")))
    host.show("capture", "old.conf", "--name", "web.2", exit=IN_LINE)


@rows({"capital": "Web", "empty": "", "dots": "..", "slash": "a/b", "blank": "a b", "newline": "a\nb: c", "long": "x" * 65,
       "escape": "\x1b", "colon": "a: b", "utf8": "é"})
def bad_names(host, name):
    host.write(FILE, f"{FIN} = 30\n")
    result = host.run("capture", FILE, "--name", name, exit=USAGE)
    host.says(result, "--name")
    host.equal("stdout", result.out, "")
    host.equal("raw", RAW.findall(result.err), [])


@rows({"plain": "web", "number": "1", "yes": "yes", "null": "null", "octal": "010", "dots": "a.b-c_d", "true": "true", "float": "1.5",
       "hexadecimal": "0x10", "exponent": "1e3", "longest": "x" * 64})
def good_names(host, name):
    """Whatever YAML takes a word for, a name is a name."""
    host.write(FILE, f"{FIN} = 30\n")
    captured(host, FILE, "--name", name)
    host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
    host.equal("name", (host.run("show", "-p", "captured.yaml", "--json", exit=IN_LINE).document or {}).get("profile", {}).get("name"), name)


@case()
def wrong_use_of_capture(host):
    host.write(FILE, f"{FIN} = 30\n")
    host.says(host.run("capture", "--live", FILE, exit=USAGE), "--live")
    for words in (("--kernel", "6.18"), ("--fail-on", "note"), ("--sarif",), ("-o", "x")):
        host.run("capture", FILE, *words, exit=USAGE)
    for words in (("lint", "--name", "x"), ("check", "--live")):
        host.run(*words, exit=USAGE)
    host.equal("quiet", host.run("capture", FILE, "-q", exit=IN_LINE).out, "")


@case()
def json_is_none_of_its_forms(host):
    """It prints YAML and nothing else: --json is refused, not passed over."""
    host.write(FILE, f"{FIN} = 30\n")
    host.equal("stdout", host.run("capture", "--json", FILE, exit=USAGE).out, "")


# ---- odd files ------------------------------------------------------------------------------------------------------

ODD = {
    "missing": (lambda host, name: None, "no file"),
    "folder": (lambda host, name: host.path(name).mkdir(), "folder"),
    "fifo": (lambda host, name: host.fifo(name), "no regular file"),
    "zero": (lambda host, name: host.link(name, "/dev/zero"), "no regular file"),
    "loop": (lambda host, name: host.link(name, name), "symbolic link"),
    "too-big": (lambda host, name: host.write(name, b"#\n" * (9 << 20)), "larger than"),
}


@rows({f"{kind}-{name}": (row, name) for kind, row in ODD.items() for name in ("odd.conf", "tuned.conf")})
def odd_files_are_refused(host, row):
    (make, said), name = row
    make(host, name)
    host.write(FILE, f"{FIN} = 30\n")
    result = host.run("capture", FILE, name, exit=(WORK, 65))
    host.says(result, re.escape(name), said)
    host.equal("stdout", result.out, "")


@case(needs_root=True)
def capture_not_permitted(host):
    host.write("secret.conf", f"{FIN} = 30\n", 0o600)
    host.says(host.run("capture", "secret.conf", user=NOBODY, exit=DENIED), r"secret\.conf.*Permission denied")
    host.write("/etc/sysctl.d/20-secret.conf", f"{FIN} = 30\n", 0o600)
    host.says(host.run("capture", user=NOBODY, exit=DENIED), r"20-secret\.conf.*Permission denied")
    host.says(host.run("capture", "--live", user=NOBODY, exit=DENIED), r"20-secret\.conf.*Permission denied")


ESC = "\x1b]0;owned\x07\x1b[31m"
MUCH = (1 << 20) - 100  # a named file may have a mebibyte
HOSTILE = {
    "nuls": b"\0\nvm.swappiness\0 = 1\0\nkernel.domainname = a\0b\nvm.dirty_ratio = 1\0\x1b[31m\n",
    "escapes": f"kernel.domainname = {ESC}\n{ESC} = 1\na.{ESC} = 1\nnet.ipv4.conf.{ESC}*.x = 1\n-{ESC}\n".encode(),
    "c1-value": "kernel.domainname = \u009b31m\nkernel.hostname = \u0085\n".encode(),
    "c1-key": "a.\u009b31m = 1\n".encode(),
    "c1-exclusion": f"{RP.format('*')} = 1\n-{RP.format(chr(0x9b))}\n".encode(),
    "invalid-utf8": b"kernel.domainname = \xff\xfe\nkernel.hostname = \xc3\x28\na.\xff = 1\n",
    "invalid-utf8-exclusion": RP.format("*").encode() + b" = 1\n-" + RP.format("?").encode().replace(b"?", b"\xff") + b"\n",
    "surrogates": b"kernel.domainname = \xed\xa0\x80\n",
    "noncharacters": "kernel.domainname = \ufffe\nkernel.hostname = \uffff\n".encode(),
    "separators": "kernel.domainname = a\u2028b\nkernel.hostname = a\u2029b\na.b = \ufeffx\n".encode(),
    "yaml-in-value": b"kernel.domainname = x\\n  vm.swappiness: 200\na.b = }\", accept_hazard: true} #\n",
    "yaml-in-key": b"a.b: {value = 1\na.}, x: { = 1\na.b # x = 1\n- a.b = 1\na.!!x = 1\na.*x = 1\na.&x = 1\n? a.c = 1\na.| = 1\na.> = 1\na.%x = 1\n",
    "mebibyte-of-line": b"x" * MUCH,
    "mebibyte-of-key": b"a." + b"b" * MUCH + b" = 1\n",
    "mebibyte-of-value": b"a.b = " + b"x" * MUCH + b"\n",
    "mebibyte-of-number": b"vm.swappiness = " + b"1" * MUCH + b"\n",
    "mebibyte-of-quotes": b"a.b = " + b"\"" * MUCH + b"\n",
    "mebibyte-of-sections": b"[sysctl]\n" + b"[x]\n" * (MUCH // 4 - 10),
    "mebibyte-of-section": b"[" + b"x" * MUCH + b"]\n",
    "many-keys": b"".join(b"a.%d=1\n" % i for i in range(40000)),
    "many-refusals": b"x\x01.y=1\n" * 100000,
    "many-exclusions": b"-a.b\n" * 100000,
    "wildcards-and-exclusions": b"".join(b"net.ipv4.conf.*%d*.rp_filter = 1\n" % i for i in range(300)) +
                                b"".join(b"-net.ipv4.conf.eth%d.rp_filter\n" % i for i in range(3000)),
    "one-key": b"vm.swappiness = 1\n" * 50000,
}


@rows({f"{name}-{loader}": (name, loader) for name in HOSTILE for loader in NEW})
def hostile_file(host, row):
    """No crash, no hang, nothing raw, and a profile that is none the worse for it."""
    name, loader = row
    host.write(FILE, HOSTILE[name])
    captured(host, FILE, "--loader", loader)
    if host.path("captured.yaml").stat().st_size < 1 << 20:
        linted = host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
        if linted.status != IN_LINE:
            host.fault(f"lint says:\n{host.normal(linted.out)[:600]}")


@case()
def hostile_host_is_captured(host):
    clear(host)
    for i, (name, data) in enumerate(HOSTILE.items()):
        if not name.startswith(("many", "mebibyte", "wildcards", "one-key")):
            host.write(f"/etc/sysctl.d/{i:02}-{ESC}{name}.conf", data)
    host.write("/proc/sys/kernel/hostname", ESC)
    host.set_live(SWAP, f"30{ESC}")
    with open(host.path("/proc/sys/kernel/osrelease") if host.path("/proc/sys/kernel/osrelease").exists()
              else host.write("/proc/sys/kernel/x", ""), "ab") as file:
        file.write(b"\xff\n")
    for words in ((), ("--live",), ("--loader", "procps")):
        captured(host, *words)
        host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
        host.run("check", "-p", "captured.yaml", *(word for word in words if word != "--live"), exit=(IN_LINE, 3))


# ---- values ---------------------------------------------------------------------------------------------------------

VALUES = ["010", "0", "-0", "+1", "-1", "00", "0x10", "0o17", "0b1", "1_000", "1e3", "1.5", ".5", "12:30:45", "99999999999999999999",
          "-99999999999999999999", "18446744073709551615", "1 2 3", "1 02", "yes", "no", "on", "off", "true", "False", "null", "~", "y",
          "nan", ".inf", "|", "|/bin/x %p", ">", "#", "# x", "a #b", "a# b", "a;b", "a ;b", "'", "\"", "'x'", "\"x\"", "\\", "\\n", "a\\",
          "\\\"", "a: b", "a:", ":", ":a", "- a", "-", "--", "---", "...", "..", ".", "=", "<<", "? a", "?", "[a]", "[", "]", "{a}", "{", "}",
          "a, b", ",", "&a", "*a", "!a", "!!str a", "%a", "@a", "`a`", "$(x)", "${x}", "%{x}", "a\tb", "a  b", "é", "日本", "\U0001f600", "\u00a0x",
          "x\u00a0", "a\u200bb", "x" * 4095]
# These no profile can hold, or ours will not: either the very value or a comment that says so.
HARD = ["\u0080", "\u0085x", "\u009b31m", "a\u2028b", "\ufeffx", "\ufffe", "\uffff", "\x7f", "a\x01b", "x" * 4096, "x" * 70000, "\udcff", "a\udc9bb"]


def check_value(host, key, value, hard):
    host.path(FILE).write_bytes(f"{key} = {value}\n".encode("utf-8", "surrogateescape"))
    _, refused = captured(host, FILE, "--loader", "procps")
    found = shown_value(host, key)
    if found != [value] and not (hard and found == [] and refused):
        host.fault(f"{key} = {value[:40]!r} becomes {[str(each)[:40] for each in found]}")
    host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)


@rows({f"{i:02}": value for i, value in enumerate(VALUES)})
def values(host, value):
    """What stands behind the sign is what the profile asks for, byte for byte, whatever YAML makes of such words."""
    for key in ("kernel.domainname", "a.b"):
        check_value(host, key, value, False)


@rows({f"{i:02}": value for i, value in enumerate(HARD)})
def hard_values(host, value):
    for key in ("kernel.domainname", "a.b"):
        check_value(host, key, value, True)


KEYS = ["a.b", "net.ipv4.conf.eth0/100.rp_filter", "net/ipv4/conf/eth0.100/x", "a.é", "a.b:c", "a.b,c", "a.b@c", "a.b&c", "a.!b", "a.%b", "a.b|c",
        "a.b>c", "a.`b", "a.$b", "a.(b)", "a.~", "a.yes", "a.1", "1.5", "0x1.0", "12.30", "1e3.5", "null.x", "a.b^c", "a.b+c", "a.-b", "a.b-"]


@rows({f"{i:02}": key for i, key in enumerate(KEYS)})
def key_texts(host, key):
    """Keys that YAML would read as something else."""
    host.write(FILE, f"{key} = 7\n")
    captured(host, FILE)
    host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
    dotted = key if "." in key and "/" not in key.split(".", maxsplit=1)[0] else key.translate(str.maketrans("./", "/."))
    host.equal("value", shown_value(host, dotted), ["7"])


# ---- live -----------------------------------------------------------------------------------------------------------

def live(host, **options):
    parameters, refused = captured(host, "--live", **options)
    passes(host)
    return parameters, refused


@case()
def live_values(host):
    """What differs from a fresh kernel; managed live alone unless a file sets it too."""
    clear(host)
    before, _ = live(host)
    host.set_live(FIN, "30")
    host.set_live(SWAP, "10")
    host.write(ETC, f"{SWAP} = 10\n")
    found, _ = live(host)
    host.equal("new", {key: value for key, value in found.items() if key not in before}, {FIN: {"value": 30, "manage": ["live"]}, SWAP: 10})
    host.write(ETC, f"{SWAP} = 20\n")
    host.equal("another at boot", live(host)[0][SWAP], {"value": 10, "manage": ["live"]})
    host.says(host.run("capture", "--live"), "the kernel begins with 60", stream="out")


@case()
def live_interfaces(host):
    """Of keys per interface only all and default; the others come and go."""
    clear(host)
    for name in ("all", "default", "eth0", "lo"):
        host.set_live(RP.format(name), "2")
    found, _ = live(host)
    host.equal("rp_filter", sorted(key for key in found if key.endswith("rp_filter")), [RP.format("all"), RP.format("default")])


@case()
def live_alias(host):
    clear(host)
    host.write("/proc/sys/net/ipv4/conf/all/forwarding", "1\n")
    host.write("/proc/sys/net/ipv4/conf/default/forwarding", "1\n")
    host.set_live("net.ipv4.ip_forward", "1")
    for line in ("net.ipv4.ip_forward = 1", "net.ipv4.conf.all.forwarding = 1"):
        host.write(ETC, f"{line}\n")
        found, _ = live(host)
        host.equal(f"by {line}", [found[key] for key in ("net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding") if key in found], [1])


@case()
def live_of_what_is_no_setting(host):
    """No secret, no action, nothing that is read only or that the kernel moves by itself."""
    clear(host)
    before, _ = live(host)
    secret = "2001:db8::5ec:2e7"
    for key, value in (("net.ipv6.conf.default.stable_secret", secret), ("net.ipv4.tcp_fastopen_key", secret), ("fs.file-nr", "1 2 3"),
                       ("kernel.ns_last_pid", "77"), ("net.ipv4.neigh.default.base_reachable_time", "77")):
        host.write(host.key_path(key), f"{value}\n")
    host.fifo("/proc/sys/vm/drop_caches")
    host.write("/proc/sys/net/ipv4/tcp_brand_new", "7\n")
    found, _ = live(host)
    host.equal("new", found.keys() - before.keys(), set())
    host.equal("secret", secret in host.read("captured.yaml"), False)


@case("container")
def live_read_only(host):
    """What nobody can write here is left out, or the profile could never be applied."""
    found, _ = live(host)
    host.run("apply", "--dry-run", "-p", "captured.yaml", exit=IN_LINE)
    read_only = [key for key in found if not host.path(host.key_path(key)).stat().st_mode & 0o200]
    host.equal("read only", read_only, [])


@case()
def live_default_of_a_later_kernel(host):
    """A default that came later is none on an older kernel."""
    clear(host)
    host.set_live("net.core.somaxconn", "4096")
    host.equal("6.1", "net.core.somaxconn" in live(host)[0], False)


# ---- tuned ----------------------------------------------------------------------------------------------------------

# name: (text of tuned.conf, parameters, patterns among what is refused)
TUNED = {
    "plain": ("[main]\nsummary=x\n[sysctl]\nvm.swappiness=10\n", {SWAP: 10}, []),
    "blanks": ("[sysctl]\n  vm.swappiness = 10 \n", {SWAP: 10}, []),
    "slashes": ("[sysctl]\nnet/ipv4/tcp_fin_timeout=30\n", {FIN: 30}, []),
    "least": ("[sysctl]\nvm.swappiness=>10\n", {SWAP: {"min": 10}}, []),
    "least-blank": ("[sysctl]\nvm.swappiness = > 10\n", {SWAP: {"min": 10}}, []),
    "most": ("[sysctl]\nvm.swappiness=<10\n", {SWAP: {"max": 10}}, []),
    "least-vector": ("[sysctl]\nnet.ipv4.tcp_rmem=>\"4096 131072 6291456\"\n", {"net.ipv4.tcp_rmem": {"min": [4096, 131072, 6291456]}}, []),
    "least-of-text": ("[sysctl]\nkernel.domainname=>x\n", {}, ["domainname.*no number"]),
    "least-of-unknown": ("[sysctl]\na.b=>7\n", {"a.b": {"min": 7, "optional": True}}, []),
    "least-of-unknown-text": ("[sysctl]\na.b=>x\n", {}, [r"a\.b"]),
    "double-quotes": ("[sysctl]\nnet.ipv4.tcp_rmem=\"4096 131072 6291456\"\n", {"net.ipv4.tcp_rmem": [4096, 131072, 6291456]}, []),
    "single-quotes": ("[sysctl]\nkernel.domainname='a b'\n", {"kernel.domainname": "a b"}, []),
    "half-quotes": ("[sysctl]\nkernel.domainname='a\n", {"kernel.domainname": "'a"}, []),
    "equals-in-value": ("[sysctl]\nkernel.domainname=a=b\n", {"kernel.domainname": "a=b"}, []),
    "comments": ("# x\n; y\n[sysctl]\n#vm.swappiness=1\n;vm.swappiness=2\nvm.swappiness=10\n", {SWAP: 10}, []),
    "comment-behind": ("[sysctl]\nvm.swappiness=10 # x\n", {SWAP: 10}, []),
    "comment-behind-quotes": ("[sysctl]\nnet.ipv4.tcp_rmem=\"4096 131072 6291456\" # x\n", {"net.ipv4.tcp_rmem": [4096, 131072, 6291456]}, []),
    "comment-behind-text": ("[sysctl]\nkernel.domainname=a # x\n", {"kernel.domainname": "a"}, []),
    "comment-behind-section": ("[sysctl] # x\nvm.swappiness=10\n", {SWAP: 10}, []),
    "variable": ("[variables]\nx=10\n[sysctl]\nvm.swappiness=${x}\nvm.dirty_ratio=20\n", {"vm.dirty_ratio": 20},
                 [r"swappiness = \$\{x\} \(p/tuned\.conf:4\): .*variable", r"\[variables\] x"]),
    "function": ("[sysctl]\nvm.swappiness=${f:calc:1}\n", {}, ["variable"]),
    "variable-in-key": ("[sysctl]\nvm.${x}=1\n", {}, [r"\$\{x\}"]),
    "other-sections": ("[cpu]\ngovernor=performance\n[disk]\ndevices=sda\nreadahead=>4096\n[sysctl]\nvm.swappiness=10\n", {SWAP: 10},
                       [r"\[cpu\] governor", r"\[disk\] devices|\[disk\] readahead", r"\[disk\]"]),
    "options-of-a-section": ("[sysctl]\ntype=sysctl\npriority=10\nvm.swappiness=10\n", {SWAP: 10}, []),
    "section-off": ("[sysctl]\nenabled=false\nvm.swappiness=10\n", {}, ["swappiness"]),
    "conditional-section": ("[sysctl.arm]\ntype=sysctl\nuname_regex=aarch64\nvm.swappiness=10\n", {}, ["sysctl.arm"]),
    "twice": ("[sysctl]\nvm.swappiness=10\nvm.swappiness=20\n", {SWAP: 20}, []),
    "section-twice": ("[sysctl]\nvm.swappiness=10\n[cpu]\n[sysctl]\nvm.dirty_ratio=20\n", {SWAP: 10, "vm.dirty_ratio": 20}, []),
    "missing-include": ("[main]\ninclude=gone\n[sysctl]\nvm.swappiness=10\n", {SWAP: 10}, [r"include=gone: .*no such profile"]),
    "missing-includes": ("[main]\ninclude=gone,away;x\n", {}, ["gone", "away", "include=x"]),
    "include-outside": ("[main]\ninclude=../../x\n", {}, [r"include=\.\./\.\./x"]),
    "include-variable": ("[main]\ninclude=realtime-${x}\n", {}, [r"realtime-\$\{x\}"]),
    "circle-of-one": ("[main]\ninclude=p\n[sysctl]\nvm.swappiness=10\n", {SWAP: 10}, []),
    "gone": ("[sysctl]\nnet.ipv4.tcp_tw_recycle=1\n", {}, ["4\\.12"]),
    "secret": ("[sysctl]\nnet.ipv4.tcp_fastopen_key=1-2-3-4\n", {}, [r"fastopen_key = \(secret\) \(.*secret"]),
    "crlf": ("[main]\r\nsummary=x\r\n[sysctl]\r\nvm.swappiness=10\r\n", {SWAP: 10}, []),
    "no-last-newline": ("[sysctl]\nvm.swappiness=10", {SWAP: 10}, []),
    "empty": ("", {}, []),
    "unknown": ("[sysctl]\na.b=1\n", {"a.b": {"value": 1, "optional": True}}, []),
    "hazard": (f"[sysctl]\n{PATTERN}=|/bin/x\n", {PATTERN: {"value": "|/bin/x", "accept_hazard": True}}, []),
}


@rows(TUNED)
def of_tuned(host, row):
    text, parameters, said = row
    usual(host)
    host.write("p/tuned.conf", text)
    found, refused = captured(host, "p/tuned.conf")
    host.equal("parameters", found, parameters)
    for pattern in said:
        if not re.search(pattern, refused):
            host.fault(f"no /{pattern}/ in what is refused:\n{refused[:400]}")
    if not said:
        host.equal("refused", refused, "")
    host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)


@case()
def tuned_includes(host):
    """What is included lies below; beside the profile first, then where tuned keeps its own."""
    usual(host)
    host.write("/usr/lib/tuned/base/tuned.conf", "[sysctl]\nvm.swappiness=1\nvm.dirty_ratio=1\nvm.max_map_count=1\n")
    host.write("/usr/lib/tuned/profiles/new/tuned.conf", "[sysctl]\nvm.overcommit_memory=1\n")
    host.write("/etc/tuned/mid/tuned.conf", "[main]\ninclude=base\n[sysctl]\nvm.dirty_ratio=2\nvm.swappiness=2\n")
    host.write("top/tuned.conf", "[main]\nsummary=of the \"top\"\ninclude=mid, new\n[sysctl]\nvm.swappiness=3\n")
    found, refused = captured(host, "top/tuned.conf")
    host.equal("parameters", found, {SWAP: 3, "vm.dirty_ratio": 2, "vm.max_map_count": 1, "vm.overcommit_memory": 1})
    host.equal("refused", refused, "")
    host.equal("summary", yaml.safe_load(host.read("captured.yaml"))["summary"], "of the \"top\"")
    host.says(host.run("capture", "top/tuned.conf"), "# top/tuned.conf:5$", "# /etc/tuned/mid/tuned.conf:4$",
              "# /usr/lib/tuned/base/tuned.conf:4$", stream="out")
    host.write("mid/tuned.conf", "[sysctl]\nvm.dirty_ratio=9\n")
    host.equal("beside", captured(host, "top/tuned.conf")[0], {SWAP: 3, "vm.dirty_ratio": 9, "vm.overcommit_memory": 1})
    host.write("/etc/tuned/base/tuned.conf", "[sysctl]\nvm.max_map_count=5\n")
    host.remove("mid")
    host.equal("/etc before /usr", captured(host, "top/tuned.conf")[0]["vm.max_map_count"], 5)


@case()
def tuned_circles(host):
    """A circle, a fork that meets again, and a long chain come to an end."""
    usual(host)
    host.write("a/tuned.conf", "[main]\ninclude=b\n[sysctl]\nvm.swappiness=1\n")
    host.write("b/tuned.conf", "[main]\ninclude=a,c\n[sysctl]\nvm.dirty_ratio=2\n")
    host.write("c/tuned.conf", "[main]\ninclude=b;a\n[sysctl]\nvm.max_map_count=3\n")
    host.equal("circle", captured(host, "a/tuned.conf")[0], {SWAP: 1, "vm.dirty_ratio": 2, "vm.max_map_count": 3})
    for i in range(100):
        host.write(f"d{i}/tuned.conf", f"[main]\ninclude=d{i + 1},d{i + 2}\n[sysctl]\na.d{i}=1\n")
    _, refused = captured(host, "d0/tuned.conf")
    host.equal("what is cut off is told", bool(refused), True)


@case()
def tuned_replaces(host):
    """replace=1: what the section below said does not count (tuned.conf(5))."""
    usual(host)
    host.write("base/tuned.conf", "[sysctl]\nvm.swappiness=1\nvm.dirty_ratio=1\n")
    host.write("top/tuned.conf", "[main]\ninclude=base\n[sysctl]\nreplace=1\nvm.swappiness=2\n")
    host.equal("parameters", captured(host, "top/tuned.conf")[0], {SWAP: 2})
    host.write("top/tuned.conf", "[main]\ninclude=base\n[sysctl]\ndrop=vm.dirty_ratio\nvm.swappiness=2\n")
    host.equal("dropped", captured(host, "top/tuned.conf")[0], {SWAP: 2})


@rows({"name": ("tuned.conf", "vm.swappiness=10\n", {}), "section-first": ("x.conf", "# x\n\n  [sysctl]\nvm.swappiness=10\n", {SWAP: 10}),
       "sysctl-file": ("x.conf", "vm.swappiness=10\n[sysctl]\n", {SWAP: 10}), "bracket-comment": ("x.conf", "#[x]\nvm.swappiness=10\n", {SWAP: 10})})
def which_kind_of_file(host, row):
    name, text, parameters = row
    host.write(name, text)
    host.equal("parameters", captured(host, name)[0], parameters)


@case()
def tuned_and_sysctl_files(host):
    """Both kinds in one run."""
    host.write("p/tuned.conf", "[sysctl]\nvm.swappiness=10\n")
    host.write(FILE, f"{FIN} = 30\n")
    host.equal("parameters", captured(host, FILE, "p/tuned.conf")[0], {FIN: 30, SWAP: 10})
    host.write(FILE, f"{SWAP} = 30\n")
    host.equal("later wins", captured(host, FILE, "p/tuned.conf")[0], {SWAP: 10})
    host.equal("later wins, too", captured(host, "p/tuned.conf", FILE)[0], {SWAP: 30})


@case()
def tuned_file_that_is_hostile(host):
    for i, text in enumerate((f"[main]\nsummary={ESC}\ninclude={ESC}\n[{ESC}]\n{ESC}={ESC}\n[sysctl]\n{ESC}={ESC}\nkernel.domainname={ESC}\n",
                              "[main]\nsummary=\ud800x\u009b\n[sysctl]\nkernel.domainname=\u009b\n", "[sysctl]\nkernel.domainname=\"\\\"\n",
                              "[main]\nsummary=a\\\"b\tc\n", "[main]\nsummary=\udcff\udcfe\ninclude=\udcff\n[sysctl]\na.\udcff=1\n",
                              "[main]\nsummary=" + "x" * 100000 + "\n", "[main]\nsummary=\u2028\ufeff\n", "[\n]\n[]\n=\n=x\n[sysctl]\n=1\n==\n",
                              "[main]\nsummary=a # b: c\n", "[main]\nsummary=\n[sysctl]\nvm.swappiness=\nkernel.domainname=\"\"\n")):
        host.path("p").mkdir(exist_ok=True)
        host.path("p/tuned.conf").write_bytes(text.encode("utf-8", "surrogatepass" if i == 1 else "surrogateescape"))
        captured(host, "p/tuned.conf")
        linted = host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
        if linted.status != IN_LINE:
            host.fault(f"text {i}: lint says:\n{host.normal(linted.out)[:300]}")


# ---- tuned's own profiles -------------------------------------------------------------------------------------------

def fetch_tuned(host):
    """Debian's package of tuned, unpacked beside the host; None and why when it cannot be had. Nothing of it is kept."""
    for program in ("apt-get", "dpkg"):
        if shutil.which(program) is None:
            return None, f"there is no {program}"
    folder = host.folder / "tuned"
    folder.mkdir()
    try:
        fetched = subprocess.run(["apt-get", "-q", "download", "tuned"], cwd=folder, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return None, "apt-get download takes too long"
    packages = sorted(folder.glob("*.deb"))
    if fetched.returncode != 0 or not packages:
        return None, fetched.stderr.decode(errors="replace").strip().splitlines()[-1:] or "apt-get has no tuned"
    subprocess.run(["dpkg", "-x", packages[0], folder / "x"], check=True)
    return folder / "x", None


@case()
def every_profile_of_tuned(host):
    """Each profile of Debian's package, by the path where it lies and by its name in the host: valid, and lint finds no error."""
    unpacked, why = fetch_tuned(host)
    if unpacked is None:
        host.skipped = f"Debian's package tuned is not to be had: {why}"
        return
    profiles = sorted(unpacked.glob("usr/lib/tuned/**/tuned.conf"))
    host.equal("there are some", len(profiles) > 10, True)
    shutil.copytree(unpacked / "usr/lib/tuned", host.path("/usr/lib/tuned"))
    settings = 0
    for profile in profiles:
        found, refused = captured(host, str(profile))
        settings += len(found)
        text = profile.read_text(errors="replace")
        name = profile.parent.name
        linted = host.run("lint", "captured.yaml", "--fail-on", "error", exit=IN_LINE)
        if linted.status != IN_LINE:
            host.fault(f"{name}: lint says:\n{linted.out[:500]}")
        host.run("show", "-p", "captured.yaml", exit=IN_LINE)
        # Every sysctl that stands there is in the profile or named among what is not.
        section = re.search(r"^\[sysctl\][^\n]*\n((?:(?!^\[).*\n?)*)", text, re.MULTILINE)
        for key in re.findall(r"^\s*([a-z]\w*[./][^\s=]+)\s*=", section[1] if section else "", re.MULTILINE):
            if key.replace("/", ".") not in {each.replace("/", ".") for each in found} and key not in refused:
                host.fault(f"{name}: {key} is lost")
    host.equal("settings", settings > 50, True)
