"""What a loss of power could leave, from the trace of a whole run: nothing may be built on what is not on the disk yet.

A death keeps what the kernel has in memory, so no point that kills can tell whether an fsync is missing. The rules:
a file gets its name when its bytes are on disk; a live value is written, or a name changes in another folder, when
every change of a name before it is; `open` goes when the entry that says so is; nothing is open to doubt at the end.
"""
import os
import re

import inject

CALLS = "write,fsync,renameat,renameat2,unlinkat,symlinkat,mkdirat"
RENAMES = ("renameat", "renameat2")
_CALL = re.compile(r"(\w+)\((.*)\) += 0|(\w+)\((.*)\) += \d+$")
_DESCRIPTOR = re.compile(r"\d+<([^>]*)>")
_TEXT = re.compile(r'"([^"]*)"')


def _is_ours(path):
    return path.startswith(("/etc/", "/var/lib/"))


class Disk:
    """What of the run is not on disk yet."""

    def __init__(self):
        self.written, self.named, self.broken = set(), {}, []

    def must_hold(self, condition, line):
        if not condition:
            named = [f"{folder}/{name}" for folder, names in self.named.items() for name in names]
            self.broken.append(f"{line}\n      not on disk then: {', '.join(sorted(self.written) + named)}")

    def others(self, folder):
        return [each for each, names in self.named.items() if names and each != folder]

    def changes(self, folder, name, line):
        self.must_hold(not self.others(folder), line)
        self.named.setdefault(folder, []).append(name)

    def see(self, call, words, line):
        paths, texts = _DESCRIPTOR.findall(words), _TEXT.findall(words)
        if call == "write" and paths and paths[0].startswith("/proc/sys/"):
            self.must_hold(not self.others(None), line)
        elif call == "write" and paths and _is_ours(paths[0]):
            self.written.add(paths[0])
        elif call == "fsync":
            self.written.discard(paths[0])
            self.named.pop(paths[0], None)
        elif call in RENAMES and _is_ours(paths[0] + "/"):
            self.must_hold(os.path.join(paths[0], texts[0]) not in self.written, line)
            self.changes(paths[1], texts[1], line)
        elif call == "symlinkat":
            self.changes(paths[0], texts[1], line)
        elif call == "mkdirat" and _is_ours(paths[0] + "/"):
            self.changes(paths[0], texts[0], line)
        elif call == "unlinkat" and not texts[0].endswith(".tmp"):
            renamed = [name for name in self.named.get(paths[0], ()) if name.endswith(".json")]
            self.must_hold(texts[0] != "open" or not renamed, line)
            self.changes(paths[0], texts[0], line)


def problems(command):
    said = inject.run(["strace", "-qq", "-y", "-s", "40", "-o", inject.LOG, "-e", f"trace={CALLS}", *command])
    disk, seen = Disk(), 0
    with open(inject.LOG, errors="replace") as stream:
        for line in stream:
            match = _CALL.match(line)
            if match:
                call, words = match.group(1) or match.group(3), match.group(2) or match.group(4)
                disk.see(call, words, line.strip())
                seen += call in RENAMES
    disk.must_hold(not disk.written and not disk.others(None), "the end of the run")
    if said.code != 0 or not seen:
        disk.broken.append(f"nothing was seen: {said}")
    return disk.broken
