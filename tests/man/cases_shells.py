"""The completions in real shells: commands, options, values, profiles, parameters, transactions; hostile
names are only names.
"""

import json
import os
import shutil

from bench import CASES, HOLDFAST, SENDER, TOP, case, program, run, tables, trees
from shells import SHELLS, STAND_IN, Bash

HOSTILE = ["$(touch pwned)", "`touch pwned`", "a b", "it's", 'say "x"', "x;touch pwned", "back\\slash", "&touch pwned", "*",
           "-rf", "~root", "$HOME", "umläut", "{a,b}", "#x", "(x)", "!1", "a=b"]
LIMIT = 0.05     # seconds


def in_each_shell(function):
    """One case for each shell; the function gets the Check, a host, and a shell that stands in its work folder."""
    def with_shell(check, kind):
        host = trees.Tree("debian12", check.folder / "host")
        host.shipped()
        host.write("/etc/holdfast/profiles/web.yaml", (TOP / "tests/man/web.yaml").read_text())
        (check.folder / "bin").mkdir()
        shim = check.folder / "bin/holdfast"
        shim.write_text(STAND_IN.format(program=HOLDFAST, folder=check.folder))
        shim.chmod(0o755)
        shutil.copy(shim, shim.with_name("holdfast-send"))
        shell = kind(check.folder, host.work)
        try:
            function(check, host, shell)
            check.equal(f"{shell.name} complains", shell.complained(), [])
        finally:
            shell.close()
        check.true("something was carried out", not list(check.folder.rglob("pwned*")))
    for name, kind in SHELLS.items():
        CASES.append((f"{function.__name__}[{name}]", lambda check, kind=kind: with_shell(check, kind)))
    return function


def long_options(offers):
    return {word.split("=")[0] for word in offers if word.startswith("--")}


@in_each_shell
def commands_are_offered(check, host, shell):
    commands, _ = tables()
    offers = shell.offers("holdfast ")
    check.same("commands", offers, commands)
    if shell.name != "bash":
        for name, command in commands.items():
            check.true(f"{name} has no description: {offers.get(name)}", command["summary"][:40] in offers.get(name, ""))
    check.equal("one letter each", shell.completes("holdfast veri"), "holdfast verify ")
    check.same("behind an option", shell.offers("holdfast --root / r"), ["rollback", "recover", "run", "report"])


@in_each_shell
def options_of_each_command_are_offered(check, host, shell):
    commands, options = tables()
    for name, command in commands.items():
        offers = shell.offers(f"holdfast {name} --")
        check.same(name, long_options(offers), {f"--{word}" for word in command["options"]})
        for word in command["options"] if shell.name != "bash" else ():
            shown = next((text for each, text in offers.items() if each.rstrip("=") == f"--{word}"), "")
            check.true(f"{name} --{word} has no description: {shown!r}", options[word]["help"][:30] in shown)
    check.true("options of all commands", "--version" in long_options(shell.offers("holdfast --v")))
    check.true("none behind --", not long_options(shell.offers("holdfast lint -- --j")))


@in_each_shell
def values_of_options_are_offered(check, host, shell):
    commands, options = tables()
    for word, command, values in (("color", "check", "auto always never"), ("fail-on", "lint", "error warning note"),
                                  ("loader", "plan", "auto systemd procps"),
                                  ("format", "report", "json hdf csv metrics openmetrics")):
        check.same(f"--{word}", shell.offers(f"holdfast {command} --{word} "), values.split())
        for value in values.split():  # the program takes each
            status, _, err = run(HOLDFAST, command, f"--{word}", value, "--root", host.root)
            check.true(f"--{word} {value} is not taken: {err}", status != 64)
        _, _, err = run(HOLDFAST, command, f"--{word}", "nonsense")
        check.true(f"--{word}: the program has more values: {err}", all(each in err for each in values.split()) and
                   len(err.split(" is ")[1].split(", not")[0].replace(" or ", ", ").split(", ")) <= len(values.split()) + 1)
    check.equal("with =", shell.completes("holdfast check --color=al"), "holdfast check --color=always ")
    check.equal("a number has none", shell.offers("holdfast tcp --top "), {})
    check.equal("a name has none", shell.offers("holdfast capture --name "), {})


@in_each_shell
def profiles_are_offered_by_name_and_file(check, host, shell):
    shipped = [path.stem for path in (TOP / "profiles").glob("*.yaml")]
    host.write("/usr/local/share/holdfast/profiles/local.yaml", "")
    host.write("mine.yaml", "")
    host.write("notes.txt", "")
    host.write("sub/deep.yaml", "")
    offers = shell.offers("holdfast check --root ../root -p ")
    wanted = {*shipped, "web", "local", "mine.yaml"}
    check.true(f"missing: {wanted - set(offers)}", wanted <= set(offers))
    check.equal("letter", shell.completes("holdfast check --root ../root -p time-w"),
                "holdfast check --root ../root -p time-wait-classic ")
    check.equal("with =", shell.completes("holdfast show --root=../root --profile=time-w"),
                "holdfast show --root=../root --profile=time-wait-classic ")
    check.equal("a file", shell.completes("holdfast check -p sub/d"), "holdfast check -p sub/deep.yaml ")


@in_each_shell
def parameters_are_offered_by_segments(check, host, shell):
    def offers(word, options="--root ../root"):
        return shell.offers(f"holdfast explain {options} {word}")
    names = {path.name for path in (host.root / "proc/sys").iterdir()}
    check.same("first", offers(""), {f"{name}." for name in names})
    check.same("inner", offers("net.i"), ["net.ipv4.", "net.ipv6."])
    check.equal("leaf", shell.completes("holdfast explain --root ../root net.ipv4.tcp_fin_"),
                "holdfast explain --root ../root net.ipv4.tcp_fin_timeout ")
    check.equal("no blank behind a segment", shell.completes("holdfast explain --root ../root net.co"),
                "holdfast explain --root ../root net.core.")
    three = [f"tcp_keepalive_{each}" for each in ("time", "intvl", "probes")]
    check.same("slashes", offers("net/ipv4/tcp_keepalive_"), [f"net/ipv4/{each}" for each in three])
    check.same("last part", offers("tcp_keepalive_"), three)
    check.equal("second one", shell.completes("holdfast explain --root ../root vm.swappiness vm.swap"),
                "holdfast explain --root ../root vm.swappiness vm.swappiness ")
    check.equal("a pattern is left alone", shell.completes("holdfast explain --root ../root net.ipv4.conf.*.rp_f"),
                "holdfast explain --root ../root net.ipv4.conf.*.rp_f")
    check.equal("nothing leads out", offers("net/../../"), {})
    host.write("/proc/sys/net/ipv4/conf/eth0.100/rp_filter", "0\n")
    check.same("interface with a dot", offers("net.ipv4.conf.eth0/"), ["net.ipv4.conf.eth0/100."])
    check.equal("below it", shell.completes("holdfast explain --root ../root net.ipv4.conf.eth0/100.rp"),
                "holdfast explain --root ../root net.ipv4.conf.eth0/100.rp_filter ")
    check.same("the host's own", shell.offers("holdfast explain kernel.ostyp"), ["kernel.ostype"])


@in_each_shell
def transactions_are_offered(check, host, shell):
    check.equal("none", shell.offers("holdfast rollback --root ../root "), {})
    for profile in ("web", "time-wait-classic"):
        run(HOLDFAST, "apply", "-q", "-p", profile, "--root", host.root)
    status, out, _ = run(HOLDFAST, "history", "--json", "--root", host.root)
    found = {each["id"]: each for each in json.loads(out)["transactions"]}
    check.equal("two", len(found), 2)
    for command in ("rollback", "history", "rollback --dry-run"):
        offers = shell.offers(f"holdfast {command} --root ../root ")
        check.same(command, offers, found)
        for name, text in offers.items() if shell.name != "bash" else ():
            check.true(f"{name} has no time: {text!r}", found[name]["time"][:16] in text and "apply" in text)
    newest = max(found)
    check.equal("one", shell.completes(f"holdfast history --root ../root {newest[:-1]}"),
                f"holdfast history --root ../root {newest} ")
    check.same("no second one", set(shell.offers(f"holdfast rollback --root ../root {newest} ")) & set(found), ())


@in_each_shell
def files_are_completed_where_files_are_meant(check, host, shell):
    host.write("plan-of-today.json", "")
    host.write("folder/x", "")
    for line in ("holdfast apply plan-o", "holdfast plan -o plan-o", "holdfast check --config plan-o",
                 "holdfast lint plan-o", "holdfast report plan-o", "holdfast capture plan-o",
                 "holdfast lint x.conf plan-o"):
        check.equal("file", shell.completes(line), line.removesuffix("plan-o") + "plan-of-today.json ")
    check.true("a folder for --root", shell.completes("holdfast check --root fol").rstrip("/ ").endswith("--root folder"))
    check.equal("no file for --root", shell.completes("holdfast check --root plan-o"), "holdfast check --root plan-o")
    for line in ("holdfast apply plan.json plan-o", "holdfast check plan-o", "holdfast tcp plan-o",
                 "holdfast recover plan-o"):
        check.equal("no file here", shell.completes(line), line)


@in_each_shell
def a_hostile_file_reaches_the_program_as_it_is_called(check, host, shell):
    for name in HOSTILE:
        folder = host.work / "files"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / name).write_text("")
        found = shell.receives("holdfast lint files/")
        check.equal(f"lint {name!r}", found, ["lint", f"files/{name}"])


@in_each_shell
def hostile_names_of_the_host_are_not_offered(check, host, shell):
    for name in HOSTILE:
        host.write(f"/etc/holdfast/profiles/{name}.yaml", "")
        host.write(f"/proc/sys/net/ipv4/conf/{name}/rp_filter", "0\n")
    usual = set(shell.offers("holdfast explain --root ../root net.ipv4.conf."))
    check.true(f"the others are: {usual}", {"net.ipv4.conf.all.", "net.ipv4.conf.lo."} <= usual)
    offered = usual | {word for word in shell.offers("holdfast check --root ../root -p ") if "/" not in word}
    check.true(f"offered: {offered}", not [word for word in offered if set(word) & set("$`'\" ;&*(){}#!\\~=")])


@in_each_shell
def a_hostile_root_is_a_folder_like_any(check, host, shell):
    plain = host.root
    for name, typed in (("a b", "'../a b'"), ("it's", '"../it\'s"'), ("x y z", r"../x\ y\ z"),
                        ("semi;touch pwned", r"../semi\;touch\ pwned")):
        os.symlink(plain, host.folder / name)
        line = f"holdfast check --root {typed} -p time-w"
        check.equal(f"{name!r}", shell.completes(line), line.removesuffix("time-w") + "time-wait-classic ")
    for typed in ("$(touch pwned)", "`touch pwned`", '"$(touch pwned)"', "$HOME"):
        for rest in ("-p time-w", "net.ipv4.tcp_fin"):
            line = f"holdfast {'explain' if rest[0] != '-' else 'check'} --root {typed} {rest}"
            shell.completes(line)
    check.true("carried out", not list(host.folder.rglob("pwned*")))


@in_each_shell
def hostile_ids_are_not_offered(check, host, shell):
    fake = check.folder / "bin/holdfast"
    rows = "".join(f'      "id": "{each}",\n      "kind": "apply",\n      "time": "2026-11-23T10:00:00.000Z",\n'
                   for each in ("$(touch pwned)", "`touch pwned`", "01a20804-bf80-795a-b572-7647d0feed76",
                                "01a20804-bf80-795a-b572-7647d0feed7;"))
    (check.folder / "rows").write_text(rows)
    fake.write_text(f"#!/bin/sh\necho 'error: a complaint' >&2\ncat {check.folder}/rows\n")
    check.same("ids", shell.offers("holdfast rollback "), ["01a20804-bf80-795a-b572-7647d0feed76"])


@in_each_shell
def strange_lines_do_no_harm(check, host, shell):
    for line in ("holdfast check --root", "holdfast check --root=", "holdfast check --nope ", "holdfast nonsense ",
                 "holdfast -- ", "holdfast - ", "holdfast check -p '", 'holdfast explain "net.ip', "holdfast explain [",
                 "holdfast explain net..", "holdfast explain .", "holdfast explain /", "holdfast check --root /nowhere -p ",
                 "holdfast explain --root /nowhere net.", "holdfast check --color=",
                 "holdfast rollback --root /nowhere ", "holdfast tcp --netns "):
        shell.completes(line)
        check.equal(f"{line!r}", shell.complained(), [])


@in_each_shell
def options_of_the_sender_are_offered(check, host, shell):
    _, out, _ = run(SENDER, "--help")
    wanted = {line.split()[0] for line in out.splitlines() if line.startswith("  --")}
    check.same("options", long_options(shell.offers("holdfast-send --")), wanted)
    host.write("some/x", "")
    check.true("a folder for --root", shell.completes("holdfast-send --root so").rstrip("/ ").endswith("--root some"))


def in_time(shell, line):
    """How long Tab takes, and how long it may: longer where the machine is slower. Once more, as others may be at work."""
    for _ in range(3):
        taken, limit = shell.seconds(line), LIMIT
        if taken >= limit:
            limit *= program.slowness(min)
        if taken < limit:
            break
    return taken, limit


@in_each_shell
def a_large_host_is_not_slow(check, host, shell):
    for number in range(300):
        for key in ("rp_filter", "forwarding"):
            host.write(f"/proc/sys/net/ipv4/conf/veth{number}/{key}", "0\n")
        host.write(f"/etc/holdfast/profiles/p{number}.yaml", "")
    for line in ("holdfast explain --root ../root net.ipv4.conf.veth29", "holdfast check --root ../root -p p29",
                 "holdfast che", "holdfast check --conf", "holdfast rollback --root ../root 0"):
        shell.completes(line)
        taken, limit = in_time(shell, line)
        check.true(f"{line}: {taken * 1000:.0f} ms, wanted {limit * 1000:.0f} ms", taken < limit)


@in_each_shell
def strange_settings_of_the_user_change_nothing(check, host, shell):
    settings = {"fish": "",
                "bash": "set -u -f; shopt -s failglob nocasematch dotglob; IFS=e; GLOBIGNORE='*'; "
                        "POSIXLY_CORRECT=; CDPATH=/",
                "zsh": "setopt sh_word_split ksh_arrays nounset glob_subst no_match ksh_glob; IFS=e"}[shell.name]
    if settings:  # fish has none
        shell.keys(settings + "\n")
    check.equal("command", shell.completes("holdfast che"), "holdfast check ")
    check.equal("option", shell.completes("holdfast check --verb"), "holdfast check --verbose ")
    check.equal("profile", shell.completes("holdfast check --root ../root -p time-w"),
                "holdfast check --root ../root -p time-wait-classic ")
    check.equal("parameter", shell.completes("holdfast explain --root ../root net.ipv4.tcp_fin_"),
                "holdfast explain --root ../root net.ipv4.tcp_fin_timeout ")
    check.equal("value", shell.completes("holdfast check --color=al"), "holdfast check --color=always ")


@case
def shells_find_what_make_install_puts_there(check):
    """bash by the name of the command (bash-completion), which also completes behind sudo; zsh and fish by their folders."""
    place = check.folder / "place"
    status, _, err = run("make", "--no-print-directory", "-C", TOP, "install", f"DESTDIR={place}", "prefix=/usr", timeout=120,
                         env={"PATH": os.environ["PATH"]})
    check.equal("make install", status, 0)
    check.true(err[-300:], status == 0)
    share = place / "usr/share"
    host = trees.Tree("debian12", check.folder / "host")
    (check.folder / "bin").mkdir()
    for name in ("holdfast", "holdfast-send"):
        (check.folder / "bin" / name).write_text("#!/bin/sh\n")
        (check.folder / "bin" / name).chmod(0o755)
    shell = Bash(check.folder, host.work, f"unset -f $(compgen -A function _holdfast); complete -r; XDG_DATA_DIRS={share}\n"
                 ". /usr/share/bash-completion/bash_completion\n")
    try:
        check.equal("bash", shell.completes("holdfast veri"), "holdfast verify ")
        check.equal("bash, the sender", shell.completes("holdfast-send --destin"), "holdfast-send --destination ")
        check.equal("behind sudo", shell.completes("sudo holdfast roll"), "sudo holdfast rollback ")
        check.equal("complaints", shell.complained(), [])
    finally:
        shell.close()
    names = {str(path.relative_to(share)) for path in share.rglob("*") if "ompletion" in str(path) or "site-functions" in str(path)}
    check.true(f"not all is there: {names}", {"zsh/site-functions/_holdfast", "zsh/site-functions/_holdfast-send",
                                              "fish/vendor_completions.d/holdfast.fish",
                                              "fish/vendor_completions.d/holdfast-send.fish"} <= names)
