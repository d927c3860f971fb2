"""A host for one case: a Debian folder, laid over by what the case writes, with /proc in it and a network of its own.

    with host.Host(folder) as h:
        h.run("dpkg", "-i", "/root/x.deb")          -> Done(status, out, err)
        h.read("/etc/passwd"), h.write("/etc/x", "text"), h.exists("/etc/x")

run.py has entered namespaces of its own before. Of /proc/sys only the private network's part can be written.
"""
import collections
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
OWN_NET = ("core", "ipv4", "ipv6", "unix")
CLONE_NEWNET = 0x40000000
Done = collections.namedtuple("Done", "status out err")


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True, capture_output=True)


class Host:
    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        # Parameters as a new kernel has them, whatever the case before has set.
        if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "unshare")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-packages-", dir="/mnt"))
        upper, beside, self.root = (self.work / each for each in ("upper", "work", "root"))
        for each in (upper, beside, self.root):
            each.mkdir(mode=0o755)
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={self.folder},upperdir={upper},workdir={beside}", self.root)
        for each in DEVICES:
            (self.root / "dev" / each).touch()
            mount("--bind", f"/dev/{each}", self.root / "dev" / each)
        mount("-t", "proc", "proc", self.root / "proc")
        system = self.root / "proc/sys"
        closed = [each for each in system.iterdir() if each.name != "net"]
        closed += [each for each in (system / "net").iterdir() if each.name not in OWN_NET]
        for each in closed:
            mount("--bind", each, each)
            mount("-o", "remount,bind,ro", each)
        return self

    def __exit__(self, *_):
        for each in self.processes():
            os.kill(each, signal.SIGKILL)
        until(lambda: not self.processes())     # until then one may still write
        subprocess.run(["umount", "--recursive", "--lazy", str(self.root)], check=True)
        shutil.rmtree(self.work)

    def processes(self, name=""):
        """Those that have this folder as their root, and a name that begins like this."""
        found = []
        for each in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.path.samefile(each / "root", self.root) and (each / "comm").read_text().startswith(name):
                    found.append(int(each.name))
            except OSError:
                pass
        return found

    def command(self, *words):
        return ["chroot", str(self.root), *map(str, words)]

    def run(self, *words, before=(), timeout=120):
        """before: what to run it with, outside of the folder (strace ...)."""
        done = subprocess.run([*before, *self.command(*words)], env=ENVIRONMENT, cwd="/", stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout)
        return Done(done.returncode, done.stdout, done.stderr)

    def path(self, name):
        return self.root / name.lstrip("/")

    def read(self, name):
        return self.path(name).read_text()

    def exists(self, name):
        return os.path.lexists(self.path(name))

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def copy(self, file):
        shutil.copy(file, self.path("/root"))
        return f"/root/{file.name}"


def until(what, seconds=10):
    """Waits until what() is true, and returns what it is then."""
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()
