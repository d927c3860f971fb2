"""What a receiver may say to a report, from the polite to the hostile. Each function makes one answer for Receiver.plays()."""
import email.utils
import gzip
import time
import zlib
from dataclasses import dataclass

from receiver import says

WORDS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized",
         409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type", 429: "Too Many Requests",
         503: "Service Unavailable"}
FLOOD_BYTES = 100 << 20
NEED_FULL = b'{"need":"full"}'


@dataclass
class Answer:
    """play(wire, request) is true when the connection is to be kept."""
    play: object
    before_reading: bool = False


def _line(request, wire, status, version="HTTP/1.1"):
    says(wire, request, status, f"{version} {status} {WORDS.get(status, 'Word')}\r\n".encode())


def status(code, body=b"", headers=(), version="HTTP/1.1", keep=True, delay=0):
    """A whole answer."""
    def play(wire, request):
        wire.pause(delay)
        lines = [f"{name}: {value}\r\n" for name, value in headers]
        if code != 204:
            lines.append(f"Content-Length: {len(body)}\r\n")
        if not keep and version == "HTTP/1.1":
            lines.append("Connection: close\r\n")
        head = f"{version} {code} {WORDS.get(code, 'Word')}\r\n{''.join(lines)}\r\n".encode("latin-1")
        says(wire, request, code, head + (b"" if code == 204 else body))
        return keep and version == "HTTP/1.1"
    return Answer(play)


def retry_after(code, *values):
    return status(code, headers=[("Retry-After", value) for value in values])


def retry_at(code, seconds):
    """Retry-After with the date that is so many seconds from when the answer is given."""
    def play(wire, request):
        return retry_after(code, email.utils.formatdate(time.time() + seconds, usegmt=True)).play(wire, request)
    return Answer(play)


def redirect(code, location):
    return status(code, headers=[("Location", location)])


def need_full():
    return status(409, NEED_FULL, [("Content-Type", "application/json")])


# ---- cuts and silence -----------------------------------------------------------------------------------------------

def cut_at_once():
    """Closes before it has read anything."""
    return Answer(lambda wire, _: wire.reset(), before_reading=True)


def cut(data=b"", reset=False, code=0):
    """Reads the request, says this much, closes. code: the status that can be read in it."""
    def play(wire, request):
        says(wire, request, code, data)
        if reset:
            wire.pause(0.02)
            wire.reset()
        return False
    return Answer(play)


def cut_in_status_line():
    return cut(b"HTTP/1.1 20")


def cut_in_headers(code):
    return cut(f"HTTP/1.1 {code} Word\r\nContent-Le".encode(), code=code)


def cut_in_body(code, reset=False):
    return cut(f"HTTP/1.1 {code} Word\r\nContent-Length: 100\r\n\r\nhalf".encode(), reset, code)


def silent(before_reading=False):
    """Accepts, and never says anything."""
    def play(wire, _):
        wire.hold()
        return False
    return Answer(play, before_reading)


def held(then):
    """Nothing until the test calls release(), then that."""
    def play(wire, request):
        wire.hold()
        return then.play(wire, request)
    return Answer(play)


def hang_after_status(code):
    """The status line, a whole head, and the body never ends."""
    def play(wire, request):
        _line(request, wire, code)
        wire.send(b"Content-Length: 100\r\n\r\n")
        wire.hold()
        return False
    return Answer(play)


# ---- floods ---------------------------------------------------------------------------------------------------------

def _flood(wire, piece, most=FLOOD_BYTES):
    """The piece again and again until the other side has enough, or this many bytes have gone."""
    many = piece * max(1, 65536 // len(piece))
    sent = 0
    while sent < most:
        wire.send(many)
        sent += len(many)


def endless_body(code):
    def play(wire, request):
        _line(request, wire, code)
        wire.send(b"Content-Type: text/plain\r\n\r\n")
        _flood(wire, b"all work and no play\r\n", 4 * FLOOD_BYTES)
        return False
    return Answer(play)


def endless_headers(code):
    """100 MB of headers."""
    def play(wire, request):
        _line(request, wire, code)
        _flood(wire, b"X-Flood: " + b"f" * 1000 + b"\r\n")
        wire.send(b"Content-Length: 0\r\n\r\n")
        return False
    return Answer(play)


def endless_line(code):
    """One header line of 100 MB."""
    def play(wire, request):
        _line(request, wire, code)
        wire.send(b"X-Flood: ")
        _flood(wire, b"f" * 1000)
        return False
    return Answer(play)


def endless_status_line():
    def play(wire, _):
        wire.send(b"HTTP/1.1 503 ")
        _flood(wire, b"word ")
        return False
    return Answer(play)


def endless_early(code=103, every=0):
    """Informational answers without an end; every: so many seconds apart."""
    def play(wire, _):
        piece = f"HTTP/1.1 {code} Early\r\nX-Early: yes\r\n\r\n".encode()
        while every:
            wire.send(piece)
            wire.pause(every)
        _flood(wire, piece)
        return False
    return Answer(play)


def drip(head, piece=b"x", every=0.4, code=0):
    """The head at once, then piece by piece for ever."""
    def play(wire, request):
        says(wire, request, code, head)
        while True:
            wire.pause(every)
            wire.send(piece)
    return Answer(play)


def drip_body(code):
    return drip(f"HTTP/1.1 {code} Word\r\nContent-Length: 1000000\r\n\r\n".encode(), code=code)


def drip_headers(code):
    return drip(f"HTTP/1.1 {code} Word\r\nX-Slow: ".encode(), code=code)


def drip_status():
    return drip(b"HTTP/1.1 503 ")


# ---- lies -----------------------------------------------------------------------------------------------------------

def broken_gzip(code):
    return status(code, b"\x1f\x8b\x08\x00" + b"no deflate" * 20, [("Content-Encoding", "gzip")])


def gzip_bomb(code):
    """A small answer that inflates to 64 MB."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    return status(code, body, [("Content-Encoding", "gzip")])


def chunked(code, chunks):
    """chunks: as they go over the wire, flaws and all."""
    return cut(f"HTTP/1.1 {code} Word\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunks, code=code)


def garbage():
    return cut(b"\x16\x03\x01 this is no HTTP \xff\xfe\r\n\r\n" * 40)


def garbage_at_once():
    """What a TLS client takes for a broken hello."""
    def play(wire, _):
        wire.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        wire.pause(0.5)
        return False
    return Answer(play, before_reading=True)


def zipped_need_full():
    return status(409, gzip.compress(NEED_FULL), [("Content-Encoding", "gzip"), ("Content-Type", "application/json")])
