"""A receiver of reports on 127.0.0.1 that plays whatever a test wants it to, and writes down what came.

    receiver = Receiver(status(503), status(201))   # one answer a request; the last one stays
    receiver.plays(cut_in_headers())                # from now on
    receiver.requests                               # everything that came, in order
    receiver.refuse()                               # nobody listens any more; the port stays ours

The answers stand in answers.py. A Receiver keeps one thread for each connection and works on raw bytes: half of what it plays
no library would send. It is stricter than most servers: what is no clean HTTP/1.1 request is written down as a flaw.
"""
import gzip
import json
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field

HEAD_MOST, BODY_MOST = 64 << 10, 16 << 20
LIFETIME_S = 150        # no connection is served longer, whatever an answer would do


@dataclass
class Request:
    """One request as it was on the wire."""
    number: int                 # of this receiver, from 0
    connection: int             # the how-manieth connection
    at: float                   # monotonic, when its last byte was here
    line: str = ""
    headers: list = field(default_factory=list)     # (name as it was written, value), in order
    body: bytes = b""
    flaws: list = field(default_factory=list)
    status: int = 0             # that was sent; 0: none, or the other side had left before

    def all(self, name):
        return [value for each, value in self.headers if each.lower() == name.lower()]

    def header(self, name):
        """The value; None: not there, or there more than once."""
        found = self.all(name)
        return found[0] if len(found) == 1 else None

    @property
    def id(self):
        return self.header("ce-id")

    @property
    def token(self):
        return self.header("authorization")

    @property
    def packed(self):
        return self.header("content-encoding") == "gzip"

    @property
    def plain(self):
        return gzip.decompress(self.body) if self.packed else self.body

    @property
    def document(self):
        return json.loads(self.plain)

    @property
    def taken(self):
        """The sender could know that it is delivered."""
        return 200 <= self.status < 300

    def __str__(self):
        return f"{self.number}: {self.line} {self.id} -> {self.status or 'no answer'}"


def says(wire, request, status, data):
    """
    Sends what tells of this status. It is written down first: a sender may have gone on before this thread does.
    """
    if request:
        request.status = status
    try:
        wire.send(data)
    except Gone:
        if request:
            request.status = 0
        raise


class Gone(Exception):
    """The other side has closed, or the receiver ends."""


class Wire:
    """One connection, to be played on. Every call ends with Gone when the sender has left."""

    def __init__(self, receiver, plug, number):
        self.receiver, self.plug, self.number = receiver, plug, number
        self.opened, self.bytes_out, self._left = time.monotonic(), 0, b""
        plug.settimeout(0.2)

    def _alive(self):
        if self.receiver.ended or time.monotonic() - self.opened > LIFETIME_S:
            raise Gone

    def send(self, data):
        """All of it, however slowly the other side takes it."""
        rest = memoryview(data)
        while rest:
            self._alive()
            try:
                sent = self.plug.send(rest)
            except (TimeoutError, ssl.SSLWantWriteError):
                continue
            except OSError:
                raise Gone from None
            self.bytes_out += sent
            rest = rest[sent:]

    def pause(self, seconds):
        """Waits, unless the other side leaves."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._alive()
            readable, _, _ = select.select([self.plug], [], [], min(left, 0.2))
            if readable and not self._left:
                data = self._receive()
                if not data:
                    raise Gone
                self._left += data

    def hold(self):
        """Until the receiver lets go (release), or the other side leaves."""
        self.receiver.held.set()
        while not self.receiver.released.is_set():
            self.pause(0.05)

    def _receive(self):
        while True:
            self._alive()
            try:
                return self.plug.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                continue
            except OSError:
                raise Gone from None

    def until(self, mark, most):
        """The bytes before the mark."""
        while mark not in self._left:
            data = self._receive()
            if not data or len(self._left) > most:
                raise Gone
            self._left += data
        before, self._left = self._left.split(mark, 1)
        return before

    def exactly(self, count):
        while len(self._left) < count:
            data = self._receive()
            if not data:
                raise Gone
            self._left += data
        found, self._left = self._left[:count], self._left[count:]
        return found

    def reset(self):
        """Ends the connection by RST."""
        self.plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.plug.close()
        raise Gone


def _read(wire, number):
    """The next request, or Gone."""
    head = wire.until(b"\r\n\r\n", HEAD_MOST).decode("latin-1").split("\r\n")
    request = Request(number, wire.number, 0, head[0])
    for line in head[1:]:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip() or not name:
            request.flaws.append(f"a header line without a name: {line!r}")
        request.headers.append((name, value.strip(" \t")))
    words = request.line.split(" ")
    if len(words) != 3 or words[2] != "HTTP/1.1":
        request.flaws.append(f"no request line of HTTP/1.1: {request.line!r}")
    length = request.header("content-length")
    if request.all("transfer-encoding") or length is None or not length.isdigit() or int(length) > BODY_MOST:
        request.flaws.append(f"content-length {length}, transfer-encoding {request.all('transfer-encoding')}")
        raise Gone
    request.body = wire.exactly(int(length))
    request.at = time.monotonic()
    return request


class Receiver:
    """tls: (certificate file, key file)."""

    def __init__(self, *answers, tls=None, address="127.0.0.1"):
        self.requests, self.connections, self.ended = [], 0, False
        self.held, self.released, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self.bytes_out = self.active = 0
        self._probe, self._probed = None, threading.Event()
        self._context = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*tls)
        self._scheme = "https" if tls else "http"
        self._listener = socket.create_server((address, 0), backlog=64)
        self.address = address
        self.port = self._listener.getsockname()[1]
        self.plays(*answers)
        threading.Thread(target=self._accept, daemon=True).start()

    def plays(self, *answers):
        self._answers = list(answers)
        return self

    def url(self, path="/v1/reports"):
        return f"{self._scheme}://{self.address}:{self.port}{path}"

    def refuse(self):
        """Connections are refused from now on. The port stays taken, so that nobody else answers there."""
        old, self._listener = self._listener, None
        self.ended = True
        old.shutdown(socket.SHUT_RDWR)
        old.close()
        for _ in range(100):
            try:
                self._keeper = socket.socket()
                self._keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                self._keeper.bind((self.address, self.port))
                return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"port {self.port} does not come free")

    def listen_again(self):
        self._keeper.close()
        self._listener = socket.create_server((self.address, self.port), backlog=64)
        self.ended = False
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def close(self):
        self.ended = True
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def quiet(self, seconds=5):
        """Until every connection of an ended sender is over and written down, those too that nobody has accepted yet."""
        with socket.socket() as probe:
            probe.bind((self.address, 0))
            self._probe = probe.getsockname()[1]
            self._probed.clear()
            probe.connect((self.address, self.port))
            self._probed.wait(seconds)      # connections are accepted in their order
            self._probe = None              # the next one from that port may be a sender's
        end = time.monotonic() + seconds
        while self.active and time.monotonic() < end:
            time.sleep(0.001)
        return self.active == 0

    # ---- what came

    def ids(self, first=0):
        return [each.id for each in self.requests[first:]]

    def taken(self, first=0):
        """The ids of those that got a 2xx, in order."""
        return [each.id for each in self.requests[first:] if each.taken]

    def times_taken(self):
        counts = {}
        for each in self.taken():
            counts[each] = counts.get(each, 0) + 1
        return counts

    def forget(self):
        self.requests, self.connections = [], 0
        self.held.clear()
        self.released.clear()

    # ---- playing

    def _accept(self):
        listener = self._listener
        while not self.ended:
            try:
                plug, other = listener.accept()
            except OSError:
                return
            if other[1] == self._probe:
                plug.close()
                self._probed.set()
                continue
            with self._lock:
                self.connections += 1
                self.active += 1
                number = self.connections
            threading.Thread(target=self._serve, args=(plug, number), daemon=True).start()

    def _next(self):
        with self._lock:
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def _serve(self, plug, number):
        try:
            # No timeout yet: a handshake that nobody begins ends with the other side.
            if self._context:
                plug.settimeout(30)
                plug = self._context.wrap_socket(plug, server_side=True)
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with plug:
                self._talk(Wire(self, plug, number))
        except OSError:
            pass
        finally:
            with self._lock:
                self.active -= 1

    def _talk(self, wire):
        try:
            while True:
                answer = self._answers[0]
                if answer.before_reading:
                    self._next()
                    answer.play(wire, None)
                    return
                request = _read(wire, 0)
                with self._lock:
                    request.number = len(self.requests)
                    self.requests.append(request)
                answer = self._next()
                if not answer.play(wire, request):
                    return
        except Gone:
            pass
        finally:
            self.bytes_out += wire.bytes_out
