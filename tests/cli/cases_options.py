"""The command line itself: commands, options, help (interface.md, "Commands" and "Exit status")."""

from harness import case, rows
from program import DRIFT, IN_LINE, INVALID, USAGE, WORK

FIN = "net.ipv4.tcp_fin_timeout: 30"

# name: (words, patterns on stderr)
WRONG = {
    "no-command": ((), ["command is missing", "--help"]),
    "only-options": (("-p", "web.yaml"), ["command is missing"]),
    "unknown-command": (("chekc",), ["no command 'chekc'", "'check'"]),
    "unknown-command-far": (("frobnicate",), ["no command 'frobnicate'", "--help"]),
    "command-capital": (("Check",), ["no command 'Check'", "'check'"]),
    "unknown-option": (("check", "--profle", "web.yaml"), ["--profle", "--profile"]),
    "unknown-option-equals": (("check", "--jsno=x"), ["--jsno", "--json"]),
    "unknown-option-far": (("check", "--frobnicate"), ["--frobnicate", "--help"]),
    "unknown-letter": (("check", "-x"), ["-x", "--help"]),
    "unknown-letter-in-row": (("check", "-qx"), ["-x"]),
    "profile-missing": (("check", "-p"), ["-p", "argument"]),
    "profile-missing-long": (("check", "--profile"), ["--profile", "argument"]),
    "profile-empty": (("check", "-p", ""), ["-p"]),
    "loader-missing": (("check", "-p", "web.yaml", "--loader"), ["--loader", "argument"]),
    "loader-unknown": (("check", "-p", "web.yaml", "--loader", "openrc"), ["--loader", "'openrc'", "systemd"]),
    "loader-version": (("check", "-p", "web.yaml", "--loader", "procps:new"), ["--loader"]),
    "color-unknown": (("check", "--color=blue"), ["--color", "'blue'", "always"]),
    "color-missing": (("check", "--color"), ["--color", "argument"]),
    "json-argument": (("check", "--json=yes"), ["--json", "no argument"]),
    "quiet-argument": (("check", "--quiet=yes"), ["--quiet", "no argument"]),
    "output-not-here": (("check", "-o", "plan.json"), ["'check'", "-o"]),
    "output-not-apply": (("apply", "-o", "plan.json"), ["'apply'", "-o"]),
    "dry-run-not-here": (("plan", "--dry-run"), ["'plan'", "--dry-run"]),
    "operand-check": (("check", "web"), ["'check'", "'web'", "-p"]),
    "operand-show": (("show", "web.yaml"), ["'show'", "'web.yaml'"]),
    "operand-after-dashes": (("check", "--", "-p"), ["'check'", "'-p'"]),
    "two-plans": (("apply", "a.json", "b.json"), ["'apply'", "'b.json'"]),
}


@rows(WRONG)
def refuses(host, row):
    words, patterns = row
    host.profile(FIN)
    # The tree only where a value is wrong; behind '-p' alone, --root would be its argument.
    result = host.run(*words, root=any(word.startswith("--loader") for word in words[:-1]), exit=USAGE)
    host.says(result, *patterns)
    host.equal("stdout", result.out, "")
    host.equal("lines of complaint", len(result.err.splitlines()), 1)


@case()
def root_that_is_not_there(host):
    host.profile(FIN)
    result = host.run("check", "-p", "web.yaml", "--root", "no/such/folder", root=False, exit=(WORK, USAGE))
    host.says(result, "no/such/folder", "No such file")
    host.equal("stdout", result.out, "")
    host.write("file", "")
    host.says(host.run("check", "-p", "web.yaml", "--root", "file", root=False, exit=(WORK, USAGE)), "'?file'?", "not a directory")


@case()
def help_text(host):
    host.show("--help", root=False, exit=IN_LINE)
    for command in ("apply", "rollback", "confirm", "recover", "history"):
        host.show(command, "--help", root=False, exit=IN_LINE)
    host.show("--version", root=False, exit=IN_LINE)


@case()
def help_everywhere(host):
    whole = host.run("--help", root=False, exit=IN_LINE)
    for command in ("check", "plan", "apply", "verify", "show"):
        host.says(whole, rf"^  {command} ", stream="out")
        one = host.run(command, "--help", root=False, exit=IN_LINE)
        host.says(one, rf"holdfast {command}", "--profile", "--root", "--json", stream="out")
        host.equal("stderr", one.err, "")
        host.equal(f"'{command} -h'", host.run(command, "-h", root=False, exit=IN_LINE).out, one.out)
        host.equal(f"'-h {command}'", host.run("-h", command, root=False, exit=IN_LINE).out, one.out)
    host.equal("'help'", host.run("help", root=False, exit=IN_LINE).out, whole.out)
    host.says(whole, "-p, --profile", "--config", "--loader", "--color", "-q, --quiet", "-v, --verbose", stream="out")
    # Options of one command stand in its help and not in that of others.
    host.says(host.run("plan", "--help", root=False), "-o, --output", stream="out")
    host.silent(host.run("check", "--help", root=False), "--output", "--dry-run")
    host.says(host.run("apply", "--help", root=False), "--dry-run", "PLANFILE", stream="out")


SPELLINGS = {
    "after": ("check", "-p", "web.yaml", "--json"),
    "before": ("-p", "web.yaml", "--json", "check"),
    "around": ("--json", "check", "-p", "web.yaml"),
    "attached": ("check", "-pweb.yaml", "--json"),
    "long": ("check", "--profile", "web.yaml", "--json"),
    "equals": ("check", "--profile=web.yaml", "--json"),
    "dashes": ("check", "-p", "web.yaml", "--json", "--"),
    "letters": ("check", "-vpweb.yaml", "--json"),
    "loader": ("check", "-p", "web.yaml", "--json", "--loader=systemd"),
    "loader-auto": ("check", "-p", "web.yaml", "--json", "--loader", "auto"),
}


@rows(SPELLINGS)
def spelling(host, words):
    """However the options are written, the report is the same."""
    host.profile(FIN)
    plain = host.run("check", "-p", "web.yaml", "--json", exit=DRIFT)
    other = host.run(*words, exit=DRIFT)
    host.equal("parameters", (other.document or {}).get("parameters"), plain.document["parameters"])
    host.equal("fingerprint", (other.document or {}).get("fingerprint"), plain.document["fingerprint"])


@case()
def root_spellings(host):
    host.profile(FIN)
    plain = host.run("check", "-p", "web.yaml", exit=DRIFT).out
    for words in (("--root=" + str(host.root),), ("--root", str(host.root) + "/"), ("--root", "../root")):
        host.says(host.run("check", "-p", "web.yaml", *words, root=False, exit=DRIFT), "tcp_fin_timeout", stream="out")
    host.equal("head line", host.run("check", "-p", "web.yaml", "--root", "../root", root=False).out.splitlines()[0],
               plain.splitlines()[0])


@case()
def file_behind_dashes(host):
    """What stands behind -- is no option: a plan file may begin with a dash."""
    host.profile(FIN)
    host.run("plan", "-p", "web.yaml", "-o", "-odd.json", exit=DRIFT)
    host.equal("plan file is there", host.path("-odd.json").is_file(), True)
    host.run("apply", "--", "-odd.json", exit=IN_LINE)
    host.equal("live", host.live("net.ipv4.tcp_fin_timeout"), "30")


@case()
def quiet_prints_nothing(host):
    host.profile(FIN)
    host.profile("net.netfilter.nf_conntrack_max: {min: 65536}", "wait.yaml")

    def nothing(*words, exit):
        result = host.run(*words, exit=exit)
        host.equal(f"{' '.join(words)}: stdout and stderr", (result.out, result.err), ("", ""))

    for flags in (("-q",), ("--quiet",), ("-q", "-v"), ("-q", "--json")):
        nothing("check", "-p", "web.yaml", *flags, exit=DRIFT)
        nothing("plan", "-p", "web.yaml", *flags, exit=DRIFT)
        nothing("show", "-p", "web.yaml", *flags, exit=IN_LINE)
    nothing("apply", "-p", "web.yaml", "-q", "--dry-run", exit=DRIFT)
    nothing("apply", "-p", "web.yaml", "-q", exit=IN_LINE)
    nothing("check", "-p", "web.yaml", "-q", exit=IN_LINE)
    nothing("verify", "-q", exit=IN_LINE)
    host.run("apply", "-p", "wait.yaml", exit=3)
    nothing("check", "-p", "wait.yaml", "-q", exit=3)
    # Warnings are not the exit code either: a dangling link in sysctl.d.
    host.link("/etc/sysctl.d/20-gone.conf", "nowhere.conf")
    nothing("check", "-p", "web.yaml", "-q", exit=None)
    host.equal("stdout of a refusal", host.run("check", "-q", "-p", "nowhere.yaml", exit=INVALID).out, "")


@case()
def output_to_a_full_disk(host):
    """What could not be printed was not said."""
    import subprocess
    from program import environment
    host.profile(FIN)
    for words in (("check", "-p", "web.yaml"), ("show", "-p", "web.yaml", "--json"), ("plan", "-p", "web.yaml"), ("--help",)):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([host.bench.program, *words, "--root", host.root], stdout=full, cwd=host.work,
                                  stderr=subprocess.PIPE, env=environment(None), timeout=10, check=False)
        host.equal(f"{words[0]} >/dev/full: exit", done.returncode, WORK)
        host.equal(f"{words[0]} >/dev/full: it says so", b"No space left" in done.stderr, True)


@case()
def closed_descriptors(host):
    """With stdout or stderr closed, nothing lands in a file that gets their number."""
    import subprocess
    from program import environment
    host.profile(FIN)
    for closing in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        line = f'"$0" apply -p web.yaml --root "$1" {closing}'
        subprocess.run(["/bin/bash", "-c", line, host.bench.program, host.root], cwd=host.work, check=False, timeout=10,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(None))
        host.equal(f"{closing}: live", host.live("net.ipv4.tcp_fin_timeout"), "30")
        host.equal(f"{closing}: drop-in", host.lines(), ["net.ipv4.tcp_fin_timeout = 30"])
        host.set_live("net.ipv4.tcp_fin_timeout", "60")
        host.remove("/etc/sysctl.d/99-zz-holdfast.conf")
