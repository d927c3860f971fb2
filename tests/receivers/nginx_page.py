"""docs/central.md as something that can be done: its blocks in order, each run with the places of a test.

A place such as /etc/nginx/holdfast stands for one in the test's folder, in the page's lines as in the shipped files. Programs that
would change the machine are small scripts in front of PATH: `nginx` is the real one with the test's prefix, `holdfast` the real
one with --root, apt-get and systemctl only note that they were called.
"""
import dataclasses
import os
import pathlib
import re
import subprocess
import time

import nginx_host
import nginx_server
import ports

PAGE = nginx_host.TOP / "docs/central.md"
MAIN = """user www-data;
worker_processes 1;
pid {prefix}/nginx.pid;
error_log {prefix}/log/error.log info;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {prefix}/temporary/body;
    proxy_temp_path {prefix}/temporary/proxy;
    fastcgi_temp_path {prefix}/temporary/fastcgi;
    uwsgi_temp_path {prefix}/temporary/uwsgi;
    scgi_temp_path {prefix}/temporary/scgi;
    include {prefix}/etc/nginx/conf.d/*.conf;
}}
"""


@dataclasses.dataclass
class Block:
    section: str
    language: str
    text: str
    line: int


def blocks():
    found, section, inside = [], "", None
    for number, line in enumerate(PAGE.read_text().splitlines(), 1):
        if inside is not None:
            if line == "```":
                found.append(inside)
                inside = None
            else:
                inside.text += line + "\n"
        elif line.startswith("```"):
            inside = Block(section, line[3:], "", number)
        elif heading := re.match(r"#+ (.*)", line):
            section = heading[1]
    return found


class Site:
    """The centre and one host, in a folder."""

    def __init__(self, folder, host):
        self.folder, self.host, self.process = pathlib.Path(folder), host, None
        self.kept = [ports.Port(), ports.Port()]
        self.port, self.service = (each.number for each in self.kept)
        self.prefix = self.folder / "centre"
        for name in ("etc/nginx/conf.d", "etc/tmpfiles.d", "etc/systemd/system", "log", "temporary", "run", "srv", "root", "bin"):
            (self.prefix / name).mkdir(parents=True)
        (self.prefix / "nginx.conf").write_text(MAIN.format(prefix=self.prefix))
        (self.prefix / "packaging/nginx").mkdir(parents=True)
        for file in nginx_server.SHIPPED.iterdir():
            (self.prefix / "packaging/nginx" / file.name).write_text(self.placed(file.read_text()))
        real = f'/usr/sbin/nginx -p {self.prefix} -c {self.prefix}/nginx.conf'
        for name, text in {
            "nginx": f'exec {real} "$@"',
            "holdfast": f'case " $* " in *" - "*) exec {nginx_host.HOLDFAST} "$@" ;; esac\n'     # a saved report has no host
                        f'command=$1; shift; exec {nginx_host.HOLDFAST} "$command" --root {host.root} "$@"',
            "apt-get": f'echo "apt-get $*" >>{self.prefix}/log/called',
            "systemctl": f'echo "systemctl $*" >>{self.prefix}/log/called',
        }.items():
            (self.prefix / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
            (self.prefix / "bin" / name).chmod(0o755)

    def placed(self, text):
        for old, new in (("/etc/nginx", f"{self.prefix}/etc/nginx"), ("/etc/tmpfiles.d", f"{self.prefix}/etc/tmpfiles.d"),
                         ("/etc/systemd", f"{self.prefix}/etc/systemd"), ("/srv/holdfast", f"{self.prefix}/srv/holdfast"),
                         ("/run/nginx-holdfast", f"{self.prefix}/run/nginx-holdfast"), ("/var/log/nginx", f"{self.prefix}/log"),
                         ("/root/holdfast-ca", f"{self.prefix}/root/holdfast-ca"), ("/etc/holdfast", f"{self.host.root}/etc/holdfast"),
                         ("cd packaging/nginx", f"cd {self.prefix}/packaging/nginx"), ("listen 443", f"listen 127.0.0.1:{self.port}"),
                         ("//compliance.example", f"//{nginx_server.NAME}:{self.port}"), ("compliance.example", nginx_server.NAME),
                         ("127.0.0.1:8080", f"127.0.0.1:{self.service}")):
            text = text.replace(old, str(new))
        return text

    def run(self, text, *arguments, folder=None, seconds=60, **more):
        """Status, stdout and stderr of a block, run as a shell would that stops at the first failure."""
        environment = {**os.environ, "PATH": f"{self.prefix}/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "HOME": "/", **more}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", self.placed(text), *arguments], capture_output=True, text=True,
                              timeout=seconds, cwd=folder or self.folder, env=environment)
        return nginx_host.Result(done.returncode, done.stdout, done.stderr)

    def start(self):
        """As Debian's package does: nginx runs when it is installed."""
        with open(self.prefix / "log/start.log", "wb") as log:
            self.process = subprocess.Popen([self.prefix / "bin/nginx", "-g", "daemon off;"], stdout=log, stderr=log)
        if not self._until(lambda: (self.prefix / "nginx.pid").exists() and nginx_server.workers(self.process.pid)):
            raise RuntimeError((self.prefix / "log/start.log").read_text())
        self.workers = nginx_server.workers(self.process.pid)

    def _until(self, what, seconds=20):
        end = time.monotonic() + seconds
        while not (found := what()) and time.monotonic() < end and self.process.poll() is None:
            time.sleep(0.02)
        return found

    def reloaded(self, what):
        """Waits until there are new workers and none of the old ones, which answer by the old files."""
        def renewed():
            now = nginx_server.workers(self.process.pid)
            return now and now.isdisjoint(self.workers)

        if not self._until(renewed) or not nginx_server.reachable(self.port):
            raise RuntimeError(f"{what}: nginx has not reloaded: {(self.prefix / 'log/error.log').read_text()[-2000:]}")
        self.workers = nginx_server.workers(self.process.pid)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)
        for each in self.kept:
            each.close()
