#!/usr/bin/python3
"""What reports cost: a run with and without destinations, and deliveries over TLS beside curl's own command line.

    tests/bench/sending.py [--runs N] [--rounds N] [--reports N]

    run     holdfast check, holdfast run without a destination, with one, with three; on a folder tree, so that every
            contestant does the same work; whole processes, in turn
    send    a real nginx with TLS and client certificates on 127.0.0.1: holdfast-send delivers N reports over one connection, and
            curl posts the same N files over one connection. The cost of one report over a warm connection is what N reports take
            more than one does, by N - 1: so that neither the start of a process nor the handshake is in it.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tests/receivers"))
import certificates  # noqa: E402
import nginx_host    # noqa: E402
import nginx_server  # noqa: E402
import ports         # noqa: E402

WARM_GOAL = 1.3


def taken(command):
    """Milliseconds of one process."""
    begun = time.perf_counter()
    pid = os.posix_spawn(command[0], [str(word) for word in command], {"PATH": "/usr/bin:/bin"},
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                       (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return (time.perf_counter() - begun) * 1000, status


def show(name, values, base=None):
    median = statistics.median(values)
    ratio = f"{median / base:8.2f}" if base else ""
    print(f"  {name:34} {median:9.3f} ms {min(values):9.3f} ms{ratio}")
    return median


def bench_run(folder, runs):
    hosts = {}
    for name, count in (("no destination", 0), ("one destination", 1), ("three destinations", 3)):
        hosts[name] = nginx_host.Host(folder / name.replace(" ", "-"))
        hosts[name].settings(reports=[{"name": f"d{i}", "url": "http://127.0.0.1:9/"} for i in range(count)])
    first = hosts["no destination"]
    commands = {"holdfast check": [nginx_host.HOLDFAST, "check", "--root", first.root]}
    for name, host in hosts.items():
        commands[f"holdfast run, {name}"] = [nginx_host.HOLDFAST, "run", "--no-send", "--root", host.root]
    times = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(taken(command)[0])
        for host in hosts.values():     # a full queue costs more: that is an outage, not a run
            for i in range(3):
                shutil.rmtree(host.spool(f"d{i}"), ignore_errors=True)
    print(f"run: {runs} runs each\n  {'':34} {'median':>12} {'min':>12}")
    return {name: show(name, values) for name, values in times.items()}


class Receiver:
    """Any answer will do, as long as it is nginx's: it reads the body and says 204."""
    CONFIG = """
worker_processes 1; pid {prefix}/nginx.pid; error_log {prefix}/log/error.log; daemon off;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {prefix}/temporary/body; proxy_temp_path {prefix}/temporary/proxy;
    fastcgi_temp_path {prefix}/temporary/fastcgi; uwsgi_temp_path {prefix}/temporary/uwsgi;
    scgi_temp_path {prefix}/temporary/scgi; access_log off; keepalive_requests 10000; client_body_buffer_size 64k;
    server {{
        listen 127.0.0.1:{port} ssl; server_name localhost;
        ssl_certificate {server.certificate}; ssl_certificate_key {server.key};
        ssl_client_certificate {ca}; ssl_verify_client on;
        location = /v1/reports {{ proxy_pass http://unix:{prefix}/sink; proxy_pass_request_body on; }}
    }}
    server {{ listen unix:{prefix}/sink; location / {{ return 204; }} }}
}}
"""

    def __init__(self, folder, server, ca):
        self.kept = ports.Port()
        self.port = self.kept.number
        self.url = f"https://localhost:{self.port}/v1/reports"
        for name in ("log", "temporary"):
            (folder / name).mkdir(parents=True)
        (folder / "nginx.conf").write_text(self.CONFIG.format(prefix=folder, port=self.port, server=server, ca=ca))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not nginx_server.reachable(self.port):
            raise RuntimeError("nginx did not start: " + (folder / "log/error.log").read_text())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.kept.close()


def refill(host, packed, ids):
    """The queue with so many copies of one report; each has to be a report of its own name, so the ids are put in."""
    for id, bytes in zip(ids, packed):
        path = host.spool("central") / f"{id}.json.gz"
        path.write_bytes(bytes)
        if os.geteuid() == 0:
            os.chown(path, host.spool("central").stat().st_uid, host.spool("central").stat().st_gid)


def make_reports(host, count):
    import gzip
    import json
    host.holdfast("run", "--no-send")
    original = json.loads(gzip.decompress(next(host.spool("central").glob("0*.json.gz")).read_bytes()))
    ids = [original["id"][:28] + f"{i:08x}" for i in range(count)]
    return ids, [gzip.compress(json.dumps({**original, "id": id}, separators=(",", ":")).encode(), 6, mtime=0) for id in ids]


def curl_command(folder, receiver, host, ids, packed):
    """One call of curl that posts so many files one after the other over one connection."""
    lines = []
    for number, (id, bytes) in enumerate(zip(ids, packed)):
        body = folder / f"{id}.gz"
        body.write_bytes(bytes)
        lines += ["next"] if number else []
        lines += [f'url = "{receiver.url}"', f'data-binary = "@{body}"', "http1.1", "silent", "no-buffer",
                  f'cacert = "{host.path("/etc/holdfast/ca.pem")}"', f'cert = "{host.path("/etc/holdfast/host.pem")}"',
                  f'key = "{host.path("/etc/holdfast/host.key")}"', 'header = "Content-Type: application/json"',
                  'header = "Content-Encoding: gzip"', 'header = "Expect:"', 'header = "ce-specversion: 1.0"',
                  f'header = "ce-id: {id}"', 'output = "/dev/null"']
    config = folder / f"curl-{len(ids)}"
    config.write_text("\n".join(lines) + "\n")
    return [shutil.which("curl"), "-q", "-K", str(config)]


def bench_send(folder, rounds, count):
    authority = certificates.Authority(folder / "authority")
    server, client = authority.server("localhost"), authority.client("bench")
    with Receiver(folder / "nginx", server, authority.certificate) as receiver:
        host = nginx_host.Host(folder / "sender")
        for source, name in ((authority.certificate, "ca.pem"), (client.certificate, "host.pem"), (client.key, "host.key")):
            host.install(source, f"/etc/holdfast/{name}", 0o600)
        host.settings(reports=[{"name": "central", "url": receiver.url, "ca_file": "/etc/holdfast/ca.pem",
                                "cert_file": "/etc/holdfast/host.pem", "key_file": "/etc/holdfast/host.key"}])
        ids, packed = make_reports(host, count)
        send = [nginx_host.SENDER, "--root", host.root, "--now", "--quiet"]
        curls = {n: curl_command(folder, receiver, host, ids[:n], packed[:n]) for n in (1, count)}
        times = {}
        for _ in range(rounds):
            for n in (1, count):
                for each in host.spool("central").glob("0*.json.gz"):
                    each.unlink()
                refill(host, packed[:n], ids[:n])
                for name, command in (("holdfast-send", send), ("curl", curls[n])):
                    ms, status = taken(command)
                    if status != 0:
                        raise RuntimeError(f"{name} ended with {status}")
                    times.setdefault((name, n), []).append(ms)
                if host.waiting("central"):
                    raise RuntimeError("reports were left")
    print(f"\nsend: {rounds} rounds, {len(packed[0])} bytes a report\n  {'':34} {'median':>12} {'min':>12}")
    median = {}
    for n in (1, count):
        for name in ("holdfast-send", "curl"):
            median[name, n] = show(f"{name}, {n} report{'s' if n > 1 else ''}", times[name, n])
    return {name: (median[name, count] - median[name, 1]) / (count - 1) for name in ("holdfast-send", "curl")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--reports", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        medians = bench_run(folder / "run", options.runs)
        warm = bench_send(folder / "send", options.rounds, options.reports)
    none, one = medians["holdfast run, no destination"], medians["holdfast run, one destination"]
    ratio = warm["holdfast-send"] / warm["curl"]
    print(f"\n  one destination more costs {one - none:.3f} ms of a run: a file and its folder, synced")
    print(f"  one report over a warm connection: {warm['holdfast-send']:.3f} ms, by curl {warm['curl']:.3f} ms\nGoals")
    print(f"  {'met   ' if ratio <= WARM_GOAL else 'missed'} send: at most {WARM_GOAL} x curl over a warm connection: {ratio:.2f} x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
