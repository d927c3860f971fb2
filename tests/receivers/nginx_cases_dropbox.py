"""The drop box by curl: what a host with a good certificate may do, and what nobody may."""
import gzip
import os
import subprocess

from nginx_bench import TOKEN, case

ID = "01a204f9-53ae-734a-8c52-f7826d871244"
URN = "urn:holdfast:host:0f8fad5b-d9cb-469f-a165-70867728950e"
BODY = gzip.compress(b'{"schema": "holdfast.report/1"}')


def curl(t, nginx, *more, path="/v1/reports", client=None, body=BODY, token=TOKEN, id=ID, source=URN, encoding="gzip"):
    """Status and answer of one request of the contract, or of one that differs from it."""
    client = client or t.given.client
    (t.folder / "body").write_bytes(body)
    shown = "%{http_code} %header{retry-after}|%header{www-authenticate}|%header{location}"
    command = ["curl", "-sS", "-o", t.folder / "answer", "-w", shown, "--path-as-is",
               "--max-time", "20", "--cacert", t.given.authority.certificate, "--cert", client.certificate,
               "--key", client.key, "--data-binary", f"@{t.folder}/body", "-H", "Expect:", "-H", "Content-Type: application/json"]
    for name, value in (("Authorization", token and f"Bearer {token}"), ("ce-id", id), ("ce-source", source),
                        ("Content-Encoding", encoding)):
        command += ["-H", f"{name}: {value}"] if value else []
    (t.folder / "answer").write_bytes(b"")
    done = subprocess.run([*map(str, command), *more, nginx.url.replace("/v1/reports", path)], capture_output=True, text=True,
                          timeout=30)
    return int(done.stdout.split()[0] or 0), done.stdout[4:] + done.stderr + (t.folder / "answer").read_text()


@case
def every_answer_of_the_page(t):
    nginx = t.nginx()
    rows = (
        ("stored", 201, {}),
        ("again", 204, {}),
        ("no id", 400, {"id": None}),
        ("an id that climbs", 400, {"id": "../../../etc/passwd"}),
        ("an id of version 4", 400, {"id": "01a204f9-53ae-434a-8c52-f7826d871244"}),
        ("an id in capitals", 400, {"id": ID.upper()}),
        ("no token", 401, {"token": None}),
        ("half a token", 401, {"token": TOKEN[:-1]}),
        ("a longer token", 401, {"token": TOKEN + "0"}),
        ("another address", 404, {"path": "/v1/reports/x"}),
        ("the root", 404, {"path": "/"}),
        ("plain", 415, {"encoding": None}),
        ("a mebibyte", 204, {"body": os.urandom(1 << 20)}),
        ("more", 413, {"body": os.urandom((1 << 20) + 1)}),
    )
    for what, wanted, change in rows:
        status, answer = curl(t, nginx, **change)
        t.equal(f"{what}: {answer}", status, wanted)
    t.equal("files", (nginx.folders(), nginx.ids()), (["web-07"], [ID]))
    for method in ("GET", "PUT", "DELETE", "MKCOL", "PROPFIND", "COPY"):
        status, answer = curl(t, nginx, "-X", method)
        t.equal(f"{method}: {answer}", status, 405)
    status, answer = curl(t, nginx, token=None)
    t.says("401", answer, "Bearer realm")
    t.true("the inner server shows", "holdfast_store" not in curl(t, nginx, id=ID[:-1] + "5")[1])


@case
def who_it_is_is_the_certificate(t):
    """A host writes under its own name, whatever its report and its headers say."""
    nginx = t.nginx()
    other = t.given.authority.client("web-08", file=f"other-{os.getpid()}")
    t.equal("as web-08", curl(t, nginx, client=other, source="urn:holdfast:host:web-07")[0], 201)
    t.equal("folders", nginx.folders(), ["web-08"])
    odd = (("CN with a comma", "x,CN=web-07"), ("CN with a slash", "a/b"), ("hidden", ".hidden"), ("blank", "a b"),
           ("another one behind a blank", "web-07 urn:holdfast:host:x"), ("two lines", "x\nCN=web-07"), ("too long", "a" * 64))
    for number, (what, name) in enumerate(odd):
        pair = t.given.authority.client(name, file=f"odd-{number}-{os.getpid()}")
        t.equal(what, curl(t, nginx, client=pair)[0], 403)
    fleet = t.given.fleet
    for what, source, wanted in (("an id", URN, 201), ("none", None, 403), ("a path", "urn:holdfast:host:../web-07", 403),
                                 ("a name", "urn:holdfast:host:web-07", 403)):
        t.equal(f"fleet with {what}", curl(t, nginx, client=fleet, source=source)[0], wanted)
    t.equal("folders", nginx.folders(), [URN.rsplit(":", 1)[1], "web-08"])


@case
def latest_by_put(t):
    nginx = t.nginx()
    put = ("-X", "PUT")
    t.equal("its own", curl(t, nginx, *put, path="/latest/web-07.json.gz")[0], 201)
    t.equal("once more", curl(t, nginx, *put, path="/latest/web-07.json.gz")[0], 204)
    t.equal("content", (nginx.prefix / "srv/latest/web-07.json.gz").read_bytes(), BODY)
    for path, wanted in (("/latest/web-08.json.gz", 403), ("/latest/../reports/web-07.json.gz", 404), ("/latest", 404),
                         ("/latest/web-07.json", 404), ("/latest/%2e%2e%2fx.json.gz", 404), ("/latest/x/web-07.json.gz", 404)):
        status, answer = curl(t, nginx, *put, path=path)
        t.equal(f"{path}: {answer}", status, wanted)
    for method in ("GET", "HEAD", "DELETE", "MOVE", "POST"):
        more = ("-I",) if method == "HEAD" else ("-X", method)
        if method != "HEAD":
            t.equal(method, curl(t, nginx, *more, path="/latest/web-07.json.gz")[0], 403)
    t.equal("no token", curl(t, nginx, *put, path="/latest/web-07.json.gz", token=None)[0], 401)
    t.equal("files", sorted(each.name for each in (nginx.prefix / "srv/latest").iterdir()), ["web-07.json.gz"])


@case
def limits_tell_when_to_come_back(t):
    change = {"rate=30r/m": "rate=1r/m", "burst=60": "burst=1"}

    def apply(text):
        for before, after in change.items():
            text = text.replace(before, after)
        return text
    nginx = t.nginx(change=apply)
    answers = [curl(t, nginx) for _ in range(3)]
    t.equal("answers", [status for status, _ in answers], [201, 204, 429])
    t.true(f"no Retry-After in {answers[2]}", answers[2][1].startswith("120"))
    t.true(f"Retry-After without need: {answers[0]}", answers[0][1].startswith("|"))
    t.equal("another host", curl(t, nginx, client=t.given.fleet)[0], 201)


@case
def what_lies_there_is_only_for_the_group(t):
    nginx = t.nginx()
    for more in ({}, {"path": "/latest/web-07.json.gz"}):
        t.true(f"stored: {more}", curl(t, nginx, *(("-X", "PUT") if more else ()), **more)[0] in (201, 204))
        nginx.settle()
        for file in nginx.prefix.joinpath("srv").rglob("*.json.gz"):
            t.equal(f"{file}: mode", oct(file.stat().st_mode & 0o777), oct(0o640))
    t.equal("folder: mode", oct((nginx.prefix / "srv/reports/web-07").stat().st_mode & 0o007), oct(0))
    t.equal("left over", list((nginx.prefix / "srv/incoming").iterdir()), [])
    t.true("a token is in the log", TOKEN not in (nginx.prefix / "log/holdfast.log").read_text() + nginx.errors())
