"""Real servers from Debian's packages on free ports of 127.0.0.1, each with a folder of its own, gone with the test.

    with Servers(folder) as servers:
        node = servers.node_exporter("web-01", textfiles)
        prometheus = servers.prometheus(configuration, rules, consoles, data)
        prometheus.get("/api/v1/query", query="up")

A server has .port, .url, .log and .get(); one that does not answer in time raises with the end of its log.
"""
import ctypes
import http.server
import json
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import ports

PACKAGES = {"prometheus": "prometheus", "promtool": "prometheus", "prometheus-node-exporter": "prometheus-node-exporter",
            "prometheus-pushgateway": "prometheus-pushgateway", "victoria-metrics": "victoria-metrics",
            "chromium": "chromium", "chromedriver": "chromium-driver"}
START_SECONDS = 60
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ServerError(Exception):
    """A server did not start, or did not answer."""


def missing():
    """The Debian packages that are not there."""
    return sorted({package for program, package in PACKAGES.items() if not shutil.which(program)})


def request(url, data=None, method=None, headers=None, timeout=20):
    """(status, text) whatever the status is."""
    asked = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    try:
        with _direct.open(asked, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode(errors="replace")


def until(condition, seconds, what):
    """Waits for the condition; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise ServerError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Server:
    def __init__(self, name, command, port, ready, folder):
        self.name, self.port, self.url = name, port.number, f"http://127.0.0.1:{port.number}"
        self.kept = port
        self.log = folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([str(each) for each in command], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, cwd=folder, preexec_fn=die_with_parent,
                                            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "GOMAXPROCS": "2"})
        self.ready = ready

    def wait(self):
        def answers():
            if self.process.poll() is not None:
                raise ServerError(f"{self.name} has ended:\n{self.tail()}")
            try:
                return request(self.url + self.ready, timeout=2)[0] == 200
            except OSError:
                return False
        try:
            until(answers, START_SECONDS, f"{self.name} answers")
        except ServerError as problem:
            raise ServerError(f"{problem}\n{self.tail()}") from None
        return self

    def tail(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.kept.close()

    def get(self, path, **parameters):
        query = "?" + urllib.parse.urlencode(parameters, doseq=True) if parameters else ""
        return request(self.url + path + query)

    def query(self, expression, when=None):
        """(samples, None) of an instant query, or (None, what the server complains of)."""
        at = {"time": when} if when is not None else {}
        status, text = self.get("/api/v1/query", query=expression, **at)
        return self._samples(status, text)

    def query_range(self, expression, start, end, step):
        return self._samples(*self.get("/api/v1/query_range", query=expression, start=start, end=end, step=step))

    @staticmethod
    def _samples(status, text):
        try:
            answer = json.loads(text)
        except ValueError:
            return None, f"{status}: {text[:300]}"
        if status != 200 or answer.get("status") != "success":
            return None, f"{status}: {answer.get('error', text[:300])}"
        data = answer["data"]
        return ([data["result"]] if data["resultType"] in ("scalar", "string") else data["result"]), None


class Page(threading.Thread):
    """One page at any path, with a content type: what Prometheus scrapes where no exporter speaks OpenMetrics."""

    def __init__(self, text, content_type):
        super().__init__(daemon=True)
        body = text.encode()

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.port = self.server.server_port

    def run(self):
        self.server.serve_forever(poll_interval=0.1)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Servers:
    def __init__(self, folder):
        self.folder, self.all = pathlib.Path(folder), []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.all:                 # all at once, then each is waited for
            if isinstance(server, Server) and server.process.poll() is None:
                server.process.terminate()
        for server in reversed(self.all):
            server.stop()

    def _start(self, name, program, ready, arguments):
        port = ports.Port()
        folder = self.folder / name
        folder.mkdir(parents=True)
        server = Server(name, [shutil.which(program), *arguments(port.number, folder)], port, ready, folder)
        self.all.append(server)
        return server

    def node_exporter(self, name, textfiles):
        """Reads *.prom in `textfiles`; not waited for, so that many start at once."""
        return self._start(f"node-{name}", "prometheus-node-exporter", "/metrics", lambda port, _: [
            "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={textfiles}",
            f"--web.listen-address=127.0.0.1:{port}"])

    def prometheus(self, configuration, consoles, data):
        """`configuration` is what prometheus.yml says, as JSON, which YAML takes."""
        def arguments(port, folder):
            (folder / "prometheus.yml").write_text(json.dumps(configuration, indent=1))
            return [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={data}",
                    f"--web.listen-address=127.0.0.1:{port}", f"--web.console.templates={consoles}",
                    f"--web.console.libraries={folder}", "--storage.tsdb.retention.time=30d", "--log.level=warn"]
        return self._start("prometheus", "prometheus", "/-/ready", arguments).wait()

    def pushgateway(self):
        return self._start("pushgateway", "prometheus-pushgateway", "/-/ready",
                           lambda port, folder: [f"--web.listen-address=127.0.0.1:{port}",
                                                 f"--persistence.file={folder}/data"]).wait()

    def victoria_metrics(self, *more):
        return self._start("victoria-metrics", "victoria-metrics", "/health", lambda port, folder: [
            f"-httpListenAddr=127.0.0.1:{port}", f"-storageDataPath={folder}/data", "-memory.allowedBytes=64MB",
            *more]).wait()

    def page(self, text, content_type):
        page = Page(text, content_type)
        page.start()
        self.all.append(page)
        return page
