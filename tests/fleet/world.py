"""Namespaces of its own for a whole test, with what is outside of the hosts: a bridge that joins them, and a real nginx.

    inside, status = world.enter()      runs this program again, inside; everything started there ends with it
    with World() as world: ...          world.nginx, world.certificate(name), world.join(name)

Nothing of the machine's is changed: mounts, interfaces and processes are the namespaces' own, and below /proc/sys only what
belongs to the network namespace can be written.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "receivers"))
sys.path.insert(0, str(HERE.parent / "system"))
import certificates  # noqa: E402
import nginx_server  # noqa: E402
import private  # noqa: E402

INSIDE = "HOLDFAST_FLEET_INSIDE"
ADDRESS, NAME = "198.51.100.1", "compliance.example"    # of documentation (RFC 5737, RFC 2606)


def enter():
    """False: this is the world outside, and what was run inside has ended, with the status in the second place."""
    if os.environ.get(INSIDE):
        private.mount("none", "/", flags=private.MS_REC | private.MS_PRIVATE)
        private.shield_proc_sys("")
        return True, 0
    folder = tempfile.mkdtemp(prefix="holdfast-fleet-")
    os.chmod(folder, 0o755)
    sys.stdout.flush()
    try:
        done = subprocess.run(["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--ipc", "--uts", "--pid",
                               "--fork", "--kill-child", "--mount-proc", sys.executable, *sys.argv],
                              env={**os.environ, INSIDE: folder})
    finally:
        os.rmdir(folder)
    return False, done.returncode


def do(*command, **options):
    done = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}".strip())
    return done.stdout


class World:
    token = nginx_server.TOKEN

    def __init__(self):
        self.folder = pathlib.Path(os.environ[INSIDE])
        private.mount("fleet", self.folder, "tmpfs", options="mode=755")
        for each in ("/run/netns", "/run/systemd"):     # `ip netns` and systemd-nspawn keep things there
            os.makedirs(each, exist_ok=True)
            private.mount("fleet", each, "tmpfs", options="mode=755")
        self.authority = certificates.Authority(self.folder / "authority")
        for line in ("link set lo up", "link add outside type bridge", "link set outside up",
                     f"addr add {ADDRESS}/24 dev outside"):
            do("ip", *line.split())
        self.joined = 1
        self.nginx = nginx_server.Nginx(self.folder / "nginx", "dropbox", self.authority.server(NAME),
                                        self.authority.certificate, change=self._reachable)

    @staticmethod
    def _reachable(text):
        """nginx' files as the tests of receivers place them, and at the address that the hosts see."""
        return re.sub(r"^( *)listen 127\.0\.0\.1:\d+ ssl;", rf"\g<0>\n\1listen {ADDRESS}:443 ssl;", text, flags=re.MULTILINE)

    def __enter__(self):
        self.nginx.start()
        return self

    def __exit__(self, *_):
        self.nginx.stop()

    def join(self, name):
        """A network namespace of that name, joined to the bridge; its address."""
        self.joined += 1
        address = ADDRESS.rsplit(".", 1)[0] + f".{self.joined}"
        for line in (f"netns add {name}", f"link add v{self.joined} type veth peer name eth0 netns {name}",
                     f"link set v{self.joined} master outside up", f"-n {name} link set lo up",
                     f"-n {name} addr add {address}/24 dev eth0", f"-n {name} link set eth0 up"):
            do("ip", *line.split())
        return address

    def certificate(self, name):
        return self.authority.client(name)

    def reports(self, name):
        """All that came from the host of that certificate, oldest first."""
        return [self.nginx.report(each) for each in self.nginx.ids(name)]
