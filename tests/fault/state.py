"""The host that the points are tried on: put back to where it was in a moment, and read back whole."""
import hashlib
import json
import os
import pathlib
import shutil
from dataclasses import dataclass, field

MAIN_FILE, DROP_IN, FOREIGN = "/etc/sysctl.conf", "/etc/sysctl.d/99-zz-holdfast.conf", "/etc/sysctl.d/50-x.conf"
JOURNAL, OPEN = "/var/lib/holdfast/journal", "/var/lib/holdfast/journal/open"
FOLDERS = ("/etc/sysctl.d", "/var/lib/holdfast", "/run/lock")
OWN_NET = ("core", "ipv4", "ipv6", "unix")
ALIASES = {"net/ipv4/conf/all/forwarding": "net/ipv4/ip_forward"}     # one storage, so the journal has one of them
ATTRIBUTE = "user.origin"


def live_path(key):
    return "/proc/sys/" + key


def read_live(key):
    with open(live_path(key)) as stream:
        return " ".join(stream.read().split())


def write_live(key, value):
    with open(live_path(key), "w") as stream:
        stream.write(value + "\n")


def all_live():
    """All parameters of the network namespace that can be read; base_reachable_time would make the kernel grumble."""
    found = {}
    for part in OWN_NET:
        for where, _, names in os.walk(f"/proc/sys/net/{part}"):
            for name in names:
                if name in ("base_reachable_time", "flush"):
                    continue
                key = os.path.join(where, name)[len("/proc/sys/"):]
                try:
                    found[key] = read_live(key)
                except OSError:
                    pass
    return found


# ---- files ----------------------------------------------------------------------------------------------------------

def _attributes(path):
    try:
        return {name: os.getxattr(path, name) for name in os.listxattr(path)}
    except OSError:
        return {}


def _look(path):
    if os.path.islink(path):
        return ("link", os.readlink(path))
    status = os.lstat(path)
    if os.path.isdir(path):
        return ("folder", status.st_mode & 0o7777)
    return ("file", pathlib.Path(path).read_bytes(), status.st_mode & 0o7777, status.st_uid, status.st_gid,
            _attributes(path))


def _make(path, what):
    if what[0] == "link":
        os.symlink(what[1], path)
    elif what[0] == "folder":
        os.makedirs(path, exist_ok=True)
        os.chmod(path, what[1])
    else:
        _, data, mode, owner, group, attributes = what
        pathlib.Path(path).write_bytes(data)
        os.chown(path, owner, group)
        os.chmod(path, mode)
        for name, value in attributes.items():
            os.setxattr(path, name, value)


def files_now():
    """{path: what it is}, folders before what is in them."""
    found = {}
    for path in [MAIN_FILE, *temporary_files("/etc")] + [each for folder in FOLDERS for each in _below(folder)]:
        if os.path.lexists(path):
            found[path] = _look(path)
    return found


def temporary_files(folder):
    return [f"{folder}/{name}" for name in sorted(os.listdir(folder)) if name.startswith(".holdfast-")]


def _below(folder):
    for where, folders, names in os.walk(folder):
        yield where
        yield from (os.path.join(where, name) for name in sorted(names))
        # A link to a folder is none to walk into, and os.walk does not.
        yield from (os.path.join(where, name) for name in folders if os.path.islink(os.path.join(where, name)))


@dataclass
class Start:
    """A host to begin from. `values` in the order in which they have to be written: some move others."""
    values: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)

    def restore(self):
        for _ in range(2):
            for key, value in self.values.items():
                if read_live(key) != value:
                    write_live(key, value)
        for folder in FOLDERS:
            shutil.rmtree(folder, ignore_errors=True)
        for path in [MAIN_FILE, *temporary_files("/etc")]:
            if os.path.lexists(path):
                os.unlink(path)
        for path, what in self.files.items():
            _make(path, what)


def remember(keys):
    return Start({key: read_live(key) for key in keys}, files_now())


# ---- the journal ----------------------------------------------------------------------------------------------------

class Torn(Exception):
    """A journal that cannot be what holdfast promises."""


def entries():
    """Oldest first. The ids are UUIDv7, so the names sort by time."""
    found = []
    if not os.path.isdir(JOURNAL):
        return found
    for name in sorted(os.listdir(JOURNAL)):
        if name.startswith(".") or not name.endswith(".json"):
            continue
        try:
            entry = json.loads(pathlib.Path(JOURNAL, name).read_text())
        except ValueError as problem:
            raise Torn(f"{name} is no JSON: {problem}") from None
        if entry["id"] + ".json" != name:
            raise Torn(f"{name} says that it is {entry['id']}")
        found.append(entry)
    return found


def words(value):
    return None if value is None else " ".join(value.split())


def hashes(files):
    return {path: hashlib.sha256(what[1]).hexdigest() if what else None
            for path, what in ((path, files.get(path)) for path in (MAIN_FILE, DROP_IN))}


def stands(found):
    """Whether there is an apply that `rollback` would take back, or one that is not over."""
    undone = {each for entry in found if entry["kind"] == "rollback" and entry["state"] == "done"
              for each in entry["undoes"]}
    return any(entry["state"] in ("begun", "waiting", "undoing") or
               entry["kind"] == "apply" and entry["state"] == "done" and entry["id"] not in undone for entry in found)


def replay(first_values, first_hashes, found):
    """
    What live values and files have to be after these entries, from the beginning; None: one of them is not over. A
    value is None that could not be put back (and is named), or that nobody could look at in the end.
    """
    values, now = dict(first_values), dict(first_hashes)
    for entry in found:
        if entry["state"] in ("begun", "undoing"):
            return None
        for each in entry["kept"]:
            if each["hold"] != "refused":
                raise Torn(f"something was kept, though no other hand was there: {each}")
            values[each["path"]] = None
        if entry["state"] == "undone":
            continue
        for step in entry["steps"]:
            if step["kind"] == "write_live" and step["result"] in ("changed", "already", "altered"):
                values[step["path"]] = words(step["found"]) or words(step["to"])
        for each in entry["coupled"]:
            values[each["path"]] = words(each["found"])
        if entry["state"] == "done":
            for each in entry["files"]:
                now[each["file"]] = each["after"]
    for name, key in ALIASES.items():
        values[name] = values[key]
    return values, now
