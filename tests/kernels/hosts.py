"""Hosts for --root of any kernel in facts.yaml, made from that table alone.

    host = hosts.make(folder, "4.19", modules=("nf_conntrack",))
    host.value("net.ipv4.tcp_fin_timeout")     what the file reads, None without one
    hosts.fact(key)                            the row, by the key of a host or of a profile
"""
import os
import pathlib
import re
import shutil
from dataclasses import dataclass

import yaml

HERE = pathlib.Path(__file__).resolve().parent
TREES = HERE.parent / "trees"
FACTS = yaml.safe_load((HERE / "facts.yaml").read_text())
KERNELS = tuple(FACTS["kernels"])
MODULES = ("nf_conntrack", "br_netfilter")
INTERFACES = ("lo", "eth0", "eth1.100")
GIB = 1 << 30


def release(text):
    return tuple(int(each) for each in str(text).split("."))


def at(by_release, kernel):
    """What a {release: fact} says of a kernel; anything else says it of all."""
    if not isinstance(by_release, dict):
        return by_release
    return max((release(each), found) for each, found in by_release.items() if release(each) <= release(kernel))[1]


def fact(key):
    """None for a key that the table does not have."""
    return FACTS["keys"].get(key) or FACTS["keys"].get(re.sub(r"^(net\.ipv[46]\.conf)\.[^.]+\.", r"\1.*.", key))


def is_there(row, kernel, modules):
    return (release(kernel) >= release(row.get("since", "0")) and
            ("removed" not in row or release(kernel) < release(row["removed"])) and
            ("module" not in row or row["module"] in modules))


def read_only(row, kernel):
    return "read_only" in row and release(kernel) < release(row["read_only"])


def allowed(row, kernel, text):
    """Whether that kernel would have taken a write of the text."""
    bounds = at(row.get("allowed"), kernel)
    return bounds is None or all(bounds[0] <= int(each) <= bounds[1] for each in text.split())


def instances(key):
    """The keys of a host that a row stands for, each with the name of its instance."""
    if "*" not in key:
        return [(key, None)]
    return [(key.replace("*", name.replace(".", "/")), name) for name in ("all", "default", *INTERFACES)]


@dataclass
class Host:
    root: pathlib.Path
    kernel: str
    modules: tuple

    def path(self, key):
        return self.root / "proc/sys" / key.translate(str.maketrans("./", "/."))

    def value(self, key):
        path = self.path(key)
        return path.read_text().removesuffix("\n") if path.exists() else None

    def put(self, key, text, mode=0o644):
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
        path.chmod(mode)

    def files(self):
        """Every file but holdfast's own records and lock."""
        found, top = {}, f"{self.root}/"
        for folder, _, names in os.walk(self.root):
            for path in (f"{folder}/{name}" for name in names):
                if not os.path.islink(path) and not path.startswith((f"{top}var/lib/holdfast/", f"{top}run/lock/")):
                    with open(path, "rb") as file:
                        found[path.removeprefix(top)] = file.read(), os.fstat(file.fileno()).st_mode
        return found

    def keys(self):
        return {name for name in self.files() if name.startswith("proc/sys/")}


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)


def make(folder, kernel, modules, memory=16 * GIB):
    row = FACTS["kernels"][kernel]
    host = Host(folder / f"linux-{kernel}-{len(modules)}", kernel, tuple(modules))
    shutil.copytree(TREES / row["tree"], host.root, symlinks=True)
    shutil.rmtree(host.root / "proc/sys")
    for key, facts in FACTS["keys"].items():
        if not is_there(facts, kernel, modules):
            continue
        for each, name in instances(key):
            start = str(facts.get("of", {}).get(name, at(facts["default"], kernel))).replace(" ", "\t")
            host.put(each, start, 0o444 if read_only(facts, kernel) else 0o644)
    write(host.root / "proc/version", f"Linux version {kernel}.0-1-amd64 (test) #1 SMP\n")
    host.put("kernel.osrelease", f"{kernel}.0-1-amd64", 0o444)
    write(host.root / "proc/meminfo", f"MemTotal: {memory >> 10} kB\n")
    write(host.root / "proc/modules", "".join(f"{name} 16384 0 - Live 0x0\n" for name in modules))
    write(host.root / "proc/net/dev", "Inter-|   Receive\n face |bytes\n" + "".join(f"  {name}: 0\n" for name in INTERFACES))
    write(host.root / "etc/os-release", f'ID={row["os"][0]}\nVERSION_ID="{row["os"][1]}"\n')
    return host
