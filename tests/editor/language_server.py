"""yaml-language-server as an editor talks to it: JSON-RPC over its stdin and stdout, installed once into build/npm.

The lock file of tests/editor/npm has a checksum for each package, so what is installed is what was tried. Scripts of packages
are not run, and the server gets no catalogue of schemas from the network.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import queue
import shutil
import subprocess
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
LOCK = HERE / "npm/package-lock.json"
SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
PATIENCE = 30    # seconds for one answer


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
            fetch(folder)
            (folder / ".complete").touch()
    return folder


def fetch(folder):
    """Three times at most: the registry may be out of reach for a moment."""
    said = ""
    for pause in (10, 30, 0):
        try:
            done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder,
                                  capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as late:
            said = f"not over after {late.timeout:.0f} s"
        else:
            if not done.returncode:
                return
            said = (done.stderr or done.stdout)[-2000:]
        time.sleep(pause)
    raise RuntimeError(f"npm ci, three times: {said}")


class Server:
    def __init__(self, process, folder):
        self.process, self.folder, self.count = process, folder, 0
        self.messages = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.ask("initialize", processId=None, rootUri=folder.as_uri(),
                 capabilities={"workspace": {"configuration": True}, "textDocument": {"completion": {}}})
        self._send(method="initialized", params={})

    def _read(self):
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not length:
                return self.messages.put(None)
            self.messages.put(json.loads(self.process.stdout.read(length)))

    def _send(self, **message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def _await(self, fits):
        while True:
            message = self.messages.get(timeout=PATIENCE)
            if message is None:
                raise RuntimeError("the language server has ended")
            if "method" in message and "id" in message:    # it asks for its settings
                wanted = message["params"].get("items", []) if message["method"] == "workspace/configuration" else []
                self._send(id=message["id"], result=[SETTINGS if one.get("section") == "yaml" else None for one in wanted])
            elif fits(message):
                return message

    def ask(self, method, **params):
        self.count += 1
        number = f"ask-{self.count}"
        self._send(id=number, method=method, params=params)
        return self._await(lambda message: message.get("id") == number)["result"]

    def open(self, name, text):
        """(its uri, [(line, what is wrong)]) of a file that an editor has opened; lines are counted from 1."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        said = self._await(lambda message: message.get("method") == "textDocument/publishDiagnostics"
                           and message["params"]["uri"] == uri)
        return uri, [(one["range"]["start"]["line"] + 1, one["message"]) for one in said["params"]["diagnostics"]]

    def completions(self, uri, line, column):
        found = self.ask("textDocument/completion", textDocument={"uri": uri}, position={"line": line - 1, "character": column - 1})
        return [one["label"] for one in found["items"]]

    def hover(self, uri, line, column):
        found = self.ask("textDocument/hover", textDocument={"uri": uri}, position={"line": line - 1, "character": column - 1})
        return found["contents"]["value"] if found else ""


@contextlib.contextmanager
def running(folder):
    program = installed() / "node_modules/yaml-language-server/bin/yaml-language-server"
    process = subprocess.Popen(["node", program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, cwd=folder)
    try:
        yield Server(process, pathlib.Path(folder))
    finally:
        process.kill()
        process.wait()
