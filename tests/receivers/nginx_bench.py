"""What the cases of nginx.py share: registration, checks that go on after a failure, one host and its nginx.

    @case
    def right_certificates(t): ...

A case gets a Bench: t.folder, t.authority (one for all cases), t.nginx(...), t.host(...), t.equal(...), t.says(...).
"""
import contextlib
import os
import pathlib

import certificates
import nginx_host
import nginx_server

CASES = []
TOKEN = nginx_server.TOKEN
QUARTER_MS, HOUR_MS = 15 * 60 * 1000, 3600 * 1000
DESTINATION = {"name": "central", "ca_file": "/etc/holdfast/ca.pem", "cert_file": "/etc/holdfast/host.pem",
               "key_file": "/etc/holdfast/host.key", "token_file": "/etc/holdfast/token"}


def case(function):
    CASES.append(function)
    return function


class CannotHere(Exception):
    """The machine cannot do what the case needs; the text says what."""


class Certificates:
    """Made once for all cases; keys are quick, but each is a process."""

    def __init__(self, folder):
        self.authority = certificates.Authority(folder / "authority")
        self.stranger = certificates.Authority(folder / "stranger", "somebody else's CA")
        make, other = self.authority, self.stranger
        self.server = make.server(nginx_server.NAME)
        self.server_expired = make.server(nginx_server.NAME, days=-1, file="server-expired")
        self.server_elsewhere = make.server("elsewhere.example", file="server-elsewhere")
        self.server_stranger = other.server(nginx_server.NAME)
        self.client = make.client("web-07")
        self.client_renewed = make.client("web-07", file="renewed")
        self.client_expired = make.client("web-07", days=-1, file="expired")
        self.client_stranger = other.client("web-07")
        self.client_odd = make.client("../web-08", file="odd")
        self.fleet = make.client("fleet")


class Bench:
    def __init__(self, folder, given):
        self.folder, self.given = pathlib.Path(folder), given
        self.problems, self.checks, self.open = [], 0, contextlib.ExitStack()
        os.chmod(self.folder, 0o755)    # nginx's workers and the sender are other users

    # Checks

    def true(self, what, holds):
        self.checks += 1
        if not holds:
            self.problems.append(str(what))
        return bool(holds)

    def equal(self, what, found, wanted):
        return self.true(f"{what}: {found!r}, wanted {wanted!r}", found == wanted)

    def between(self, what, found, least, most):
        return self.true(f"{what}: {found}, wanted {least} to {most}",
                         isinstance(found, (int, float)) and least <= found <= most)

    def says(self, what, text, *words):
        """Every word, in whatever case. A tuple is any of its words."""
        for word in words:
            any_of = word if isinstance(word, tuple) else (word,)
            self.true(f"{what}: nothing of {word!r} in {text!r}", any(one.lower() in text.lower() for one in any_of))

    def exits(self, what, result, wanted):
        return self.equal(f"{what}: {result.out}{result.err}exit", result.status, wanted)

    def secret(self, what, *texts):
        for text in texts:
            self.true(f"{what}: the token shows in {text!r}", TOKEN not in text and "Bearer" not in text)

    # What there is

    def nginx(self, part="dropbox", server=None, **more):
        """Started, and stopped with the case."""
        folder = self.folder / f"nginx{len(list(self.folder.glob('nginx*')))}"
        return self.open.enter_context(nginx_server.Nginx(folder, part, server or self.given.server,
                                                          self.given.authority.certificate, **more))

    def host(self, nginx, name="web-07", client=None, **more):
        """A host that reports to this nginx, with the right certificates unless told otherwise."""
        host = nginx_host.Host(self.folder / name)
        host.install(self.given.authority.certificate, "/etc/holdfast/ca.pem")
        self.show(host, client or self.given.client)
        host.write("/etc/holdfast/token", TOKEN + "\n", 0o600)
        host.settings(reports=[{**DESTINATION, "url": nginx.url, **more}])
        return host

    @staticmethod
    def show(host, pair):
        """From now on the host shows this certificate."""
        host.install(pair.certificate, "/etc/holdfast/host.pem")
        host.install(pair.key, "/etc/holdfast/host.key", 0o600)

    def queue(self, host, count=3):
        """Reports that wait; their ids, oldest first."""
        for _ in range(count):
            result = host.holdfast("run", "--no-send")
            self.true(f"run: {result}", result.status in (0, 2))
        ids = host.waiting("central")
        self.equal("reports that wait", len(ids), count)
        return ids

    def kept(self, what, host, ids, result, *words):
        """Nothing lost, nothing put aside, said to the user and in the state."""
        self.exits(what, result, 1)
        self.equal(f"{what}: spool", host.waiting("central"), ids)
        self.equal(f"{what}: put aside", host.bad("central"), [])
        state = host.state("central")
        self.true(f"{what}: no failure in {state}", state.get("failures", 0) >= 1)
        self.says(f"{what}: stderr", result.err, "central", *words)
        self.says(f"{what}: state.json", str(state.get("last_error")), *words)
        self.secret(what, result.out, result.err, str(state))

    def delivered(self, what, host, nginx, ids, name="web-07"):
        """All of them, each once, in order, and nothing waits any more."""
        result = host.send("--now")
        self.exits(what, result, 0)
        self.equal(f"{what}: spool", host.waiting("central"), [])
        self.equal(f"{what}: at nginx", nginx.ids(name), ids)
        taken = [each["id"] for each in nginx.log() if each["status"] in (200, 201, 204) and each["id"] in ids]
        self.equal(f"{what}: taken", taken, ids)
        self.equal(f"{what}: put aside", host.bad("central"), [])
        self.equal(f"{what}: failures", host.state("central").get("failures"), 0)
        return result

    def wait_ms(self, host):
        """How long the destination is left alone."""
        state = host.state("central")
        return state.get("next_try", 0) - state.get("decided", 0)
