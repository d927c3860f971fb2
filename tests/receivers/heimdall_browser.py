"""Headless Chromium by the W3C WebDriver protocol: Debian's chromium and chromium-driver, and nothing between.

    with Browser(folder) as browser:
        browser.open("http://127.0.0.1:8000/")
        browser.give_file("input[type=file]", path)
        browser.script("return document.title")
        browser.screenshot(path)
"""
import base64
import contextlib
import json
import pathlib
import shutil
import signal
import os
import subprocess
import time
import urllib.error
import urllib.request

import ports

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"     # the protocol's own name for a reference to an element
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
           "--disable-background-networking", "--disable-component-update", "--disable-sync",
           "--disable-default-apps", "--hide-scrollbars",
           "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]      # a page that calls outside gets no answer


def missing():
    return [name for name in ("chromium", "chromedriver") if not shutil.which(name)]


class Browser:
    def __init__(self, folder, width=1600, height=1400):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = ports.Port()
        self.base, self.session = f"http://127.0.0.1:{self.port.number}", None
        with open(self.folder / "chromedriver.log", "wb") as log:
            self.process = subprocess.Popen(["chromedriver", f"--port={self.port.number}"], stdout=log, stderr=log,
                                            start_new_session=True, env={**os.environ, "HOME": str(self.folder)})
        try:
            self._begin([*OPTIONS, f"--window-size={width},{height}", f"--user-data-dir={self.folder}/user"])
        except BaseException:
            self.__exit__()
            raise

    def _begin(self, options):
        end = time.monotonic() + 60
        while True:
            try:
                if self._call("GET", "/status")["ready"]:
                    break
            except OSError:
                pass
            if time.monotonic() > end:
                raise RuntimeError("chromedriver does not answer")
            time.sleep(0.05)
        capabilities = {"alwaysMatch": {"goog:chromeOptions": {"args": options}, "pageLoadStrategy": "normal"}}
        self.session = self._call("POST", "/session", {"capabilities": capabilities})["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.session:
            with contextlib.suppress(OSError, RuntimeError):
                self._call("DELETE", f"/session/{self.session}", seconds=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)     # of its own session: the browser that it started, too
        self.process.wait()
        self.port.close()

    def _call(self, method, path, body=None, seconds=120):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=seconds) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as problem:
            value = json.load(problem)["value"]
            raise RuntimeError(f"{method} {path}: {value['error']}: {value['message'][:500]}") from None

    def _do(self, method, path, body=None):
        return self._call(method, f"/session/{self.session}{path}", body)

    def open(self, url):
        self._do("POST", "/url", {"url": url})

    def script(self, text, *arguments):
        return self._do("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def until(self, text, *arguments, seconds=60):
        """Waits until the script returns something true, and returns it."""
        end = time.monotonic() + seconds
        while True:
            found = self.script(text, *arguments)
            if found or time.monotonic() > end:
                return found
            time.sleep(0.1)

    def give_file(self, selector, path):
        """As the user would choose it in the dialogue."""
        element = self._do("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]
        self._do("POST", f"/element/{element}/value", {"text": str(pathlib.Path(path).resolve())})

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self._do("GET", "/screenshot")))
