"""What nginx answers by the shipped configuration, and what becomes of the report and of the spool then."""
import os
import shutil
import signal
import subprocess
import time

import nginx_server
from nginx_bench import HOUR_MS, QUARTER_MS, TOKEN, case
from nginx_host import PROFILE


def later(t, host, nginx, what):
    """Without --now a destination that is not due is left alone, and that is no failure."""
    before = len(nginx.log())
    result = host.send()
    t.exits(f"{what}: not due", result, 0)
    t.equal(f"{what}: requests while not due", len(nginx.log()), before)


@case
def token_wrong_then_right(t):
    nginx = t.nginx()
    host = t.host(nginx)
    host.write("/etc/holdfast/token", "ffffffffffffffffffffffffffffffff\n", 0o600)
    ids = t.queue(host)
    result = host.send()
    t.kept("first", host, ids, result, "401", "token")
    t.true("the wrong token shows", "ffffffff" not in result.out + result.err + str(host.state("central")))
    t.equal("answers", dict(nginx.statuses()), {401: 1})
    t.between("wait", t.wait_ms(host), QUARTER_MS, HOUR_MS * 1.2)
    later(t, host, nginx, "401")
    t.kept("--now tries again", host, ids, host.send("--now"), "401")
    t.equal("answers", dict(nginx.statuses()), {401: 2})
    t.between("wait", t.wait_ms(host), QUARTER_MS, HOUR_MS * 1.2)
    test = host.holdfast("report", "--test")
    t.exits("--test", test, 1)
    t.says("--test", test.out + test.err, "401", "token")
    host.write("/etc/holdfast/token", TOKEN + "\n", 0o600)
    t.delivered("right", host, nginx, ids)
    test = host.holdfast("report", "--test")
    t.exits("--test", test, 0)
    t.secret("--test", test.out, test.err)
    t.equal("reports after --test", nginx.ids(), ids)
    test = nginx.stored("tests/web-07") or {"run": {}}
    t.equal("what --test leaves", (test.get("kind"), test["run"].get("trigger")), ("heartbeat", "test"))
    t.equal("latest after --test", (nginx.latest("web-07") or {}).get("id"), ids[-1])


@case
def heartbeats_do_not_hide_the_latest(t):
    """mode: changes: the state stands in `latest`, the newest sign of life beside it, and both are reports that are kept."""
    nginx = t.nginx()
    host = t.host(nginx, mode="changes")
    ids = t.queue(host, 1)
    t.delivered("full", host, nginx, ids)
    more = t.queue(host, 1)
    t.delivered("heartbeat", host, nginx, ids + more)
    t.equal("latest", [(nginx.latest("web-07") or {}).get(name) for name in ("id", "kind")], [ids[0], "full"])
    t.equal("heartbeat", [(nginx.stored("heartbeats/web-07") or {}).get(name) for name in ("id", "kind")], [more[0], "heartbeat"])


@case
def an_nginx_that_says_400_to_certificates(t):
    """Not by our files: error_page is missing, and a page of HTML says 400. It is about the connection, not about the report."""
    nginx = t.nginx(change=changing({"error_page 495 496": "#"}))
    host = t.host(nginx, client=t.given.client_expired)
    ids = t.queue(host)
    t.kept("400", host, ids, host.send("--now"), "400")
    t.equal("answers", dict(nginx.statuses()), {400: 1})
    t.between("wait", t.wait_ms(host), QUARTER_MS, HOUR_MS * 1.2)
    t.show(host, t.given.client)
    t.delivered("right", host, nginx, ids)


@case
def token_renewed_on_both_sides(t):
    """Two tokens hold for a while, as they do when a fleet gets a new one."""
    nginx = t.nginx(tokens=(TOKEN, "0123456789abcdef"))
    host = t.host(nginx)
    first = t.queue(host, 1)
    t.delivered("old", host, nginx, first)
    host.write("/etc/holdfast/token", "0123456789abcdef\n", 0o640)
    second = t.queue(host, 1)
    t.delivered("new, 0640", host, nginx, first + second)


@case
def token_that_others_may_read(t):
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host)
    host.path("/etc/holdfast/token").chmod(0o644)
    t.kept("0644", host, ids, host.send("--now"), "/etc/holdfast/token", "0644", "0600")
    t.equal("requests", nginx.log(), [])
    host.path("/etc/holdfast/token").chmod(0o600)
    t.delivered("0600", host, nginx, ids)


def many(count):
    """A profile with so many parameters in line, and two that are not."""
    return PROFILE + "".join(f"  net.ipv4.conf.eth{n}.rp_filter: {{value: 1, manage: [live], why: \"the {n}th of many\"}}\n"
                             for n in range(100, 100 + count))


def crowded(t, nginx, limit, change, count=120):
    """A host whose report is above the limit."""
    host = t.host(nginx)
    host.write("/etc/holdfast/profiles/web.yaml", many(count))
    for n in range(100, 100 + count):
        host.set_live(f"net.ipv4.conf.eth{n}.rp_filter", 1)
    ids = t.queue(host, 1)
    size = (host.spool("central") / f"{ids[0]}.json.gz").stat().st_size
    t.true(f"{size} bytes are not above {limit}", size > limit)
    change["client_max_body_size 1m"] = f"client_max_body_size {limit}"
    nginx.restart()
    return host, ids


def changing(change):
    def apply(text):
        for before, after in change.items():
            text = text.replace(before, after)
        return text
    return apply


@case
def too_large_but_for_what_is_in_line(t):
    change = {}
    nginx = t.nginx(change=changing(change))
    host, ids = crowded(t, nginx, 1400, change)
    t.delivered("shortened", host, nginx, ids)
    t.equal("answers", dict(nginx.statuses()), {413: 1, 201: 1})
    kept = nginx.report(ids[0]) or {"parameters": [], "counts": {}}
    t.true("nothing is left of it", len(kept["parameters"]) >= 1)
    t.equal("in line", [each["key"] for each in kept["parameters"] if each["status"] == "compliant"], [])
    t.true(f"the counts stay: {kept['counts']}", kept["counts"].get("compliant", 0) >= 120)


@case
def too_large_for_good(t):
    change = {}
    nginx = t.nginx(change=changing(change))
    host, ids = crowded(t, nginx, 100, change)
    result = host.send("--now")
    t.equal("spool", host.waiting("central"), [])
    t.equal("put aside", [name.split(".")[0] for name in host.bad("central")], ids)
    t.equal("answers", dict(nginx.statuses()), {413: 2})
    t.says("said", result.err, "413")
    change.clear()
    nginx.restart()
    more = t.queue(host, 1)
    result = host.send("--now")
    t.exits("the next one", result, 0)
    t.equal("at nginx", nginx.ids(), more)


@case
def too_many_requests(t):
    """429 with Retry-After stops the whole destination, and the time that was asked for is kept."""
    change = {"rate=30r/m": "rate=1r/m", "burst=60": "burst=1"}
    nginx = t.nginx(change=changing(change))
    host = t.host(nginx)
    ids = t.queue(host, 6)
    result = host.send("--now")
    t.equal("answers", dict(nginx.statuses()), {201: 2, 429: 1})
    t.kept("limited", host, ids[2:], result, "429")
    t.equal("at nginx", nginx.ids(), ids[:2])
    t.between("wait", t.wait_ms(host), 120_000, 144_000)
    later(t, host, nginx, "429")
    change.clear()
    nginx.restart()
    t.delivered("no limit", host, nginx, ids)


@case
def store_that_cannot_write(t):
    """nginx answers 500 and has nothing; a report that is kept twice would be as wrong as one that is lost."""
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host)
    incoming = nginx.prefix / "srv/incoming"
    shutil.rmtree(incoming)
    t.kept("no folder", host, ids, host.send("--now"), "500")
    t.equal("at nginx", nginx.ids(), [])
    incoming.mkdir()
    if os.geteuid() == 0:
        shutil.chown(incoming, "www-data")
    t.delivered("mended", host, nginx, ids)


@case
def nginx_is_down(t):
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host)
    nginx.stop()
    start = time.monotonic()
    t.kept("down", host, ids, host.send("--now"), ("connect", "refused"))
    t.between("seconds", time.monotonic() - start, 0, 10)
    t.between("wait", t.wait_ms(host), 0, HOUR_MS)
    nginx.start()
    t.delivered("up", host, nginx, ids)


@case
def killed_nginx_has_all_that_it_answered(t):
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host, 2)
    t.delivered("before", host, nginx, ids)
    workers = nginx_server.workers(nginx.process.pid)
    nginx.process.kill()
    nginx.process.wait()
    for each in workers:
        os.kill(each, signal.SIGKILL)
    t.true("a killed worker listens on", nginx_server.refused(nginx.port))
    t.equal("the socket stays", (nginx.prefix / "run/store.sock").exists(), True)
    line = next(line for line in (nginx.prefix / "etc/service.conf").read_text().splitlines() if line.startswith("ExecStartPre=-"))
    subprocess.run(line.removeprefix("ExecStartPre=-").split(), check=True)
    nginx.start()
    more = t.queue(host, 1)
    t.delivered("after", host, nginx, ids + more)


@case
def wrong_address(t):
    nginx = t.nginx()
    host = t.host(nginx, url=nginx.url.replace("/v1/reports", "/v2/nothing?key=querysecret"))
    ids = t.queue(host)
    result = host.send("--now")
    t.kept("404", host, ids, result, "404")
    t.true("the query shows", "querysecret" not in result.out + result.err + str(host.state("central")))
    t.between("wait", t.wait_ms(host), QUARTER_MS, HOUR_MS * 1.2)


@case
def the_same_id_once_more(t):
    """An answer that was lost on the way: the report comes again, and is the same file."""
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host, 1)
    file = host.spool("central") / f"{ids[0]}.json.gz"
    owner, kept = file.stat(), file.read_bytes()
    t.delivered("first", host, nginx, ids)
    file.write_bytes(kept)
    file.chmod(owner.st_mode & 0o777)
    shutil.chown(file, owner.st_uid, owner.st_gid)
    result = host.send("--now")
    t.exits("again", result, 0)
    t.equal("answers", dict(nginx.statuses()), {201: 1, 204: 1})
    t.equal("files", nginx.ids(), ids)


@case
def a_receiver_without_gzip(t):
    """415 once; then plain, and so from then on."""
    nginx = t.nginx(change=changing({"if ($http_content_encoding != gzip)": "if ($http_content_encoding = gzip)"}))
    host = t.host(nginx)
    ids = t.queue(host, 2)
    result = host.send("--now")
    t.exits("sent", result, 0)
    t.equal("answers", dict(nginx.statuses()), {415: 1, 201: 2})
    t.equal("remembered", host.state("central").get("plain"), True)
    for id in ids:
        text = (nginx.prefix / f"srv/reports/web-07/{id}.json.gz").read_bytes()
        t.true("it is no JSON", text.lstrip().startswith(b"{"))
    more = t.queue(host, 1)
    t.exits("next run", host.send("--now"), 0)
    t.equal("answers", dict(nginx.statuses()), {415: 1, 201: 3})
    t.equal("files", nginx.ids(), ids + more)


@case
def latest_is_the_newest(t):
    nginx = t.nginx()
    host = t.host(nginx)
    ids = t.queue(host, 12)
    t.delivered("a backlog", host, nginx, ids)
    t.equal("order", [each["id"] for each in nginx.log()], ids)
    t.equal("latest", (nginx.latest("web-07") or {}).get("id"), ids[-1])
    for id in ids:
        t.equal("a whole file", (nginx.report(id) or {}).get("id"), id)


@case
def one_certificate_for_many_hosts(t):
    nginx = t.nginx()
    wanted = []
    for name in ("one", "two"):
        host = t.host(nginx, name=name, client=t.given.fleet)
        ids = t.queue(host, 2)
        t.exits(name, host.send("--now"), 0)
        id = nginx.report(ids[0])["host"]["id"]
        t.equal(name, nginx.ids(id), ids)
        wanted.append(id)
    t.equal("folders", nginx.folders(), sorted(wanted))
