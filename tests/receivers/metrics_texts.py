"""What the real program writes for Prometheus: the textfiles of `holdfast run`, and a census.

    kernel    a private host on the real kernel, whose run has corrected something and is content; with its sockets
    well      the same without the sockets
    drift     a copy of tests/trees/busy in audit mode: parameters off in several ways, a waiver, reports that wait
    census    the same with the sockets: metrics: {tcp: true}
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
TEXTFILE = "/var/lib/prometheus/node-exporter/holdfast.prom"
SETTINGS = f"""profiles: [web]
mode: {{mode}}
interval: 900
metrics: {{{{textfile: {TEXTFILE}, tcp: {{tcp}}}}}}
reports:
  - {{{{name: central, url: "http://127.0.0.1:1/v1/reports"}}}}
"""
WAIVER = 'waivers:\n  - {key: net.ipv4.tcp_keepalive_time, until: 2099-12-31, reason: "CHG-1"}\n'
PROFILE = """profile: web
version: 3
parameters:
  net.ipv4.tcp_fin_timeout: 30
  net.core.somaxconn: {min: 16384, severity: high}
"""
MORE = """  net.ipv4.tcp_syncookies: {value: 2, severity: high}
  net.ipv4.tcp_keepalive_time: 600
  vm.swappiness: {value: 10, severity: low}
"""


class ProgramError(Exception):
    """The program did not do what the tests stand on."""


class Fake:
    """A copy of the busy tree, and holdfast on it."""

    def __init__(self, holdfast, folder, tcp=False):
        self.holdfast, self.root = str(holdfast), pathlib.Path(folder)
        shutil.copytree(TOP / "tests/trees/busy", self.root, symlinks=True)
        (self.root / "proc/sys/vm/swappiness").chmod(0o444)       # not settable
        for path, text in (("etc/holdfast/agent.yaml", SETTINGS.format(mode="audit", tcp=str(tcp).lower()) + WAIVER),
                           ("etc/holdfast/profiles/web.yaml", PROFILE + MORE),
                           ("usr/lib/os-release", 'ID=debian\nVERSION_ID="12"\n')):
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text)
        (self.root / TEXTFILE[1:]).parent.mkdir(parents=True)

    def command(self, *words, codes=(0,), **options):
        done = subprocess.run([self.holdfast, *words], capture_output=True, text=True, timeout=60, **options)
        if done.returncode not in codes:
            raise ProgramError(f"holdfast {' '.join(words)} exits {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def run(self):
        """0: in line, 2: drift."""
        self.command("run", "-q", "--no-send", "--root", str(self.root), codes=(0, 2))
        return (self.root / TEXTFILE[1:]).read_text()

    def metrics(self, form="metrics"):
        return self.command("report", "--format", form, "--root", str(self.root))

    def census(self, form="metrics"):
        """The sockets alone."""
        census = self.command("tcp", "--json", "--root", str(self.root))
        return self.command("report", "-", "--format", form, input=census)


def attempts(root, failures):
    """As if the sender had been there before: its state in the queue."""
    queue = pathlib.Path(root) / "var/lib/holdfast/spool/central"
    state = queue / "state.json"
    settings = json.loads((queue.parent / "destinations.json").read_text())
    url = next(each["url"] for each in settings["destinations"] if each["name"] == "central")
    state.write_text(json.dumps({
        "url_digest": hashlib.sha256(url.encode()).hexdigest(),
        "next_try": 0, "decided": 0, "failures": failures, "plain": False, "fingerprint": "", "last_full": 0,
        "last_delivery": int(time.time() * 1000) - 900000, "last_status": 503, "last_error": ""}))
    owner = queue.stat()
    if owner.st_uid != os.geteuid():
        os.chown(state, owner.st_uid, owner.st_gid)
    state.chmod(0o600)


def _private_run(host):
    """In a private host: the drift is corrected, and the clock is the real one."""
    host.write("/etc/holdfast/agent.yaml", SETTINGS.format(mode="enforce", tcp="true"))
    host.write("/etc/holdfast/profiles/web.yaml", PROFILE)
    host.write(TEXTFILE, "")
    host.run(["/holdfast", "run", "-q", "--no-send"])
    attempts("/", failures=0)
    done = host.run(["/holdfast", "run", "-q", "--no-send"])
    return done.returncode, done.stderr, pathlib.Path(TEXTFILE).read_text()


def real_host(holdfast):
    """The textfile of a private host on the real kernel; private.CannotHere where there can be none."""
    sys.path.insert(0, str(TOP / "tests/system"))
    import private
    user = 0 if os.geteuid() == 0 else os.geteuid()
    code, complaint, text = private.call(_private_run, user=user, timeout=60,
                                         files={"/holdfast": (pathlib.Path(holdfast).read_bytes(), 0o755)})
    if code != 0:
        raise ProgramError(f"holdfast run on a private host exits {code}: {complaint}")
    return text


def all_kinds(holdfast, folder):
    texts = {"kernel": real_host(holdfast)}
    texts["well"] = "".join(line for line in texts["kernel"].splitlines(keepends=True) if "holdfast_tcp_" not in line)
    for kind in ("drift", "census"):
        fake = Fake(holdfast, pathlib.Path(folder) / kind, tcp=kind == "census")
        fake.run()
        attempts(fake.root, failures=2)
        texts[kind] = fake.run()
    return texts
