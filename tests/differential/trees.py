"""Trees on disk, and random ones. The same seed and number always give the same tree."""
import fnmatch
import os
import random
import shutil

import sandbox
from cases import FOLDER, Case, Link, link

OWNED = ("etc", "run", "usr", "lib", "srv")       # what belongs to a tree; proc, dev and .loader are the harness's

_INTEGERS = """net.core.somaxconn net.ipv4.tcp_max_syn_backlog net.ipv4.tcp_max_tw_buckets net.ipv4.tcp_fin_timeout
net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_limit_output_bytes net.ipv4.tcp_notsent_lowat
net.ipv4.ipfrag_time net.ipv4.ipfrag_max_dist net.ipv4.icmp_msgs_per_sec net.ipv4.icmp_msgs_burst net.ipv4.udp_rmem_min
net.unix.max_dgram_qlen net.ipv4.route.mtu_expires""".split()
_VECTORS = "net.ipv4.tcp_rmem net.ipv4.tcp_wmem net.ipv4.ip_local_port_range".split()
_OTHERS = "net.ipv4.ip_local_reserved_ports net.ipv4.tcp_congestion_control".split()
# These take every integer, so each assignment can have a value of its own, which names the line that won.
_PER_INTERFACE = [("ipv4", "conf", name) for name in
                  "rp_filter accept_redirects send_redirects log_martians arp_ignore arp_announce".split()]
_PER_INTERFACE += [("ipv4", "neigh", "gc_stale_time"), ("ipv6", "conf", "accept_ra")]


def _family(stack, folder, name):
    # conf.all and conf.default exist; neigh.default is hidden outside the first network namespace.
    everywhere = sandbox.INTERFACES + (("all", "default") if folder == "conf" else ())
    return [("net", stack, folder, interface, name) for interface in everywhere]


FAMILIES = [_family(*each) for each in _PER_INTERFACE]
PLAIN = [tuple(key.split(".")) for key in _INTEGERS + _VECTORS + _OTHERS]
POOL = PLAIN + [key for family in FAMILIES for key in family]
_KIND = {key: "integer" for key in POOL} | {tuple(name.split(".")): name[-8:] for name in _VECTORS + _OTHERS}


def slashes(parts):
    return "/".join(parts)


def dots(parts):
    return ".".join(part.replace(".", "/") for part in parts)


# ---- on disk --------------------------------------------------------------------------------------------------------

def clear(root):
    for name in OWNED:
        path = f"{root}/{name}"
        if os.path.islink(path):
            os.unlink(path)
        else:
            shutil.rmtree(path, ignore_errors=True)


def build(root, case):
    clear(root)
    os.makedirs(f"{root}/usr/lib")
    if case.merged:
        os.symlink("usr/lib", f"{root}/lib")
    for path, content in case.files.items():
        target = f"{root}/{path}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if content is FOLDER:
            os.makedirs(target)
        elif isinstance(content, Link):
            os.symlink(content.target, target)
        else:
            with open(target, "wb") as stream:
                stream.write(content if isinstance(content, bytes) else content.encode())


def keep(root, into):
    """Copies the tree with its own proc/sys, so that holdfast can be run on the copy by hand."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(root, into, symlinks=True, ignore=lambda folder, _: [".loader"] if folder == root else [])


# ---- random ---------------------------------------------------------------------------------------------------------

# Chance of each oddity by flavour; odd spellings of keys are only in `spelled`. `reject` has values that the kernel
# refuses: procps then keeps an earlier value,
# systemd has nothing. They have trees of their own so that a disagreement elsewhere is never about that. `bytes` can have
# them too: a CR or a form feed after the digits is refused by the integer reader.
FLAVOURS = {
    "plain":   {"weight": 4, "spelling": 0, "glob": .15, "odd_bytes": 0, "odd_file": .08, "reject": 0, "odd_name": 0},
    "globs":   {"weight": 4, "spelling": 0, "glob": .55, "odd_bytes": 0, "odd_file": .08, "reject": 0, "odd_name": 0},
    "files":   {"weight": 4, "spelling": 0, "glob": .20, "odd_bytes": 0, "odd_file": .40, "reject": 0, "odd_name": .25},
    "bytes":   {"weight": 3, "spelling": 0, "glob": .20, "odd_bytes": .15, "odd_file": .08, "reject": 0, "odd_name": 0},
    "spelled": {"weight": 3, "spelling": .60, "glob": .35, "odd_bytes": 0, "odd_file": .08, "reject": 0, "odd_name": 0},
    "reject":  {"weight": 3, "spelling": 0, "glob": .25, "odd_bytes": 0, "odd_file": .08, "reject": .3, "odd_name": 0},
}
_FOLDERS = [folder.lstrip("/") for folder in sandbox.CONF_DIRS]
_NAMES = ("10-a.conf 50-b.conf 9-c.conf 99-d.conf 99-sysctl.conf 99-zz-holdfast.conf 100-e.conf Z.conf _f.conf a.conf "
          "b.conf .hidden.conf").split()
_ODD_NAMES = ["README", "a.conf~", "b.CONF", "50-b.conf.dpkg-new", ".conf", "a b.conf", "\u00e9.conf", "[ab].conf",
              "{a,b}.conf", "9*.conf", "?.conf", "-.conf", "sysctl.conf", "~a.conf", "$a.conf"]


class _Maker:
    def __init__(self, rng, flavour, existing):
        self.rng, self.chance, self.existing = rng, FLAVOURS[flavour], existing
        self.next_value = 10001
        self.lines = []        # (parts, value) of earlier assignments, for repeats and for exclusions
        # Odd bytes cut values short; half a vector would be half applied, so those trees have integers only.
        plain = [key for key in PLAIN if _KIND[key] == "integer"] if self.chance["odd_bytes"] else PLAIN
        self.keys = rng.sample(plain, rng.randint(2, 5))
        for family in rng.sample(FAMILIES, rng.randint(1, 2)):
            self.keys += rng.sample(family, min(len(family), rng.randint(2, 5)))

    def maybe(self, name):
        return self.rng.random() < self.chance[name]

    def unless(self, probability):
        return self.rng.random() >= probability

    # -- keys
    def pattern(self, parts):
        """One or two parts become patterns; it may meet only keys of the pool that take the same kind of value."""
        rng = self.rng
        for _ in range(10):
            made = list(parts)
            indexes = [3] if len(parts) == 5 else [len(parts) - 1]
            if rng.random() < .25:
                indexes.append(rng.randrange(1, len(parts)))
            for index in indexes:
                word = parts[index]
                at = rng.randrange(len(word))
                made[index] = rng.choice([
                    "*", "*", word[:at] + "*", "*" + word[at:], word[:at] + "?" + word[at + 1:], word[:at] + "[" + word[at] + "z]" +
                    word[at + 1:], "[!" + rng.choice("aelvx") + "]*", "[a-" + rng.choice("elz") + "]*"])
            met = [key for key in self.existing if len(key) == len(made) and
                   all(fnmatch.fnmatchcase(part, pattern) for part, pattern in zip(key, made))]
            if {_KIND.get(key) for key in met} == {_KIND[parts]}:
                return tuple(made)
        return parts

    def spelled(self, parts):
        rng = self.rng
        if not self.maybe("spelling"):
            return dots(parts) if rng.random() < .7 else slashes(parts)
        at = rng.randrange(1, len(parts))
        changed = list(parts)
        if rng.random() < .3:
            changed[at:at] = ["..", parts[at - 1]]
        elif rng.random() < .3:
            changed[at:at] = [rng.choice(["", "", "."])]
        return rng.choice([
            slashes(changed), dots(changed), "/" + slashes(parts), "//" + slashes(parts), "." + dots(parts),
            slashes(parts) + "/", dots(parts) + ".", ".".join(parts), "/".join(parts[:at]) + "." + ".".join(parts[at:]),
            "/proc/sys/" + slashes(parts), slashes(parts).upper(), "/" + dots(parts), "/../sys/" + slashes(parts)])

    def dash(self):
        return self.rng.choice(["-", "-", "-", "-", "- ", "--" if self.chance["spelling"] else "-"])

    # -- values
    def value(self, parts):
        rng, number = self.rng, self.next_value
        self.next_value += 4
        name = ".".join(parts)
        if "tcp_congestion" in name or "congestion_c" in name:
            return rng.choice(["reno", "bbr"])
        if name.endswith("ed_ports"):
            return rng.choice([f"{number}", f"{number},{number + 2}-{number + 3}", f"{number}-{number + 1}", ""])
        if name.endswith("port_range"):
            return f"{number}{rng.choice([' ', chr(9), '  '])}{50000 + number % 2 * 2 + 1 - number % 2}"
        if name.endswith("mem"):
            if self.maybe("reject"):
                return rng.choice(["abc", f"x{number} {number} {number}", "8k 16k 32k"])
            return f"{number}{rng.choice([' ', chr(9), '   '])}{number + 1} {number + 2}"
        if self.maybe("reject"):
            return rng.choice(["", "abc", f"+{number}", f"{number}.5", f'"{number}"', f"{number}k", f"{number}#", "09",
                               f"{number}=1", f"{number},1", "9" * 30, "0x", "- 5", "yes"])
        return rng.choice([f"{number}"] * 14 + [hex(number), f"0{number:o}", f"{number} # text", f"{number} ; {number}",
                                                f"{number} {number + 1}", f"{number}\t= 5"])

    # -- lines
    def blank(self, *more):
        return self.rng.choice(["", "", " ", " ", "\t", "  ", " \t "] + list(more))

    def line(self):
        rng, kind = self.rng, self.rng.random()
        if kind < .05:
            return rng.choice(["", " ", "\t", "#", ";", "x", "#x", "; x = 1", "   # y", "=", "= 7", "-", "-= 5", "#" * 5000])
        key = rng.choice(self.keys)
        parts = self.pattern(key) if self.maybe("glob") else key
        if kind < .10:
            return self.blank() + rng.choice(["#", ";", "# "]) + self.spelled(parts) + " = " + self.value(key)
        if kind < .13:
            return self.spelled(parts) + rng.choice(["", " 5", ": 5"])
        if kind < .25:
            if self.lines and rng.random() < .25:
                parts = rng.choice(self.lines)[0]
            return self.blank() + self.dash() + self.spelled(parts) + self.blank()
        value = self.value(key)
        if self.lines and rng.random() < .1:
            parts, value = rng.choice(self.lines)
        self.lines.append((parts, value))
        dash = "" if self.unless(.12) else self.dash()
        front, back = self.blank(), self.blank()
        if self.maybe("odd_bytes") and value.strip().isdecimal():
            front, back = rng.choice([("\f", ""), ("", "\v"), (" " * 5000, ""), ("", " " * 5000), ("", "\u00a0"), ("\r", "\r\r")])
        return self.blank() + dash + self.spelled(parts) + self.blank() + "=" + front + value + back

    def text(self):
        rng = self.rng
        end = rng.choice(["\n"] * 5 + ["\r\n"])
        out = ""
        for _ in range(rng.choice([0, 1, 1, 2, 3, 4, 5, 6, 8, 12])):
            line = self.line()
            if self.maybe("odd_bytes"):
                at = rng.randrange(len(line) + 1)
                line = line[:at] + rng.choice(["\0", "\r"]) + line[at:]
            out += line + (rng.choice(["\r", "\0", "\n\r", "\n\0", "\r\r\n", "\n\n"]) if self.maybe("odd_bytes") else end)
        if out and self.maybe("odd_bytes"):
            out = "\ufeff" + out
        return out[:-len(end)] if out.endswith(end) and not self.unless(.3) else out

    # -- files
    def entry(self, path, files):
        rng = self.rng
        if not self.maybe("odd_file"):
            return self.text()
        up = "../" * path.count("/")
        target = rng.choice(sorted(files) or ["etc/sysctl.conf"])
        files.setdefault("srv/shared", self.text())
        return rng.choice(["", link("/dev/null"), link(up + "dev/null"), link("nowhere"), FOLDER, link(up + target),
                           link("/" + target), link(up + "srv/shared"), link("/srv/shared"), link(up + "etc/sysctl.conf"),
                           link("/usr"), self.text().strip() or ""])

    def files(self, merged):
        rng, files = self.rng, {}
        if self.unless(.25):
            files["etc/sysctl.conf"] = self.entry("etc/sysctl.conf", files)
        for folder in _FOLDERS:
            if merged and folder.startswith("lib/") or rng.random() < .15:
                continue
            if self.maybe("odd_file") and rng.random() < .1:
                files["srv/folder/50-b.conf"] = self.text()
                files[folder] = link(rng.choice(["/srv/folder", "../" * folder.count("/") + "srv/folder"]))
                continue
            for name in rng.sample(_NAMES, rng.choice([0, 1, 1, 2, 2, 3, 4])):
                files[f"{folder}/{name}"] = self.entry(f"{folder}/{name}", files)
            while self.maybe("odd_name"):
                name = rng.choice(_ODD_NAMES)
                files[f"{folder}/{name}"] = self.entry(f"{folder}/{name}", files)
        if "etc/sysctl.d" not in files and rng.random() < .3:
            files["etc/sysctl.d/99-sysctl.conf"] = link("../sysctl.conf")
        return files


def random_case(seed, number, existing):
    """existing: the keys of the namespace as tuples of parts."""
    rng = random.Random(f"holdfast {seed} {number}")
    flavour = rng.choices(list(FLAVOURS), [each["weight"] for each in FLAVOURS.values()])[0]
    merged = rng.random() < .6
    return Case(f"random-{seed}-{number}", "random", _Maker(rng, flavour, existing).files(merged), merged=merged, flavour=flavour)
