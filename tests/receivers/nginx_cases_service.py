"""proxy.conf: nginx in front of any HTTP service. The service here is a few lines of Python that do as they are told."""
import contextlib
import gzip
import http.server
import json
import threading
import time

import nginx_cases_dropbox
from nginx_bench import case


class Service:
    """Takes POSTs on 127.0.0.1 and keeps what came; `answers` is used up first, then 201."""

    def __init__(self):
        self.seen, self.answers, self.delay = [], [], 0
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(service.delay)
                status, answer = service.answers.pop(0) if service.answers else (201, b"")
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def ids(self):
        return [headers["ce-id"] for _, headers, _ in self.seen]


def started(t, change=lambda text: text):
    service = Service()
    t.open.callback(service.stop)
    return service, t.nginx("proxy", service=service.port, change=change)


@case
def the_service_gets_what_the_host_sent(t):
    service, nginx = started(t)
    host = t.host(nginx)
    ids = t.queue(host, 2)
    t.exits("sent", host.send("--now"), 0)
    t.equal("ids", service.ids(), ids)
    path, headers, body = service.seen[0]
    t.equal("path", path, "/v1/reports")
    t.equal("body", json.loads(gzip.decompress(body))["id"], ids[0])
    wanted = {"content-type": "application/json", "content-encoding": "gzip", "ce-specversion": "1.0", "ce-id": ids[0],
              "ce-type": "org.holdfast.report.v1", "idempotency-key": f'"{ids[0]}"', "x-holdfast-host": "web-07"}
    t.equal("headers", {name: headers.get(name) for name in wanted}, wanted)
    t.true("the token came through", "authorization" not in headers)
    t.true("no ce-source", headers.get("ce-source", "").startswith("urn:holdfast:host:"))


@case
def nobody_says_of_himself_who_he_is(t):
    """X-Holdfast-Host comes from nginx alone."""
    service, nginx = started(t)
    status, answer = nginx_cases_dropbox.curl(t, nginx, "-H", "X-Holdfast-Host: web-99")
    t.equal(answer, status, 201)
    t.equal("host", [headers["x-holdfast-host"] for _, headers, _ in service.seen], ["web-07"])
    t.equal("no token", nginx_cases_dropbox.curl(t, nginx, token=None)[0], 401)
    t.equal("seen", len(service.seen), 1)


@case
def its_answers_are_the_hosts_answers(t):
    service, nginx = started(t)
    host = t.host(nginx)
    ids = t.queue(host, 2)
    service.answers = [(503, b"")]
    t.kept("503", host, ids, host.send("--now"), "503")
    service.answers = [(422, b"no")]
    t.exits("422 and 201", host.send("--now"), 1)
    t.equal("put aside", [name.split(".")[0] for name in host.bad("central")], ids[:1])
    t.equal("spool", host.waiting("central"), [])
    t.equal("seen", service.ids(), [ids[0], ids[0], ids[1]])


@case
def it_asks_for_the_full_report(t):
    service, nginx = started(t)
    host = t.host(nginx, mode="changes")
    first = t.queue(host, 1)
    t.exits("full", host.send("--now"), 0)
    second = t.queue(host, 1)
    service.answers = [(409, b'{"need":"full"}')]
    t.exits("asked", host.send("--now"), 0)
    kinds = [json.loads(gzip.decompress(body))["kind"] for _, _, body in service.seen]
    t.equal("kinds", kinds, ["full", "heartbeat", "full"])
    t.equal("ids", service.ids()[:2], first + second)
    t.equal("spool", host.waiting("central"), [])


@case
def it_is_down_or_too_slow(t):
    service, nginx = started(t, change=lambda text: text.replace("proxy_read_timeout 15s", "proxy_read_timeout 1s"))
    host = t.host(nginx)
    ids = t.queue(host, 1)
    service.delay = 3
    t.kept("slow", host, ids, host.send("--now"), "504")
    service.delay = 0
    service.stop()
    t.kept("down", host, ids, host.send("--now"), "502")
