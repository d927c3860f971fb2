#!/usr/bin/python3
"""docs/writing-profiles.md as something that can be done: its profiles, scripts and commands, in a repository made for it; and
the roll-out over forty hosts of docs/operations.md.

    tests/pages/run.py [--update] [--holdfast PROGRAM]

Each yaml block with a `profile:` is profiles/NAME.yaml, each block `script NAME` a file of that name, hosts/ are three folders of
tests/trees. A block that begins with `$ ` is run; the rest of it must be what is printed, and --update writes that anew. Then the
script `check` is given good and bad changes of the profiles. $HOLDFAST names the program.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = TOP / "docs/writing-profiles.md"
OPERATIONS = TOP / "docs/operations.md"
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)
HOSTS = {"debian12": "debian12", "container": "container", "old": "old-kernel"}
# What is changed in which profile, what `check` must say of it, and with which status it ends.
CHANGES = {
    "nothing": ("front", "", "", 0, ""),
    "a version and a comment": ("front", "version: 4", "version: 5  # a comment", 0, ""),
    "a value without a version": ("front", "min: 16384", "min: 32768", 1, r"front\.yaml has changed, and its version has not"),
    "a value that nobody looked at": ("front", "min: 16384", "min: 32768", 1, "what is wanted has changed"),
    "a field that is none": ("front", "min: 16384", "mni: 16384", 1, "unknown field 'mni'"),
    "a key that is none": ("front", "tcp_syncookies", "tcp_syncookeis", 1, "unknown-key"),
    "a value out of range": ("front-fra1", "[20000, 60999]", "[20000, 70000]", 1, "70000"),
    "a hazard": ("base", "tcp_syncookies: {value: 1,", "tcp_tw_recycle: {value: 1,", 1, "hazard"),
    "a parent that is none": ("front", "extends: [base]", "extends: [bsae]", 1, "bsae"),
}


def world(folder, holdfast):
    """A folder with what the page says, and the environment for its commands."""
    text = PAGE.read_text()
    (folder / "profiles").mkdir()
    for kind, body in BLOCK.findall(text):
        name = re.search(r"^profile: (\S+)$", body, re.M)
        if kind == "yaml" and name:
            (folder / f"profiles/{name[1]}.yaml").write_text(body)
        if kind.startswith("script "):
            path = folder / kind.split()[1]
            path.write_text(body)
            path.chmod(0o755)
    for name, tree in HOSTS.items():
        shutil.copytree(TOP / "tests/trees" / tree, folder / "hosts" / name, symlinks=True)
    for line in (TOP / "tests/trees/container.modes").read_text().splitlines():
        if line and not line.startswith("#"):
            mode, _, path = line.partition(" ")
            (folder / "hosts/container" / path.strip()).chmod(int(mode, 8))
    (folder / "bin").mkdir()
    (folder / "bin/holdfast").symlink_to(holdfast)
    return {"PATH": f"{folder}/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@x", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@x"}


def shell(folder, environment, command):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def commands(folder, environment, update, say):
    """Each block that begins with `$ `, against what it prints."""
    text = PAGE.read_text()

    def again(found):
        kind, body = found.groups()
        if not body.startswith("$ "):
            return found[0]
        command, _, shown = body[2:].partition("\n")
        printed = shell(folder, environment, command)[1].strip("\n") + "\n"
        say(command, printed == shown, f"prints\n{printed}the page has\n{shown}")
        return f"```{kind}\n$ {command}\n{printed}```"

    new = BLOCK.sub(again, text)
    if update:
        PAGE.write_text(new)


def examples(folder, environment, say):
    found = [body for kind, body in BLOCK.findall(PAGE.read_text()) if kind == "yaml"]
    say("the page has profiles", len(found) >= 3, f"{len(found)} blocks of YAML")
    for path in sorted((folder / "profiles").iterdir()):
        status, printed = shell(folder, environment, f"holdfast lint --fail-on warning {path}")
        say(f"{path.stem} is clean", status == 0, printed)


def collected(folder, environment, say):
    """A host as a folder, made by the page's script, holds what holdfast asks for, and no secret for a plain user."""
    plain = folder / "collected"
    plain.mkdir(mode=0o777)
    plain.chmod(0o777)
    folder.chmod(0o755)
    dropped = "setpriv --reuid 65534 --regid 65534 --clear-groups" if os.geteuid() == 0 else ""
    status, printed = shell(folder, environment, f"{dropped} ./collect collected/here && uname -r")
    say("collect ends well", status == 0, printed)
    status, shown = shell(folder, environment, "holdfast --root collected/here check -p profiles/base.yaml")
    say("what it made is a host", status in (0, 2) and printed.strip() in shown and "tcp_syncookies" in shown, shown)
    secrets = [path for name in ("stable_secret", "tcp_fastopen_key") for path in plain.rglob(name) if path.stat().st_size]
    say("without secrets", not secrets, str(secrets))


def checked(folder, environment, say):
    """The script `check`, as a job of CI would run it, on each change."""
    status, printed = shell(folder, environment, "git init -q -b main . && echo -e 'bin\\ncollected' >.gitignore && ./check HEAD; git add -A && "
                            "git commit -qm begin && ./check main")
    say("a clean repository passes", status == 0, printed)
    for what, (profile, old, new, wanted, said) in CHANGES.items():
        path = folder / f"profiles/{profile}.yaml"
        text = path.read_text()
        if old not in text and what != "a key that is none":
            say(what, False, f"{profile} does not have {old!r}")
            continue
        path = path if old in text else folder / "profiles/base.yaml"
        path.write_text(path.read_text().replace(old, new) if old else text)
        status, printed = shell(folder, environment, "./check main")
        say(f"{what}: exit {wanted}", status == wanted, f"exit {status}\n{printed}")
        say(f"{what}: is said", re.search(said, printed) is not None, printed)
        shell(folder, environment, "git checkout -q . && git clean -fdq")


def rolled_out(folder, environment, say):
    """Forty hosts at 1, 10 and 100 %: the questions of operations.md, and what the first of them prints there."""
    part = OPERATIONS.read_text().split("\n## Roll out\n")[1].split("\n## ")[0]
    questions = next(body for kind, body in BLOCK.findall(part) if kind == "sh" and body.startswith("latest() {"))
    latest, *lines = questions.splitlines()
    shown = [body for body in (body for _, body in BLOCK.findall(part)) if re.match(r" +\d+ (audit|enforce) ", body)]
    say("the page has three answers", len(lines) == 3 and len(shown) == 3, f"{len(lines)} questions, {len(shown)} answers")
    fleet = folder / "fleet"
    (fleet / "latest").mkdir(parents=True)
    for number in range(1, 41):
        host = fleet / f"host-{number:02}"
        shutil.copytree(TOP / "tests/trees/debian12", host, symlinks=True)
        (host / "etc/machine-id").write_text(hashlib.sha256(f"{number:02}\n".encode()).hexdigest()[:32] + "\n")
        (host / "etc/hostname").write_text(f"web-{number:02}\n")
        (host / "etc/holdfast/profiles").mkdir(parents=True)
        shutil.copy(TOP / "profiles/time-wait-classic.yaml", host / "etc/holdfast/profiles")
    (fleet / "round").write_text("""
for host in host-*; do
    printf 'profiles: [time-wait-classic]\\nmode: enforce\\nrollout: {percent: %s, seed: "2026-11"}\\n' "$1" >$host/etc/holdfast/agent.yaml
    holdfast --root $host run -q
    holdfast --root $host report | gzip >latest/$host.json.gz
done""")
    for percent, answer in zip((1, 10, 100), shown):
        status, printed = shell(fleet, environment, f"bash round {percent}")
        say(f"{percent} %: the runs say nothing", printed == "", printed)
        counted, off, changed = (shell(fleet, environment, f"{latest}\n{line}")[1] for line in lines)
        say(f"{percent} %: who is in", counted == answer, f"{counted}the page has\n{answer}")
        say(f"{percent} %: nobody who is in is off", off == "", off)
        inside = re.search(r"(\d+) enforce", answer)
        say(f"{percent} %: what was changed is told", bool(re.search(r"\d+ net\.\S+\tchanged$", changed, re.M)) == bool(inside), changed)


def main():
    words = sys.argv[1:]
    program = words[words.index("--holdfast") + 1] if "--holdfast" in words else os.environ.get("HOLDFAST", "")
    holdfast = pathlib.Path(program or TOP / "build/release/holdfast").resolve()
    count = [0, 0]

    def say(what, good, fault):
        count[not good] += 1
        if not good:
            print(f"FAILED {what}: {fault}")

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        environment = world(folder, holdfast)
        commands(folder, environment, "--update" in words, say)
        examples(folder, environment, say)
        collected(folder, environment, say)
        checked(folder, environment, say)
        rolled_out(folder, environment, say)
    print(f"{count[0]} passed, {count[1]} failed")
    return int(count[1] > 0)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
