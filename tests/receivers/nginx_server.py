"""A real nginx on a free port of 127.0.0.1, with the files of packaging/nginx and nothing changed in them but places.

    with Nginx(folder, "dropbox", server=Pair, ca=path) as nginx:
        nginx.url, nginx.reports(), nginx.log()
"""
import collections
import gzip
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

import ports

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SHIPPED = TOP / "packaging/nginx"
NAME = "localhost"      # instead of compliance.example: it resolves without a network
TOKEN = "5f0cb37a9e1d4c62a8f7306d1be95c24"

MAIN = """{user}worker_processes 2;
pid {prefix}/nginx.pid;
error_log {prefix}/log/error.log info;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {prefix}/temporary/body;
    proxy_temp_path {prefix}/temporary/proxy;
    fastcgi_temp_path {prefix}/temporary/fastcgi;
    uwsgi_temp_path {prefix}/temporary/uwsgi;
    scgi_temp_path {prefix}/temporary/scgi;
    include {prefix}/etc/{part}.conf;
}}
"""


def reachable(port, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


def workers(master):
    """The processes of nginx that answer."""
    return {int(each) for each in pathlib.Path(f"/proc/{master}/task/{master}/children").read_text().split()}


def refused(port, seconds=20):
    """Whether nobody listens any more, which may take a moment after a process was killed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            pass
        time.sleep(0.02)
    return False


def settle(port, seconds=15):
    """Waits until nginx has closed every connection. It answers first; it logs, and the copy in `latest` is whole, after that."""
    ours, end = f":{port:04X}", time.monotonic() + seconds
    while time.monotonic() < end:
        rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        if not any(row[1].endswith(ours) and row[3] in ("01", "08") for row in rows):     # established, close-wait
            return
        time.sleep(0.01)


def placed(text, prefix, port, service=0):
    """The shipped text with the places of a test. Each place must be there to be replaced."""
    for old, new in (("/etc/nginx/holdfast", f"{prefix}/etc"), ("/srv/holdfast", f"{prefix}/srv"),
                     ("/run/nginx-holdfast", f"{prefix}/run"), ("/var/log/nginx", f"{prefix}/log"),
                     ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"), ("compliance.example", NAME),
                     ("127.0.0.1:8080", f"127.0.0.1:{service}")):
        text = text.replace(old, str(new))
    return text


class Nginx:
    def __init__(self, folder, part, server, ca, tokens=(TOKEN,), service=0, change=lambda text: text):
        """`change` spoils the configuration where a test must show that it can fail, or sets a bound within reach."""
        self.prefix, self.part, self.service = pathlib.Path(folder), part, service
        self.kept = ports.Port()
        self.port = self.kept.number
        self.url = f"https://{NAME}:{self.port}/v1/reports"
        self.change, self.process = change, None
        user = pwd.getpwnam("www-data") if os.geteuid() == 0 else None
        for name in ("etc", "srv", "srv/incoming", "srv/latest", "srv/reports", "run", "log", "temporary"):
            (self.prefix / name).mkdir(parents=True, exist_ok=True)
            if user and not name.startswith(("etc", "log")):
                os.chown(self.prefix / name, user.pw_uid, user.pw_gid)
        self.configure()
        (self.prefix / "nginx.conf").write_text(MAIN.format(prefix=self.prefix, part=part,
                                                            user="user www-data;\n" if user else ""))
        self.tokens(tokens)
        self.revoked(())
        self.certificate(server)
        shutil.copy(ca, self.prefix / "etc/ca.pem")

    def configure(self):
        for file in SHIPPED.glob("*.conf"):
            (self.prefix / "etc" / file.name).write_text(
                self.change(placed(file.read_text(), self.prefix, self.port, self.service)))

    def tokens(self, tokens):
        (self.prefix / "etc/tokens.map").write_text("".join(f'"Bearer {one}" fleet;\n' for one in tokens))

    def revoked(self, serials):
        (self.prefix / "etc/revoked.map").write_text("".join(f"{one} 1;\n" for one in serials))

    def certificate(self, pair):
        shutil.copy(pair.certificate, self.prefix / "etc/server.pem")
        shutil.copy(pair.key, self.prefix / "etc/server.key")

    def command(self, *more):
        return ["/usr/sbin/nginx", "-p", str(self.prefix), "-c", str(self.prefix / "nginx.conf"), *more]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.kept.close()

    def start(self):
        with open(self.prefix / "log/start.log", "wb") as log:
            self.process = subprocess.Popen(self.command("-g", "daemon off;"), stdout=log, stderr=log)
        if not reachable(self.port) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError("nginx did not start: " + (self.prefix / "log/start.log").read_text() +
                               self.errors()[-2000:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def restart(self):
        """Rather than a reload: the old workers of a reload answer for a moment."""
        self.stop()
        self.configure()
        self.start()

    # What came in

    def settle(self):
        settle(self.port)

    def log(self):
        """What nginx logged, one dictionary for each request."""
        self.settle()
        path = self.prefix / "log/holdfast.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def statuses(self):
        return collections.Counter(each["status"] for each in self.log())

    def errors(self):
        path = self.prefix / "log/error.log"
        return path.read_text() if path.exists() else ""

    def folders(self):
        self.settle()
        return sorted(each.name for each in (self.prefix / "srv/reports").iterdir())

    def ids(self, host="*"):
        """The ids of the reports that are kept, by the files' names."""
        self.settle()
        return sorted(each.name.removesuffix(".json.gz") for each in (self.prefix / "srv/reports").glob(f"{host}/*.json.gz"))

    def report(self, id):
        found = list((self.prefix / "srv/reports").glob(f"*/{id}.json.gz"))
        return json.loads(gzip.decompress(found[0].read_bytes())) if found else None

    def stored(self, name):
        """A file of the store as JSON, or None."""
        self.settle()
        path = self.prefix / f"srv/{name}.json.gz"
        return json.loads(gzip.decompress(path.read_bytes())) if path.exists() else None

    def latest(self, host):
        return self.stored(f"latest/{host}")
