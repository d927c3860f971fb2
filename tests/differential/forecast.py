"""Asks holdfast (or the model) for its boot forecast and compares it with what the real loader did.

What counts is what the kernel would have at the end:
- A write that the kernel refused sets nothing. procps writes every assignment in order, so an earlier accepted one stays
  in effect: the forecast must be that one. systemd keeps only the last assignment of a key and tries that one: when it
  is refused the key is unset, whatever stood before it. (A glob that matches the key is not tried either: the explicit
  assignment, valid or not, keeps it away. A refused glob does leave the value of an earlier accepted glob.)
- systemd does not write a value that is there already; that counts as set.
- "31 # text" is accepted by the integer reader and is the forecast's text, whole: the file is what is compared.
- The text is what the loader hands to the kernel without its final newline.
"""
import json
import os
import re
import subprocess

import model
import sandbox
from trees import POOL, dots, slashes

# Where a plain copy of the namespace's own value would not do as the value of a profile.
_WANTED = {"net.ipv4.ip_local_reserved_ports": "40000", "net.ipv4.tcp_congestion_control": "reno"}
EXITS = (0, 2, 3)


def profile_write(path, values, more=()):
    """A profile that names every key of the pool and those in `more` (dotted), with the namespace's own values."""
    lines = ["profile: differential", "version: 1", "parameters:"]
    names = {dots(parts): slashes(parts) for parts in POOL}
    for key in more:
        names.setdefault(key, slashes([part.replace("/", ".") for part in key.split(".")]))
    for key, spelled in sorted(names.items()):
        tokens = values.get("/proc/sys/" + spelled, b"").decode(errors="replace").split()
        value = _WANTED.get(key)
        if value is None:
            numbers = all(re.fullmatch(r"-?\d+", token) for token in tokens)
            tokens = tokens if numbers else [json.dumps(token) for token in tokens]
            value = tokens[0] if len(tokens) == 1 else "[" + ", ".join(tokens) + "]"
        elif value.isdecimal():
            value = f'"{value}"'
        # Both spellings are used; a name with a dot needs the one with slashes or swapped dots.
        shown = spelled if len(spelled) % 2 or any("/" in part for part in key.split(".")) else key
        lines.append(f"  {shown}: {{value: {value}, manage: [boot]}}")
    with open(path, "w") as stream:
        stream.write("\n".join(lines) + "\n")


def expected(run):
    """What the loader's writes leave in the kernel: {dotted key: text}."""
    return {sandbox.dotted(event.path): event.text for event in run.events if event.ok}


def check_harness(run):
    """The kernel's own words against the trace: an integer that was accepted last must read back as that integer."""
    complaints, last = [], {}
    for event in run.events:
        # A value that systemd found there may have come from a write to conf.default; then the interface does not count
        # as set by hand for the kernel, and the next write to conf.default changes it again, behind systemd's back.
        last.pop(event.path, None)
        if event.ok and not event.already:
            last[event.path] = event.text
    for path, text in last.items():
        tokens, answer = text.split(), run.readback.get(path, b"").split()
        if path.endswith(("reserved_ports", "congestion_control")) or not tokens or not answer:
            continue
        for token, shown in zip(tokens, answer):
            octal = re.fullmatch(r"(-?)0([0-7]+)", token)
            number = int(octal[1] + octal[2], 8) if octal else int(token, 0)
            if number != int(shown):
                complaints.append(f"{path}: the trace says {text!r}, the kernel {answer!r}")
    return complaints


# ---- the answer -----------------------------------------------------------------------------------------------------

def ask_holdfast(holdfast, root, loader, profile):
    command = [holdfast, "check", "--json", "--root", root, "--loader", loader, "-p", profile]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    if done.returncode not in EXITS:
        raise sandbox.SandboxError(f"exit {done.returncode} of {' '.join(command)}\n"
                                   + done.stderr.decode(errors="replace").strip()[-2000:])
    report = json.loads(done.stdout.decode("utf-8", "surrogateescape"))
    return {each["key"]: each.get("boot") or {} for each in report["parameters"]}


def ask_model(root, loader):
    answer = {dots(parts): {"state": "unset"} for parts in POOL}
    for key, (text, (file, line)) in model.LOADERS[loader](root).items():
        answer[key] = {"state": "differ", "value": text, "from": {"file": file, "line": line}, "shadowed": []}
    return answer


def answer_of(expectation, root, run, loader):
    """An answer made from the expectation itself, with the true file and line: for the self-test."""
    answer = {dots(parts): {"state": "unset"} for parts in POOL}
    for key, text in expectation.items():
        answer[key] = {"state": "differ", "value": text, "from": None, "shadowed": []}
        for file in run.opened:
            real = model.resolve(root, file)
            size = os.path.isfile(root + real) and len(_lines(root + real)) or 0
            for line in range(1, size + 1):
                place = {"file": file, "line": line}
                if not place_wrong(root, place, key, text, run, loader):
                    answer[key]["from"] = place
    return answer


# ---- file and line --------------------------------------------------------------------------------------------------

def _lines(path):
    with open(path, "rb") as stream:
        return stream.read().split(b"\n")


def _key_fits(written, key):
    """Whether the key or pattern as it stands in a file can mean the dotted key; generous about odd spellings."""
    path = os.path.normpath("/proc/sys/" + model.swap(written.strip().lstrip("-").strip()))
    patterns = [part for part in path.strip("/").split("/")[2:] if part != ".*"]
    wanted = [part.replace("/", ".") for part in key.split(".")]
    return len(wanted) == len(patterns) and all(model.match(pattern, [part]) for pattern, part in zip(patterns, wanted))


def place_wrong(root, place, key, text, run, loader):
    """None if file:line holds an assignment of `text` to the key in a file that the loader read, else what is wrong.
    Lines are counted as an editor counts them, by LF. Almost every value occurs once in a tree, so that the line is
    the one that won, not just one that looks like it."""
    if not isinstance(place, dict) or not isinstance(place.get("file"), str) or not isinstance(place.get("line"), int):
        return f"`from` is {place!r}, a file and a line are wanted"
    file, line = place["file"], place["line"]
    file = file.removeprefix(root)
    real = model.resolve(root, file)
    if real is None or real not in {model.resolve(root, each) for each in run.opened}:
        return f"{file} is not a file that the loader read ({', '.join(run.opened)})"
    lines = _lines(root + real)
    if not 1 <= line <= len(lines):
        return f"{file} has no line {line}"
    for piece in re.split(rb"[\r\0]", lines[line - 1]) + [lines[line - 1].split(b"\0")[0]] + re.findall(rb"^[^=]*=\r*[^\r]*", lines[line - 1]):
        written, equals, value = piece.decode("utf-8", "surrogateescape").partition("=")
        if equals and value.strip(" \t\r\n\v\f") == text.strip(" \t\r\n\v\f") and _key_fits(written, key):
            return None
    return f"{file}:{line} is {lines[line - 1][:120]!r}, which does not give {text!r}"


def compare(root, answer, expectation, run, loader):
    """The list of disagreements, as text."""
    wrong = []
    for key in sorted({dots(parts) for parts in POOL} | set(expectation)):
        boot, text = answer.get(key), expectation.get(key)
        if boot is None:
            wrong.append(f"{key}: not in the report")
            continue
        state, value, place = boot.get("state"), boot.get("value"), boot.get("from")
        if text is None:
            if state != "unset":
                wrong.append(f"{key}: {loader} leaves it unset, the forecast is {state} {value!r} from {place}")
        elif state not in ("match", "differ"):
            wrong.append(f"{key}: {loader} sets {text!r}, the forecast is {state}")
        elif value != text:
            wrong.append(f"{key}: {loader} sets {text!r}, the forecast is {value!r} from {place}")
        elif (reason := place_wrong(root, place, key, text, run, loader)):
            wrong.append(f"{key}: {text!r} is right, but {reason}")
        for loser in boot.get("shadowed") or []:
            if isinstance(loser.get("value"), str) and (
                    reason := place_wrong(root, loser, key, loser["value"], run, loader)):
                wrong.append(f"{key}: shadowed: {reason}")
    return wrong
