"""A host as a folder tree, with holdfast of $HOLDFAST on it: its settings, its runs, its spool.

    host = Host(folder / "web-07")
    host.settings(reports=[{"name": "central", ...}])
    host.holdfast("run", "--no-send"); host.send("--now"); host.waiting("central"); host.state("central")
"""
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import uuid

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
HOLDFAST = pathlib.Path(os.environ.get("HOLDFAST", TOP / "build/release/holdfast")).resolve()
SENDER = HOLDFAST.parent / "holdfast-send"
SECONDS = 40        # no run may take longer: a delivery that hangs is given up after 20
PROFILE = """profile: web
version: 1
parameters:
  net.ipv4.tcp_fin_timeout: 30
  vm.swappiness: 60
"""


@dataclasses.dataclass
class Result:
    status: int
    out: str
    err: str


class Host:
    def __init__(self, folder, tree="debian12", profile=PROFILE):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "root"
        self.prefix = []        # put before each command
        self.folder.mkdir(parents=True)
        subprocess.run(["cp", "-R", "--no-dereference", "--preserve=mode", TOP / "tests/trees" / tree, self.root], check=True)
        self.write("/etc/machine-id", uuid.uuid4().hex + "\n")
        self.write("/etc/holdfast/profiles/web.yaml", profile)
        self.settings()

    def path(self, name):
        return self.root / name.lstrip("/")

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def install(self, source, name, mode=0o644):
        """Copies a file onto the host, under its name there."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)
        path.chmod(mode)
        return name

    def settings(self, **more):
        """agent.yaml; JSON is YAML."""
        self.write("/etc/holdfast/agent.yaml", json.dumps({"profiles": ["web"], "mode": "audit", "interval": 900, **more},
                                                          indent=2) + "\n")

    def set_live(self, key, value):
        self.write("/proc/sys/" + key.replace(".", "/"), f"{value}\n")

    def _call(self, command):
        try:
            done = subprocess.run([*self.prefix, *command], capture_output=True, text=True, timeout=SECONDS, cwd=self.folder,
                                  env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"})
        except subprocess.TimeoutExpired as late:
            return Result(-1, "", f"it ran for more than {SECONDS} s: {late.stderr!r}")
        return Result(done.returncode, done.stdout, done.stderr)

    def holdfast(self, command, *words):
        return self._call([HOLDFAST, command, "--root", self.root, *words])

    def send(self, *words):
        return self._call([SENDER, "--root", self.root, *words])

    # The spool

    def spool(self, name):
        return self.path(f"/var/lib/holdfast/spool/{name}")

    def waiting(self, name):
        """The ids that wait, oldest first."""
        return sorted(each.name.removesuffix(".json.gz") for each in self.spool(name).glob("*-*-*-*-*.json.gz"))

    def bad(self, name):
        folder = self.spool(name) / "bad"
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []

    def state(self, name):
        path = self.spool(name) / "state.json"
        return json.loads(path.read_text()) if path.exists() else {}
