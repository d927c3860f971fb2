"""A copy of a fake host in a folder of its own, with what a test does to its files."""

import fcntl
import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
from pathlib import Path

from program import TOP

HERE = Path(__file__).resolve().parent
TREES = TOP / "tests/trees"
HASHED = 64 << 20  # of a larger file, size and times tell enough
DROP_IN = "/etc/sysctl.d/99-zz-holdfast.conf"


def entry_of(entry):
    """What makes one entry of a folder the same: for a file its inode, times and bytes; never followed."""
    status = entry.stat(follow_symlinks=False)
    kind = stat.S_IFMT(status.st_mode)
    text = None
    if kind == stat.S_IFREG and status.st_size <= HASHED:
        with open(entry.path, "rb", buffering=0) as file:
            text = hashlib.sha256(file.read()).digest()
    elif kind == stat.S_IFLNK:
        text = os.readlink(entry.path)
    return (kind, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid, status.st_ino, status.st_mtime_ns,
            status.st_size if kind == stat.S_IFREG else 0, text)


def entries_of(folder, shown, found):
    with os.scandir(folder) as entries:
        for entry in entries:
            found[shown + entry.name] = entry_of(entry)
            if entry.is_dir(follow_symlinks=False):
                entries_of(entry.path, f"{shown}{entry.name}/", found)


def moved(before, after):
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


class Tree:
    """root is the host, work the folder beside it where the user stands."""

    def __init__(self, tree, folder):
        self.folder = folder
        self.root = folder / "root"
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        # Not shutil.copytree, which takes four times as long; owned by whoever runs the tests, as root trusts only root.
        subprocess.run(["cp", "-R", "--no-dereference", "--preserve=mode", TREES / tree, self.root], check=True)
        modes = TREES / f"{tree}.modes"
        for line in modes.read_text().splitlines() if modes.exists() else []:
            if line and not line.startswith("#"):
                mode, path = line.split()
                (self.root / path).chmod(int(mode, 8))

    def path(self, name):
        """'/etc/hostname' is the host's, 'web.yaml' the user's."""
        return self.root / name.lstrip("/") if name.startswith("/") else self.work / name

    def write(self, name, text, mode=None):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if mode is not None:
            path.chmod(mode)
        return path

    def read(self, name):
        """None when there is no such file."""
        path = self.path(name)
        return path.read_bytes().decode(errors="surrogateescape") if path.is_file() else None

    def remove(self, name):
        path = self.path(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.exists():
            path.unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def link(self, name, target):
        self.remove(name).symlink_to(target)

    def fifo(self, name):
        os.mkfifo(self.remove(name))

    def profile(self, parameters, name="web.yaml", head=""):
        """A profile whose parameters begin in line 4, or later by the lines of the head."""
        self.write(name, f"profile: {Path(name).stem}\nversion: 1\n{head}parameters:\n" +
                   "".join(f"  {line}\n" if line else "\n" for line in parameters.splitlines()))
        return name

    def samples(self):
        """Installs profiles/ as the host's own: web, and base below it."""
        shutil.copytree(HERE / "profiles", self.path("/etc/holdfast/profiles"), dirs_exist_ok=True)

    def shipped(self):
        """Installs the profiles of this repository as the package does."""
        shutil.copytree(TOP / "profiles", self.path("/usr/share/holdfast/profiles"))

    @staticmethod
    def key_path(key):
        """'net.ipv4.conf.eth0/100.rp_filter' stands in conf/eth0.100."""
        return "/proc/sys/" + key.translate(str.maketrans("./", "/."))

    def live(self, key):
        text = self.read(self.key_path(key))
        return None if text is None else text.removesuffix("\n")

    def set_live(self, key, value):
        self.write(self.key_path(key), value + "\n")

    def lines(self, name=DROP_IN):
        """A sysctl file without comments and empty lines; None when there is no such file."""
        text = self.read(name)
        return None if text is None else [each for each in text.splitlines() if each and each[0] not in "#;"]

    def snapshot(self, without=()):
        """Every entry below the root by its path, with all that a touch would move."""
        found = {}
        entries_of(str(self.root), "", found)
        for name in without:
            found.pop(name, None)
        return found

    def texts(self):
        """The files as text, links by their target, for a diff."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in folders + files:
                path = Path(folder, name)
                shown = str(path.relative_to(self.root))
                if path.is_symlink():
                    found[shown] = f"link to {os.readlink(path)}\n"
                elif path.is_file() and path.stat().st_size < 1 << 20:
                    found[shown] = path.read_bytes().decode(errors="backslashreplace")
        return found

    def keep(self):
        """Remembers the tree for reset()."""
        shutil.copytree(self.root, self.folder / "kept", symlinks=True)

    def reset(self):
        """The tree as it was at keep(), for the next row of a loop inside a case."""
        shutil.rmtree(self.root)
        shutil.copytree(self.folder / "kept", self.root, symlinks=True)

    @contextlib.contextmanager
    def locked(self):
        """As if another holdfast were changing this host."""
        with open(self.write("/run/lock/holdfast.lock", "", 0o600), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
