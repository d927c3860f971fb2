"""Bad input, the profiles (issue 2, 10): each fault is named with file:line:column, and nothing is changed.

Every row is given to check, plan, show and apply. tests/schema has many more such files, for show alone.
"""

from harness import case, rows
from program import IN_LINE, INVALID

FIN = "net.ipv4.tcp_fin_timeout"
HEAD = "profile: web\nversion: 1\nparameters:\n"  # so the parameters begin in line 4


def of(value, key=FIN):
    return f"{HEAD}  {key}: {value}\n"


# name: (the file, line:column or '' where the document allows any, words that must be said)
BAD = {
    # YAML itself
    "tab": (HEAD + f"\t{FIN}: 30\n", "4:1", ["tab"]),
    "tab-after-blanks": (HEAD + f"  {FIN}:\n  \tvalue: 30\n", r"5:\d+", ["tab"]),
    "byte-order-mark": (b"\xef\xbb\xbf" + of(30).encode(), "1:1", ["byte order mark"]),
    "utf-16": (of(30).encode("utf-16"), "1:1", ["byte order mark"]),
    "utf-16-without-mark": (of(30).encode("utf-16-le"), r"1:\d+", []),
    "latin-1": (HEAD.encode() + b"  x.y: caf\xe9\n", r"4:\d+", []),
    "anchor": (of("&a 30"), "4:29", ["anchor", "&a"]),
    "alias": (HEAD + f"  {FIN}: &a 30\n  vm.swappiness: *a\n", "4:29", ["anchor"]),
    "alias-alone": (of("*a"), "4:29", []),
    "merge-key": (HEAD + "  <<: {vm.swappiness: 10}\n", "4:3", []),
    "tag": (of("!!int 30"), "4:29", ["tag"]),
    "tag-python": (of("!!python/object:os.system x"), "4:29", ["tag"]),
    "billion-laughs": ("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n", "1:4", ["anchor"]),
    "levels": (of("[" * 10000 + "]" * 10000), r"4:\d+", ["16|deep"]),
    "levels-of-maps": (of("{a: " * 10000 + "1" + "}" * 10000), r"4:\d+", ["16|deep"]),
    "levels-by-indentation": ("".join(" " * i + "a:\n" for i in range(400)), r"\d+:\d+", ["16|deep"]),
    "levels-of-keys": ("? " * 10000 + "a\n", r"1:\d+", []),
    "second-document": (of(30) + "---\nprofile: x\n", "5:1", ["second document"]),
    "second-document-after-end": (of(30) + "...\n---\nprofile: x\n", "6:1", ["second document"]),
    "empty": ("", r"\d+:\d+", []),
    "only-comments": ("# nothing\n", r"\d+:\d+", []),
    "only-null": ("~\n", "1:1", []),
    "list": ("- profile: web\n", "1:1", ["map"]),
    "text": ("hello\n", "1:1", ["map"]),
    "json-broken": ('{"profile": "web"', r"\d+:\d+", []),
    "nul-byte": (of(30).encode() + b"\0", r"\d:\d+", []),
    "nul-in-key": (HEAD + '  "net.ipv4.tcp_fin\\0timeout": 30\n', "4:3", []),
    "nul-in-value": (of('"30\\0"'), "4:29", []),
    "duplicate-root": ("profile: a\n" + of(30), "2:1", ["'profile'", "twice", "line 1"]),
    "duplicate-key": (HEAD + f"  {FIN}: 30\n  {FIN}: 40\n", "5:3", [FIN, "twice", "line 4"]),
    "duplicate-spelling": (HEAD + f"  {FIN}: 30\n  net/ipv4/tcp_fin_timeout: 30\n", "5:3", [FIN]),
    "duplicate-field": (of("{value: 30, value: 40}"), "4:41", ["'value'", "twice"]),
    "duplicate-storage": (HEAD + "  net.ipv4.ip_forward: 0\n  net.ipv4.conf.all.forwarding: 1\n", "5:3", []),
    # where a number belongs
    "yes": (of("yes"), "4:29", ["yes", FIN]),
    "true": (of("true"), "4:29", ["true", FIN]),
    "off": (of("off"), "4:29", ["off", FIN]),
    "fraction": (of("1.5"), "4:29", [r"1\.5", FIN]),
    "fraction-quoted": (of('"1.5"'), "4:29", [r"1\.5", FIN]),
    "exponent": (of("1e3"), "4:29", ["1e3", FIN]),
    "infinite": (of(".inf"), "4:29", [FIN]),
    "null": (of("null"), "4:29", [FIN]),
    "tilde": (of("~"), "4:29", [FIN]),
    "nothing": (HEAD + f"  {FIN}:\n", r"4:\d+", [FIN]),
    "map": (of("{valeu: 30}"), "4:30", ["'valeu'", "'value'"]),
    "map-as-value": (of("{value: {a: 1}}"), "4:37", [FIN]),
    "list-for-one": (of("[30, 60]"), "4:29", [FIN]),
    "list-in-list": (of("[[4096], 1, 2]", "net.ipv4.tcp_rmem"), r"4:\d+", []),
    "word": (of("fast"), "4:29", ["fast", FIN]),
    "unit": (of("30s"), "4:29", ["30s", FIN]),
    "huge": (of("99999999999999999999"), "4:29", ["99999999999999999999", FIN]),
    "huge-negative": (of("-99999999999999999999"), "4:29", ["99999999999999999999", FIN]),
    "over-64-bits": (of("18446744073709551616", "fs.file-max"), r"4:\d+", ["18446744073709551616"]),
    "08": (of("08"), "4:29", ["08", FIN]),
    "09-quoted": (of('"09"'), "4:29", ["09", FIN]),
    "plus": (of("+30"), "4:29", [r"\+30", FIN]),
    "underscore": (of("1_000"), "4:29", ["1_000", FIN]),
    "yaml-octal": (of("0o36"), "4:29", ["0o36", FIN]),
    "empty-text": (of('""'), "4:29", [FIN]),
    "blank-inside": (of('"3 0"'), "4:29", [FIN]),
    "version-fraction": ("profile: web\nversion: 1.0\nparameters: {}\n", "2:10", ["version"]),
    "severity": (of("{value: 30, severity: urgent}"), "4:51", ["urgent", "high"]),
    "min-over-max": (of("{min: 60, max: 30}"), r"4:\d+", ["min", "max"]),
    "no-form": (of("{why: x}"), r"4:\d+", ["value"]),
    "two-forms": (of("{value: 30, min: 10}"), r"4:\d+", ["value|min"]),
    "one-of-empty": (of("{one_of: []}"), r"4:\d+", ["one_of"]),
    "scale-of": (of("{scale: {of: disks, ratio: 1}}"), "4:42", ["disks", "memory"]),
    "ratio-by-zero": (of("{scale: {of: cpus, ratio: 1/0}}"), "4:55", ["1/0"]),
    "when-unknown": (of("{value: 30, when: {kernle: \"> 4\"}}"), "4:48", ["'kernle'", "'kernel'"]),
    # too many, too few
    "vector-short": (of("[4096, 131072]", "net.ipv4.tcp_rmem"), "4:22", ["3 numbers", "found 2"]),
    "vector-long": (of("[1024, 65535, 1]", "net.ipv4.ip_local_port_range"), "4:33", ["2 numbers", "found 3"]),
    "vector-of-one": (of("8192", "net.ipv4.tcp_rmem"), "4:22", ["3 numbers", "found 1"]),
    "vector-text-short": (of('"4096 131072"', "net.ipv4.tcp_rmem"), "4:22", ["3 numbers", "found 2"]),
    "vector-backwards": (of("[65535, 1024]", "net.ipv4.ip_local_port_range"), "4:33", []),
    "vector-backwards-rmem": (of("[8192, 4096, 1024]", "net.ipv4.tcp_rmem"), "4:22", []),
    "group-range-backwards": (of("[5, 1]", "net.ipv4.ping_group_range"), "4:30", []),
    "ports-out-of-range": (of('"80,70000"', "net.ipv4.ip_local_reserved_ports"), "4:37", ["70000|65535"]),
    # fields
    "field-unknown": ("sumary: x\n" + of(30), "1:1", ["'sumary'", "'summary'"]),
    "field-unknown-far": ("frobnicate: x\n" + of(30), "1:1", ["'frobnicate'", "parameters"]),
    "field-capital": (of("{Value: 30}"), "4:30", ["'Value'", "'value'"]),
    "field-of-scale": (of("{scale: {off: cpus, ratio: 1}}"), "4:38", ["'off'", "'of'"]),
    "no-profile": ("version: 1\nparameters: {}\n", r"1:1", ["'profile'"]),
    "no-version": ("profile: web\nparameters: {}\n", r"1:1", ["'version'"]),
    "name-with-slash": ("profile: ../web\nversion: 1\nparameters: {}\n", "1:10", [r"\.\./web"]),
    "except-without-wildcard": (of("{value: 30, except: [lo]}"), r"4:\d+", ["except"]),
    # keys
    "key-parent": (of(1, "net.ipv4.../kernel/modprobe"), "4:3", []),
    "key-parent-slashes": (of(1, "net/../kernel/panic"), "4:3", [r"\.\."]),
    "key-parent-first": (of(1, "../kernel/panic"), "4:3", []),
    "key-parent-dots": (of(1, "net.//.kernel.panic"), "4:3", []),
    "key-absolute": (of(1, "/proc/sys/vm/swappiness"), "4:3", ["/proc/sys/vm/swappiness"]),
    "key-absolute-short": (of(1, "/vm/swappiness"), "4:3", []),
    "key-empty-part": (of(1, "net.ipv4..tcp_fin_timeout"), "4:3", []),
    "key-last-dot": (of(1, "vm.swappiness."), "4:3", []),
    "key-empty": (of(1, '""'), "4:3", []),
    "key-single": (of(1, "swappiness"), "4:3", ["swappiness"]),
    "key-blank": (of(1, '"vm.swap piness"'), "4:3", ["swap piness"]),
    "key-blank-first": (of(1, '" vm.swappiness"'), "4:3", []),
    "key-blank-last": (of(1, '"vm.swappiness "'), "4:3", []),
    "key-tab": (of(1, '"vm.swap\\tpiness"'), "4:3", []),
    "key-newline": (of(1, '"vm.swappiness\\nkernel.core_pattern"'), "4:3", []),
    "key-equals": (of(1, '"vm.swappiness=1"'), "4:3", []),
    "key-comment": (of(1, '"#vm.swappiness"'), "4:3", []),
    "key-dash": (of(1, "-vm.swappiness"), "4:3", []),
    "key-long": (of(1, "vm." + "x" * 1000), "4:3", []),
    "key-null": (of(1, "~"), "4:3", []),
    "key-list": (of(1, "[vm, swappiness]"), "4:3", ["list"]),
    "key-two-wildcards": (of(1, "net.*.conf.*.rp_filter"), "4:3", []),
    "key-unprintable": (of(1, '"vm.\\x1b[31m"'), "4:3", []),
    # a value that would inject a line into the sysctl file
    "newline": (of('"30\\nkernel.core_pattern = |/tmp/x"'), "4:29", ["line|control|0x0a"]),
    "newline-block": (HEAD + "  kernel.core_pattern: |\n    core\n    vm.swappiness = 1\n", r"4:\d+", []),
    "newline-last": (of('"bbr\\n"', "net.ipv4.tcp_congestion_control"), "4:36", []),
    "newline-in-list": (of('[1024, "65535\\nvm.x = 1"]', "net.ipv4.ip_local_port_range"), r"4:\d+", []),
    "newline-in-one-of": (of('{one_of: [bbr, "cubic\\nvm.x = 1"]}', "net.ipv4.tcp_congestion_control"), r"4:\d+", []),
    "newline-in-min": (of('{min: "30\\nvm.x = 1"}'), r"4:\d+", []),
    "carriage-return": (of('"bbr\\rx"', "net.ipv4.tcp_congestion_control"), "4:36", []),
    "line-separator": (of('"bbr\\u2028vm.x = 1"', "net.ipv4.tcp_congestion_control"), "4:36", []),
    "escape": (of('"\\e[2J"', "net.ipv4.tcp_congestion_control"), "4:36", []),
    "newline-unknown-key": (of('{value: "1\\nvm.x = 1", optional: true}', "vendor.new.key"), r"4:\d+", []),
}
del BAD["line-separator"]  # no loader takes U+2028 for the end of a line


@rows(BAD)
def refuses_profile(host, row):
    text, place, words = row
    host.write("web.yaml", text)
    for command in ("check", "plan", "show", "apply"):
        result = host.run(command, "-p", "web.yaml", exit=INVALID)
        host.says(result, rf"^holdfast: web\.yaml:{place}: ", *words)
        host.equal(f"{command}: stdout", result.out, "")
        host.silent(result, "[\x00-\x08\x0b-\x1f\x7f]", stream="err")
    host.equal("only the lock", host.read("/etc/sysctl.d/99-zz-holdfast.conf"), None)


@case()
def all_faults_in_one_run(host):
    """"errors with file:line:column, all of them in one run", of every file."""
    host.profile(f"{FIN}: true\nvm.swapiness: 1\nnet.ipv4.tcp_rmem: [1, 2]", "a.yaml")
    host.profile(f"{FIN}: 08", "b.yaml", head="extends: [nobody, parent]\nsumary: x\n")
    host.profile("vm.swappiness: yes", "/etc/holdfast/profiles/parent.yaml")
    host.show("check", "-p", "a.yaml", "-p", "b.yaml", exit=INVALID)
    result = host.run("check", "-p", "a.yaml", "-p", "b.yaml", exit=INVALID)
    host.says(result, "a.yaml:4:29: ", "a.yaml:6:22: ", r"b.yaml:3:11: .*'nobody'", "b.yaml:4:1: .*'sumary'", "b.yaml:6:29: ",
              r"parent\.yaml:4:18: ")


@case()
def very_many_faults(host):
    """A file full of faults does not flood the terminal, and says that there are more."""
    host.write("web.yaml", HEAD + "".join(f"  x.k{i}: [[]]\n" for i in range(20000)))
    result = host.run("check", "-p", "web.yaml", exit=INVALID)
    host.equal("some lines", 1 <= len(result.err.splitlines()) <= 1000, True)
    host.says(result, "and [0-9]+ more")


@case()
def limit_of_one_mebibyte(host):
    """"A file over 1 MiB ... refused"; one of just that size is read."""
    text = of(60)
    host.write("web.yaml", text + "#" * ((1 << 20) - len(text)))
    host.run("check", "-p", "web.yaml", exit=IN_LINE)
    host.write("web.yaml", text + "#" * ((1 << 20) + 1 - len(text)))
    host.says(host.run("check", "-p", "web.yaml", exit=INVALID), r"web\.yaml", "1 MiB")


@case()
def nesting_of_sixteen(host):
    """"nesting over 16": whichever level counts as the first, 13 lists in the map of parameters are not over it, 17 are."""
    def nested(lists):
        host.write("web.yaml", of("[" * lists + "]" * lists))
        return host.run("check", "-p", "web.yaml", exit=INVALID)

    host.silent(nested(13), "deep|nest", stream="err")
    host.says(nested(17), r"web\.yaml:4:\d+: .*(deep|nest)")


@case()
def vectors_that_only_look_wrong(host):
    """`1 0` is how the kernel writes "no group at all"; equal ends are in order."""
    host.profile("net.ipv4.ping_group_range: [1, 0]\nnet.ipv4.tcp_wmem: [4096, 4096, 4096]\nnet.ipv4.ip_local_port_range: [1025, 65535]")
    host.run("show", "-p", "web.yaml", exit=IN_LINE)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)


@case()
def circles(host):
    folder = "/etc/holdfast/profiles/"
    host.profile(f"{FIN}: 1", folder + "a.yaml", head="extends: [b]\n")
    host.profile(f"{FIN}: 2", folder + "b.yaml", head="extends: [c]\n")
    host.profile(f"{FIN}: 3", folder + "c.yaml", head="extends: [a]\n")
    host.profile(f"{FIN}: 4", folder + "self.yaml", head="extends: [self]\n")
    host.says(host.run("check", "-p", "a", exit=INVALID), r"c\.yaml:3:11: .*circle")
    host.says(host.run("check", "-p", "self", exit=INVALID), r"self\.yaml:3:11: .*circle")


@case()
def wide_and_deep_layers(host):
    """Hundreds of parents, each of which is good, and a tower where each file names the two below it."""
    folder = "/etc/holdfast/profiles/"
    host.profile(f"{FIN}: 1", folder + "p0.yaml")
    host.profile(f"{FIN}: 1", folder + "p1.yaml")
    for i in range(2, 40):
        host.profile(f"{FIN}: {i}", f"{folder}p{i}.yaml", head=f"extends: [p{i - 1}, p{i - 2}]\n")
    host.run("check", "-p", "p39", exit=2)
    host.write(folder + "wide.yaml", "profile: wide\nversion: 1\nextends: [" + ", ".join(["p1"] * 5000) + "]\nparameters: {}\n")
    host.run("check", "-p", "wide", exit=(2, INVALID))


@case()
def name_differs_from_the_file(host):
    """The name within the file is what reports say; that it differs from the file's is no crash."""
    host.write("/etc/holdfast/profiles/one.yaml", of(60).replace("web", "two"))
    document = host.run("check", "-p", "one", "--json", exit=(IN_LINE, INVALID)).document
    host.equal("name", document["profile"]["name"] if document else "two", "two")
