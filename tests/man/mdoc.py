"""Reads the source of a page in mdoc, as far as the tests ask: its lists with their items, its options, its examples."""

import re
import shlex
from dataclasses import dataclass, field

ESCAPES = {r"\(aq": "'", r"\(dq": '"', r"\e": "\\", r"\&": "", r"\-": "-", r"\(ha": "^", r"\(ti": "~"}


def plain(line):
    """Text as it is printed."""
    def replace(match):
        if match[1]:
            return chr(int(match[1], 16))
        if match[0] not in ESCAPES:
            raise ValueError(f"an escape that the tests do not know: {match[0]} in {line!r}")
        return ESCAPES[match[0]]
    return re.sub(r"\\(?:\[u([0-9A-F]{4})\]|\(..|.)", replace, line)


def arguments(line):
    """The words of a macro line."""
    return re.findall(r'"[^"]*"|\S+', line[1:])


@dataclass
class Item:
    head: list  # the words after .It
    section: str
    subsection: str
    above: tuple  # the items that this one lies in, the outermost first
    body: list = field(default_factory=list)

    def name(self):
        return self.head[1].strip('"') if len(self.head) > 1 else ""

    def text(self):
        return " ".join(self.body)


def items(path):
    """All items of all lists, in their order. What stands in an inner list is not in the body of the outer item."""
    section = subsection = ""
    open_items, found = [], []  # of each open list its current item, or None
    for line in path.read_text().splitlines():
        words = arguments(line) if line.startswith(".") else []
        macro = words[0] if words else ""
        if macro == "Sh":
            section, subsection = " ".join(words[1:]), ""
        elif macro == "Ss":
            subsection = " ".join(words[1:])
        elif macro == "Bl":
            open_items.append(None)
        elif macro == "El":
            open_items.pop()
        elif macro == "It":
            open_items[-1] = Item(words[1:], section, subsection, tuple(open_items[:-1]))
            found.append(open_items[-1])
        elif open_items and open_items[-1]:
            open_items[-1].body.append(" ".join(words[1:]) if macro else line)
    return found


def option_of(words):
    """Of `Fl o , -output Ar file`: {'o', '-output'}, and the argument `file`, None when there is none."""
    names, argument = set(), None
    for index, word in enumerate(words[1:], 1):
        if word in ("Ar", "Cm"):
            argument = "".join(each for each in words[index:] if each not in ("Ar", "Cm", "Ns", "Op"))
            break
        if word != ",":
            names.add(word)
    return names, argument


def flags(path):
    """Every option that is named anywhere: (line, word without its first dash)."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.startswith("."):
            continue
        words, inside = arguments(line), False
        for word in words:
            if word == "Fl":
                inside = True
            elif word in ("Ar", "Cm", "Op", "Oc", "Oo", "Ns", "Pq", "No", "Pc", "Ev", "Pa"):
                inside = False
            elif inside and word not in (",", "|", ".", ";", ":", ")"):
                yield number, word
        for word in re.findall(r"(?<![\w-])--([a-z][a-z-]*)", line) if not line.startswith('.\\"') else []:
            yield number, f"-{word}"


@dataclass
class Example:
    page: object
    line: int
    kind: str  # profile, agent, commands, cron, or '' = not tried
    options: dict
    lines: list  # as printed


def examples(path):
    """All literal displays, with what the comment in front of each says of trying it."""
    lines = path.read_text().splitlines()
    for number, line in enumerate(lines):
        if not (line.startswith(".Bd") and "-literal" in line or line.startswith((".Dl", ".D1"))):
            continue
        end = lines.index(".Ed", number)
        shown = [plain(each) for each in lines[number + 1:end]] if line.startswith(".Bd") else [line]
        tag = lines[number - 1]
        kind, options = None, {}
        if tag.startswith('.\\" not tried: '):
            kind = ""
        elif tag.startswith('.\\" try: '):
            kind, *rest = shlex.split(tag[len('.\\" try: '):])
            options = dict(each.split("=", 1) for each in rest)
        yield Example(path, number + 1, kind, options, shown)


def references(path):
    """Each .Xr: (line, name, section)."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for name, section in re.findall(r"\bXr (\S+) (\d)", line) if line.startswith(".") else []:
            yield number, name, section
