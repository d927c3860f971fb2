"""A destination for reports on this machine: it takes everything and keeps nothing."""

import contextlib
import http.server
import threading


class Taker(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing: what it says would stand among the results."""


@contextlib.contextmanager
def receiver():
    """Its url, while the context lasts."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/reports"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
