"""A small model of the two loaders, written from their measured behaviour. It stands in for holdfast in the self-test and
under --model: it shows that the comparison can pass and can fail, and that the facts in semantics.md are enough to
foretell the real programs. It takes the same answer form as holdfast's report."""
import functools
import os
import re
import stat

import sandbox
from trees import dots

MEBIBYTE = 1 << 20
_GLOB = re.compile(r"[*?\[]")


def resolve(root, path):
    """The path below root that `path` means inside the root, links followed; None if there is no such file."""
    done, todo, steps = [], [part for part in path.split("/") if part], 0
    while todo:
        part = todo.pop(0)
        if part in (".", ".."):
            done = done if part == "." else done[:-1]
            continue
        here = "/".join([root, *done, part])
        if os.path.islink(here):
            steps += 1
            if steps > 40:
                return None
            target = os.readlink(here)
            done = [] if target.startswith("/") else done
            todo = [each for each in target.split("/") if each] + todo
        elif os.path.exists(here):
            done.append(part)
        else:
            return None
    return "/" + "/".join(done)


def _kind(root, path):
    real = resolve(root, path)
    return (real, stat.S_IFMT(os.stat(root + real).st_mode)) if real else (None, 0)


def match(words, entries):
    """Shell patterns of one path part. entries adds what readdir shows: procps sees the dot entries."""
    regex, at = "", 0
    while at < len(words):
        char = words[at]
        close = words.find("]", at + 3 if words[at + 1:at + 2] in ("!", "^") else at + 2) if char == "[" else -1
        if char == "[" and close > 0 and "[:" in words[at:]:
            close = words.find("]", words.find(":]", at) + 2)
        if char == "*":
            regex += ".*"
        elif char == "?":
            regex += "."
        elif char == "[" and close > 0:
            inner = words[at + 1:close].replace("[:digit:]", "0-9")
            regex += "[" + ("^" + inner[1:] if inner[0] in "!^" else inner) + "]"
            at = close
        elif char == "\\" and at + 1 < len(words):
            at += 1
            regex += re.escape(words[at])
        else:
            regex += re.escape(char)
        at += 1
    whole = re.compile(regex, re.S)
    return [name for name in entries if whole.fullmatch(name) and (words.startswith(".") or not name.startswith("."))]


class Keys:
    """The names below /proc/sys, as the template folder has them."""

    def __init__(self, root):
        self.root = root + "/proc/sys"

    @functools.lru_cache(maxsize=100000)
    def exists(self, path):
        return os.path.isfile(self.root + "/" + path) and not path.endswith("/")

    def expand(self, pattern, dot_entries):
        found = [""]
        for number, part in enumerate(pattern.split("/")):
            following = []
            for base in found:
                folder = self.root + base if number else self.root
                if not _GLOB.search(part):
                    following.append(f"{base}/{part}".replace("\\", "") if number else part)
                elif os.path.isdir(folder if not number else self.root + "/" + base):
                    names = os.listdir(folder if not number else self.root + "/" + base)
                    names += [".", ".."] if dot_entries else []
                    following += [f"{base}/{name}" if number else name for name in sorted(match(part, names))]
            found = following
        return sorted(path for path in found if os.path.lexists(self.root + "/" + path))


def swap(key):
    """Both loaders: if the first separator is a dot, dots and slashes change places."""
    match = re.search(r"[./]", key)
    return key.translate(str.maketrans("./", "/.")) if match and match[0] == "." else key


def accepted(path, text):
    """What the kernel's integer reader takes; strings and lists of the pool are always valid in a tree."""
    name = os.path.basename(path)
    if name == "tcp_congestion_control":
        return text in ("reno", "bbr")
    if name == "ip_local_reserved_ports":
        return True
    words = re.match(r"[ \t\n\v\f\r]*(-?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*))(?=[ \t\n]|$)", text)
    if not words:
        return False
    number = int(words[1], 8 if re.fullmatch(r"-?0[0-7]+", words[1]) else 0)
    return -1 << 31 <= number < 1 << 32 and (number >= 0 or name != "somaxconn")


# ---- procps 4.0.2 ----------------------------------------------------------------------------------------------------
_SPACE = b" \t\n\v\f\r"


def _procps_files(root):
    chosen = {}
    for folder in sandbox.CONF_DIRS:
        real, kind = _kind(root, folder)
        if kind == stat.S_IFDIR:
            for name in os.listdir(root + real):
                if name.endswith(".conf"):
                    chosen.setdefault(name, f"{folder}/{name}")
    paths = []
    for name in sorted(chosen, key=os.fsencode):
        paths += _procps_glob(root, chosen[name])
    if _kind(root, "/etc/sysctl.conf")[1] == stat.S_IFREG:
        paths.append("/etc/sysctl.conf")
    return paths


def _procps_glob(root, path):
    """procps hands the path to glob(3) with GLOB_BRACE | GLOB_NOCHECK."""
    folder, name = os.path.split(path)
    brace = re.search(r"\{([^{}]*,[^{}]*)\}", name)
    if brace:
        choices = [found for choice in brace[1].split(",")
                   for found in _procps_glob(root, f"{folder}/{name[:brace.start()]}{choice}{name[brace.end():]}")]
        return [each for each in choices if os.path.lexists(root + (resolve(root, folder) or "") + "/" + os.path.basename(each))] or [path]
    if not _GLOB.search(name):
        return [path]
    names = sorted(match(name, os.listdir(root + resolve(root, folder))), key=os.fsencode)
    return [f"{folder}/{each}" for each in names] or [path]


def _procps_lines(root, path):
    real, kind = _kind(root, path)
    if kind != stat.S_IFREG:
        return
    with open(root + real, "rb") as stream:
        for number, raw in enumerate(stream.read().split(b"\n"), 1):
            yield number, raw.split(b"\0")[0], len(raw)


def procps(root):
    keys, settings = Keys(root), []
    for file in _procps_files(root):
        for number, raw, size in _procps_lines(root, file):
            line = raw.lstrip(_SPACE)
            if size < 1 or not line or line[:1] in b"#;":
                continue
            key, equals, value = line.partition(b"=")
            if not equals and not line.startswith(b"-"):
                continue
            key = key[1:] if line.startswith(b"-") else key
            key = key.rstrip(_SPACE)
            key = key[1:] if key.startswith(b"-") else key     # a second dash goes when the path is made
            path = swap(os.fsdecode(key))
            settings.append((path, os.fsdecode(value.strip(_SPACE)) if equals else None, (file, number)))
    explicit = {path for path, _, _ in settings}
    writes = []
    for path, value, place in settings:
        if value is None:
            continue
        if _GLOB.search(path):
            # A slash at the end asks glob(3) for folders: it skips files that a pattern found, not those found by name.
            bare = path.rstrip("/")
            found = [] if bare != path and _GLOB.search(os.path.basename(bare)) else keys.expand(bare, True)
            writes += [(each, value, place) for each in found if each not in explicit]
        else:
            writes.append((path, value, place))
    return _settle(keys, [(path, value, place) for path, value, place in writes
                          if _normal("/proc/sys/" + path).startswith("/proc/sys/")])


def procps3(root):
    """procps 3.3.17: no patterns and no exclusions, a line without a value is skipped, CR ends a value. (A line without `=`
    makes it write "=" to the key, which every key of the pool refuses.)"""
    keys, writes = Keys(root), []
    for file in _procps_files(root):
        for number, raw, size in _procps_lines(root, file):
            line = raw.rstrip(b" \t\n\r").lstrip(b" \t")
            if len(line) < 2 or line[:1] in b"#;":
                continue
            key, equals, value = line.lstrip(b"=").partition(b"=")   # strtok() passes over leading delimiters
            value = value.lstrip(b"\n\r").split(b"\r")[0].lstrip(b" \t")
            if not equals or not value:
                continue
            key = key.rstrip(b" \t\n\r")
            key = key[1:] if key.startswith(b"-") else key
            writes.append((swap(os.fsdecode(key)), os.fsdecode(value), (file, number)))
    return _settle(keys, writes)


# ---- systemd-sysctl --------------------------------------------------------------------------------------------------
_BLANK = b" \t\n\r"


def _systemd_lines(data):
    """LF, CR and NUL end lines; each may appear once in one end, NUL comes last. Numbers are those of an editor (LF)."""
    at, number = 0, 1
    while at < len(data):
        start = at
        while at < len(data) and data[at] not in b"\n\r\0":
            at += 1
        yield number, data[start:at]
        seen = set()
        while at < len(data) and data[at] in b"\n\r\0" and data[at] not in seen and 0 not in seen:
            seen.add(data[at])
            number += data[at] == 10
            at += 1


def _systemd_files(root):
    chosen = {}
    for folder in sandbox.CONF_DIRS:     # Debian builds with split-usr, so /lib is read
        real, kind = _kind(root, folder)
        if kind == stat.S_IFDIR:
            for name in os.listdir(root + real):
                if name.endswith(".conf") and not name.startswith("."):
                    chosen.setdefault(name, f"{folder}/{name}")
    return [chosen[name] for name in sorted(chosen, key=os.fsencode)]


def _simple(path):
    """path_simplify(): no empty parts, no "." parts, no slash at the end; then one leading slash goes."""
    return "/".join(part for part in path.split("/") if part not in ("", "."))


def systemd(root):
    keys, options = Keys(root), {}
    for file in _systemd_files(root):
        real, kind = _kind(root, file)
        if kind != stat.S_IFREG:
            continue
        with open(root + real, "rb") as stream:
            data = stream.read()
        for number, raw in _systemd_lines(data):
            if len(raw) >= MEBIBYTE:
                break
            line = raw.strip(_BLANK)
            if not line or line[:1] in b"#;":
                continue
            key, equals, value = line.partition(b"=")
            if not equals and not line.startswith(b"-"):
                continue
            key = (key[1:] if line.startswith(b"-") else key).strip(_BLANK)
            path = _simple(swap(os.fsdecode(key)))
            text = os.fsdecode(value.strip(_BLANK)) if equals else None
            if path in options:
                if options[path][0] == text:
                    continue
                del options[path]
            options[path] = (text, (file, number))
    writes = []
    for path, (value, place) in options.items():
        if value is None:
            continue
        if _GLOB.search(path):
            writes += [(found, value, place) for found in keys.expand(path, False) if found not in options]
        else:
            writes.append((path, value, place))
    return _settle(keys, [each for each in writes if ".." not in each[0].split("/")])


def _normal(path):
    return "/" + os.path.normpath(path).lstrip("/")


def _settle(keys, writes):
    """The writes in order -> {dotted key: (text, (file, line))}; a refused one leaves what was there."""
    state = {}
    for path, value, place in writes:
        normal = _normal("/proc/sys/" + path).removeprefix("/proc/sys/")
        writable = normal.split("/")[:2] in [["net", name] for name in sandbox.WRITABLE]
        if writable and keys.exists(path) and accepted(normal, value):
            state[dots(normal.split("/"))] = (value, place)
    return state


LOADERS = {"procps": procps, "procps:3": procps3, "systemd": systemd}
