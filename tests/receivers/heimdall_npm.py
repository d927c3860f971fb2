"""MITRE's packages of tests/receivers/npm, installed once into build/npm and kept as long as the lock file is the same.

The lock file has a checksum for each package, so what is installed is what was tried. Scripts of packages are not run.
"""
import contextlib
import fcntl
import functools
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
LOCK = HERE / "npm/package-lock.json"
# Tells of each control what the viewer would show, by the library that the viewer uses; refuses what is not exec JSON.
READER = """
const {Convert} = require('inspecjs/lib/generated_parsers/v_1_0/exec-json');
const {hdfWrapControl} = require('inspecjs');
const text = require('fs').readFileSync(0, 'utf8');
Convert.toExecJSON(text);
console.log(JSON.stringify(JSON.parse(text).profiles.flatMap(profile => profile.controls).map(one => {
    const seen = hdfWrapControl(one);
    return {id: one.id, status: seen.status, severity: seen.severity, waived: seen.waived,
            nist: seen.parsedNistTags.map(tag => tag.rawText)};
})));
"""


def missing():
    return [name for name in ("node", "npm") if not shutil.which(name)]


def installed():
    """The folder that holds node_modules."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = pathlib.Path(os.environ.get("HOLDFAST_NPM", TOP / "build/npm")) / digest
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(LOCK.with_name(name), folder)
            done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder,
                                  capture_output=True, text=True, timeout=600)
            if done.returncode:
                raise RuntimeError("npm ci: " + (done.stderr or done.stdout)[-2000:])
            (folder / ".complete").touch()
    return folder


def read(folder, text):
    """[{id, status, severity, waived, nist}] or the library's complaint as text."""
    done = subprocess.run(["node", "-e", READER], input=text, cwd=folder, capture_output=True, text=True, timeout=60)
    if done.returncode:
        complaint = [line for line in done.stderr.splitlines() if line.startswith(("Error:", "TypeError:", "SyntaxError:"))]
        return complaint[0] if complaint else done.stderr
    return json.loads(done.stdout)


def convert(folder, kind, *words):
    command = ["node", folder / "node_modules/.bin/saf", "convert", kind, *words]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, cwd=folder)
    return done.returncode, done.stdout + done.stderr


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def viewer(folder):
    """Heimdall Lite: the pages that its package holds. Not by its own server, which listens on every address."""
    pages = str(folder / "node_modules/@mitre/heimdall-lite/dist")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
