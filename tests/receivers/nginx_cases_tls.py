"""TLS and certificates: whatever is wrong, reports stay, it is said what is wrong, and once it is right all are delivered."""
import contextlib
import json
import os
import shutil
import subprocess
import time

import certificates
import nginx_server
import ports
from nginx_bench import CannotHere, case


@case
def right_certificates(t):
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host)
    result = t.delivered("sent", host, nginx, ids)
    t.equal("silent", result.err, "")
    t.equal("answers", dict(nginx.statuses()), {201: 3})
    t.equal("folders", nginx.folders(), ["web-07"])
    for id in ids:
        t.equal("the report's own id", (nginx.report(id) or {}).get("id"), id)
    t.equal("the latest", (nginx.latest("web-07") or {}).get("id"), ids[-1])
    one = nginx.log()[0]
    t.equal("source", one["source"], "urn:holdfast:host:" + nginx.report(ids[0])["host"]["id"])
    t.says("agent", one["agent"], "holdfast/")


@case
def run_sends_by_itself(t):
    """The cron entry: nobody waits for the delivery, and it comes all the same."""
    nginx = t.nginx()
    host = t.host(nginx)
    result = host.holdfast("run", "--splay", "0")
    t.true(f"run: {result}", result.status in (0, 2))
    end = time.monotonic() + 15
    while not nginx.ids() and time.monotonic() < end:
        time.sleep(0.05)
    t.equal("at nginx", len(nginx.ids("web-07")), 1)


def broken(t, words, nginx=None, host=None, mend=None, seen=0):
    """The common course: three reports wait, it fails twice, it is mended, they arrive. seen: requests that nginx may see."""
    ids = t.queue(host)
    for attempt in ("first", "second"):
        t.kept(attempt, host, ids, host.send("--now"), *words)
    test = host.holdfast("report", "--test")
    t.exits("report --test", test, 1)
    t.says("report --test", test.out + test.err, *words)
    t.secret("report --test", test.out, test.err)
    flush = host.holdfast("report", "--flush")
    t.exits("report --flush", flush, 1)
    t.says("report --flush", flush.out + flush.err, *words)
    t.equal("what nginx has", nginx.ids(), [])
    t.equal("still waiting", host.waiting("central"), ids)
    t.true(f"answers {nginx.statuses()}", all(status >= 400 for status in nginx.statuses()))
    if not seen:
        t.equal("requests", len(nginx.log()), 0)
    mend()
    t.delivered("mended", host, nginx, ids)


def server_broken(t, pair, *words):
    nginx = t.nginx(server=pair)
    host = t.host(nginx)

    def mend():
        nginx.certificate(t.given.server)
        nginx.restart()
    broken(t, words, nginx, host, mend)


@case
def server_of_another_authority(t):
    server_broken(t, t.given.server_stranger, "certificate")


@case
def server_expired(t):
    server_broken(t, t.given.server_expired, "certificate", "expired")


@case
def server_with_another_name(t):
    server_broken(t, t.given.server_elsewhere, "certificate", ("name", "match"))


@case
def host_trusts_another_authority(t):
    """The wrong ca_file on the host, and the right one at the next run."""
    nginx = t.nginx()
    host = t.host(nginx)
    host.install(t.given.stranger.certificate, "/etc/holdfast/ca.pem")
    broken(t, ("certificate",), nginx, host,
           lambda: host.install(t.given.authority.certificate, "/etc/holdfast/ca.pem"))


def client_broken(t, spoil, *words, seen=1):
    nginx = t.nginx()
    host = t.host(nginx)
    spoil(host)

    broken(t, words, nginx, host, lambda: t.show(host, t.given.client_renewed), seen=seen)


def without(host, *names):
    """The settings of the destination with these left out; returns them whole."""
    whole = json.loads(host.path("/etc/holdfast/agent.yaml").read_text())["reports"][0]
    host.settings(reports=[{name: value for name, value in whole.items() if name not in names}])
    return whole


def one_run(host):
    """One more run, which tells the sender new settings; the id of its report."""
    before = set(host.waiting("central"))
    host.holdfast("run", "--no-send")
    return sorted(set(host.waiting("central")) - before)


@case
def no_client_certificate(t):
    """nginx's own answer to this would be 400, and the report would be put aside as malformed; server.conf makes it 403."""
    nginx = t.nginx()
    host = t.host(nginx)
    whole = without(host, "cert_file", "key_file")
    ids = t.queue(host)
    t.kept("without", host, ids, host.send("--now"), "403")
    t.equal("answers", dict(nginx.statuses()), {403: 1})
    t.between("wait", t.wait_ms(host), 15 * 60 * 1000, 6 * 3600 * 1000)
    host.settings(reports=[whole])
    ids = sorted([*ids, *one_run(host)])
    t.delivered("with", host, nginx, ids)


@case
def client_expired(t):
    client_broken(t, lambda host: t.show(host, t.given.client_expired), "403")


@case
def client_of_another_authority(t):
    client_broken(t, lambda host: t.show(host, t.given.client_stranger), "403")


@case
def client_with_a_name_that_no_host_has(t):
    client_broken(t, lambda host: t.show(host, t.given.client_odd), "403")


@case
def client_revoked(t):
    nginx = t.nginx()
    host = t.host(nginx)
    nginx.revoked([certificates.serial(t.given.client.certificate)])
    nginx.restart()
    broken(t, ("403",), nginx, host, lambda: t.show(host, t.given.client_renewed), seen=1)


@case
def key_of_another_certificate(t):
    client_broken(t, lambda host: host.install(t.given.fleet.key, "/etc/holdfast/host.key", 0o600),
                  ("key", "certificate"), seen=0)


@case
def files_that_are_not_there(t):
    for name in ("ca.pem", "host.pem", "host.key"):
        nginx = t.nginx()
        host = t.host(nginx, name=f"without-{name}")
        ids = t.queue(host, 1)
        path = host.path(f"/etc/holdfast/{name}")
        path.rename(path.with_suffix(".away"))
        t.kept(name, host, ids, host.send("--now"), name)
        path.write_text("-----BEGIN CERTIFICATE-----\nthis is none\n-----END CERTIFICATE-----\n")
        path.chmod(0o600)
        t.kept(f"{name}: nonsense", host, ids, host.send("--now"))
        path.with_suffix(".away").rename(path)
        t.delivered(name, host, nginx, ids)


@case
def key_that_others_may_read(t):
    client_broken(t, lambda host: host.path("/etc/holdfast/host.key").chmod(0o644), "host.key", "0644", seen=0)


@case
def renewed_between_runs(t):
    """Certificate and key are replaced under their names; the next run shows the new one, no run of the agent between."""
    nginx = t.nginx()
    host = t.host(nginx, client=t.given.client_expired)
    ids = t.queue(host)
    t.kept("expired", host, ids, host.send("--now"), "403")
    t.show(host, t.given.client)
    t.delivered("renewed", host, nginx, ids)
    nginx.revoked([certificates.serial(t.given.client.certificate)])
    nginx.restart()
    more = t.queue(host, 1)
    t.kept("revoked", host, more, host.send("--now"), "403")
    t.show(host, t.given.client_renewed)
    t.delivered("renewed again", host, nginx, [*ids, *more])


@case
def server_that_only_knows_tls_1_1(t):
    """Refused by the host; that the server would take an old client is tried with openssl."""
    old = {"ssl_protocols TLSv1.2 TLSv1.3": "ssl_ciphers DEFAULT@SECLEVEL=0; ssl_protocols TLSv1.1"}

    def change(text):
        for before, after in old.items():
            text = text.replace(before, after)
        return text
    nginx = t.nginx(change=change)
    tried = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{nginx.port}", "-tls1_1", "-cipher",
                            "DEFAULT@SECLEVEL=0"], input="", capture_output=True, text=True, timeout=20)
    if "TLSv1.1" not in tried.stdout or "Cipher is (NONE)" in tried.stdout:
        raise CannotHere("this OpenSSL speaks no TLS 1.1")
    host = t.host(nginx)

    def mend():
        old.clear()
        nginx.restart()
    broken(t, (("protocol", "tls", "version"),), nginx, host, mend)


@case
def server_that_ends_the_handshake(t):
    """Not nginx's way: with TLS 1.3 the refusal of the host's certificate comes after the host believes to be connected."""
    for version in ("-tls1_3", "-tls1_2"):
        kept, given = ports.Port(), t.given
        port = kept.number
        command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", given.server.certificate, "-key", given.server.key,
                   "-CAfile", given.authority.certificate, "-Verify", "1", "-verify_return_error", "-www", version]
        server = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with contextlib.ExitStack() as stack:
            stack.callback(kept.close)
            stack.callback(server.wait)
            stack.callback(server.kill)
            t.true("s_server does not start", nginx_server.reachable(port))
            nginx = t.nginx()
            host = t.host(nginx, name=f"host{version}", client=given.client_stranger,
                          url=f"https://{nginx_server.NAME}:{port}/v1/reports")
            ids = t.queue(host, 1)
            t.kept(version, host, ids, host.send("--now"), ("certificate", "alert", "unknown ca", "ssl", "tls"))


@case
def system_authorities_do_not_count(t):
    """With ca_file no other CA is believed, be it one that the host's system trusts."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode:
        raise CannotHere("it needs root and a mount namespace")
    trusted = t.folder / "trusted"
    trusted.mkdir()
    shutil.copy(t.given.stranger.certificate, trusted / "stranger.pem")
    subprocess.run(["openssl", "rehash", trusted], check=True, timeout=20)
    shutil.copy(t.given.stranger.certificate, trusted / "ca-certificates.crt")
    nginx = t.nginx(server=t.given.server_stranger)
    host = t.host(nginx)
    ids = t.queue(host)
    prefix = ["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/ssl/certs; shift; exec "$@"', "sh", str(trusted)]
    host.prefix = prefix
    t.kept("with ca_file", host, ids, host.send("--now"), "certificate")
    # The same without ca_file: the system's CA is good enough then, or this case would prove nothing.
    host.prefix = []
    without(host, "ca_file")
    ids = sorted([*ids, *one_run(host)])
    host.prefix = prefix
    t.delivered("without ca_file", host, nginx, ids)
