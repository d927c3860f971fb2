"""What a profile asks for, read and judged without holdfast: the tests compare the two.

    for key, requirement in judge.own("container-host"): ...
    judge.holds(requirement, "131072", memory=..., cpus=...)     True, or the sentence that says what is wrong
"""
import fractions
import pathlib
import re

import yaml

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = TOP / "profiles"
SHIPPED = ("container-host", "database", "default", "hardened-base", "high-churn-web", "nat-gateway", "reverse-proxy",
           "small-memory", "time-wait-classic")
RELEASE = re.compile(r"(>=|<=|==|=|<|>)\s*(\d+(?:\.\d+)*)")
UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
COMPARED = {">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
            "=": lambda a, b: a == b, "==": lambda a, b: a == b}


def document(name):
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text())


def own(name):
    """(key, requirement in its long form), without what its parents ask for."""
    for key, found in document(name)["parameters"].items():
        yield key, found if isinstance(found, dict) else {"value": found}


def layers(name):
    """The profile and all below it."""
    found = [name]
    for parent in document(name).get("extends", []):
        found += layers(parent)
    return found


def numbers(text):
    return [int(each) for each in str(text).split()]


def vector(bound, size):
    return bound if isinstance(bound, list) else [bound] * size


def scaled(scale, memory, cpus):
    result = int({"memory": memory, "cpus": cpus}[scale["of"]] * fractions.Fraction(scale["ratio"]))
    return min(max(result, scale.get("min", result)), scale.get("max", result))


def holds(requirement, text, memory=0, cpus=0):
    """Whether a value that the kernel shows is what is asked for."""
    found = numbers(text)
    if "value" in requirement:
        wanted = requirement["value"]
        return found == (wanted if isinstance(wanted, list) else numbers(wanted))
    if "one_of" in requirement:
        return found in [numbers(each) for each in requirement["one_of"]]
    if "scale" in requirement:
        return found == [scaled(requirement["scale"], memory, cpus)]
    return (all(value >= bound for value, bound in zip(found, vector(requirement.get("min", -1 << 63), len(found))))
            and all(value <= bound for value, bound in zip(found, vector(requirement.get("max", 1 << 64), len(found)))))


def release(text):
    return tuple(int(each) for each in re.match(r"\d+\.\d+", text)[0].split("."))


def kernel_fits(requirement, kernel):
    """Only the condition on the kernel: is the requirement meant for it?"""
    asked = requirement.get("when", {}).get("kernel", "")
    return all(COMPARED[sign](release(kernel), release(number)) for sign, number in RELEASE.findall(asked))


def memory_fits(requirement, memory):
    asked = requirement.get("when", {}).get("memory")
    if asked is None:
        return True
    sign, number, unit = re.fullmatch(r"(>=|<=|<|>|==?)\s*(\d+)\s*(\w+)", asked).groups()
    return COMPARED[sign](memory, int(number) * UNITS[unit])
