"""What the two text formats of metrics allow: a small parser, strict where it matters here."""

import re

SAMPLE = re.compile(r'([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,(?!\}))?)+)\})? (-?[0-9.]+(?:e[-+]?[0-9]+)?)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


class Family:
    def __init__(self, name):
        self.name, self.told, self.samples = name, {}, 0

    def faults(self, openmetrics):
        kind = self.told.get("TYPE")
        if kind not in ("gauge", "counter"):
            yield f"{self.name} is of type {kind}"
        if "HELP" not in self.told:
            yield f"{self.name} has no help"
        if (kind == "counter" and not openmetrics) != self.name.endswith("_total"):
            yield f"{self.name} is no name for a {kind} here"
        if "UNIT" in self.told and not (openmetrics and self.name.endswith(f"_{self.told['UNIT']}")):
            yield f"{self.name} does not end in its unit {self.told['UNIT']}"


def metrics_faults(text, openmetrics=True):
    """What OpenMetrics 1.0, or else Prometheus' text format 0.0.4, does not allow in it."""
    lines = text.split("\n")
    if openmetrics and lines[-2:] != ["# EOF", ""]:
        return ["it does not end in # EOF and a newline"]
    if not openmetrics and (lines[-1] != "" or "# EOF" in lines):
        return ["it does not end in a newline, or has a # EOF"]
    faults, families, seen = [], {}, set()
    family = Family("nothing")
    for each in lines[:-2 if openmetrics else -1]:
        words = each.split(" ", 3)
        if words[0] == "#" and len(words) == 4 and words[1] in ("TYPE", "UNIT", "HELP"):
            if words[2] != family.name:
                faults += [f"{words[2]} comes back"] if words[2] in families else []
                family = families.setdefault(words[2], Family(words[2]))
            faults += [f"{each!r} is said too late or twice"] if words[1] in family.told or family.samples else []
            faults += [f"{each!r} has an odd escape"] if re.sub(r"\\[\\n]", "", words[3]).count("\\") else []
            family.told[words[1]] = words[3]
            continue
        match = SAMPLE.fullmatch(each)
        if match is None:
            faults.append(f"no line of the format: {each!r}")
            continue
        counted = openmetrics and family.told.get("TYPE") == "counter"
        faults += [f"{each!r} stands below {family.name}"] if match[1] != family.name + "_total" * counted else []
        names = [label[0] for label in LABEL.findall(match[2] or "")]
        faults += [f"{each!r} has a label twice"] if len(set(names)) != len(names) else []
        faults += [f"{each!r} stands there twice"] if (match[1], match[2]) in seen else []
        seen.add((match[1], match[2]))
        family.samples += 1
    return faults + [fault for each in families.values() for fault in each.faults(openmetrics)]


def samples(text):
    return {each.rsplit(" ", 1)[0]: float(each.rsplit(" ", 1)[1]) for each in text.splitlines() if each[:1] not in "#"}
