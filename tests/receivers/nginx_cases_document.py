"""docs/central.md, from its first line to its last: the CA, the installation, the host, curl, the service, each question."""
import datetime
import gzip
import json
import os
import re
import shutil
import subprocess
import time

import nginx_host
import nginx_page
import nginx_server
from nginx_bench import CannotHere, case

KEY = "net.ipv4.tcp_fin_timeout"
CALM = "profile: web\nversion: 1\nparameters:\n  vm.swappiness: {value: 60, manage: [live]}\n"
# The questions' data: hosts of a small fleet, each with what one question looks for.
PROFILE = f"""profile: web
version: 1
parameters:
  {KEY}: {{value: 30, severity: high}}
  vm.swappiness: {{value: 60, manage: [live]}}
"""


class Centre:
    """The page's blocks by section, each taken once, in order; what is left over at the end was not tried."""

    def __init__(self, t):
        if os.geteuid() != 0:
            raise CannotHere("it needs root: the page gives folders to www-data")
        if not shutil.which("systemd-tmpfiles"):
            raise CannotHere("no systemd-tmpfiles here")
        self.t, self.left = t, nginx_page.blocks()
        self.host = nginx_host.Host(t.folder / "web-07", profile=CALM)
        self.site = nginx_page.Site(t.folder / "site", self.host)
        t.open.callback(self.site.stop)

    def take(self, section, language="sh"):
        one = next(each for each in self.left if each.section == section and each.language == language)
        self.left.remove(one)
        return one

    def do(self, section, what="", **more):
        """The next block of this section, which must do what it says without a complaint."""
        block = self.take(section)
        result = self.site.run(block.text, **more)
        self.t.equal(f"docs/central.md:{block.line} {what}: {result.err}{result.out}exit", result.status, 0)
        return result

    def installed(self):
        """Everything up to a drop box that runs, and a host with its certificate."""
        site, host, t = self.site, self.host, self.t
        ca = site.prefix / "root/holdfast-ca"
        for what in ("authority", "server"):
            self.do("Certificates", what)
        self.do("Certificates", "request")
        shutil.copy(host.path("/etc/holdfast/host.csr"), ca / "web-07.csr")
        t.equal("key: mode", oct(host.path("/etc/holdfast/host.key").stat().st_mode & 0o777), oct(0o600))
        self.do("Certificates", "signed")
        host.install(ca / "web-07.pem", "/etc/holdfast/host.pem")
        host.install(ca / "ca.pem", "/etc/holdfast/ca.pem")
        t.equal("CA's key: mode", oct((ca / "ca.key").stat().st_mode & 0o777), oct(0o600))
        site.start()
        self.do("The drop box", "files")
        self.do("The drop box", "secrets")
        site.reloaded("drop box")
        self.token = re.search(r"Bearer ([0-9a-f]{64})", (site.prefix / "etc/nginx/holdfast/tokens.map").read_text())[1]
        host.write("/etc/holdfast/token", self.token + "\n", 0o600)
        settings = site.placed(self.take("The host", "yaml").text).replace(str(host.root), "")
        host.write("/etc/holdfast/agent.yaml", "profiles: [web]\n" + settings)

    def tree(self, name):
        """A place in the store, when all that was sent is there."""
        nginx_server.settle(self.site.port)
        return self.site.prefix / "srv/holdfast" / name

    def certificate(self, host, name):
        """A certificate for one more host, by the page's own command lines."""
        request, signed = (each for each in nginx_page.blocks() if each.section == "Certificates" and
                           ("-out /etc/holdfast/host.csr" in each.text or "-in web-07.csr" in each.text))
        ca = self.site.prefix / "root/holdfast-ca"
        self.site.host = host
        self.t.exits(f"{name}: request", self.site.run(request.text.replace("web-07", name)), 0)
        self.site.host = self.host
        shutil.copy(host.path("/etc/holdfast/host.csr"), ca / f"{name}.csr")
        self.t.exits(f"{name}: signed", self.site.run(signed.text.replace("web-07", name)), 0)
        host.install(ca / f"{name}.pem", "/etc/holdfast/host.pem")
        for file in ("ca.pem", "token", "agent.yaml"):
            shutil.copy(self.host.path(f"/etc/holdfast/{file}"), host.path(f"/etc/holdfast/{file}"))
        return host


@case
def the_page_sets_up_a_drop_box(t):
    centre = Centre(t)
    centre.installed()
    called = (centre.site.prefix / "log/called").read_text()
    t.says("called", called, "apt-get install -y nginx", "systemctl daemon-reload")
    block = centre.take("What nginx does", "")
    shown = [line.split()[0].replace("/srv/holdfast/", "") for line in block.text.splitlines()]
    test = centre.do("The host", "test, run, flush")
    t.says("--test", test.out, "central", "ok")
    centre.host.write("/etc/holdfast/agent.yaml", centre.host.path("/etc/holdfast/agent.yaml").read_text() + "    mode: changes\n")
    t.queue(centre.host, 1)
    t.exits("a heartbeat", centre.host.send("--now"), 0)
    kept = sorted(str(file.relative_to(centre.tree(""))) for file in centre.tree("").rglob("*.gz"))
    pattern = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", "\n".join(shown))
    t.equal("the paths are those of the page", sorted({re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", each) for each in kept}),
            sorted(pattern.splitlines()))
    owner = centre.tree("reports").stat()
    t.equal("folder: mode", oct(owner.st_mode & 0o777), oct(0o750))
    durable = centre.take("What nginx does")
    result = centre.site.run(durable.text)
    if result.status == 0:      # a file system that knows it
        t.says("attribute", centre.site.run("lsattr -d /srv/holdfast/reports").out, "S")
        ids = t.queue(centre.host, 1)
        t.exits("sent", centre.host.send("--now"), 0)
        t.says("inherited", centre.site.run(f"lsattr /srv/holdfast/reports/web-07/{ids[0]}.json.gz").out.split()[0], "S")
    without_the_sender(t, centre)
    centre.do("Certificates", "revoked")
    centre.site.reloaded("revoked")
    centre.host.holdfast("run", "--no-send")
    t.says("revoked", centre.host.send("--now").err, "403")
    centre.do("In front of a service", "proxy")
    t.exits("nginx -t", centre.site.run("nginx -t"), 0)
    t.equal("blocks that were not tried", [each.line for each in centre.left if each.section != "Questions"], [])


def without_the_sender(t, centre):
    """curl.conf and the script of the page; only the token is another one."""
    script = centre.site.prefix / "bin/holdfast-put"
    script.write_text(centre.take("Without the sender", "script").text)
    script.chmod(0o755)
    curl = centre.site.placed(centre.take("Without the sender", "curl").text)
    config = centre.host.write("/etc/holdfast/curl.conf", re.sub(r"Bearer [0-9a-f]+", f"Bearer {centre.token}", curl), 0o600)
    t.true("curl.conf has no token", centre.token in config.read_text())
    centre.host.holdfast("run", "--no-send")
    newest = report(centre.host)["id"]
    # cron's PATH has no /usr/sbin, so the script has one of its own; here the stand-ins come first in it.
    text = centre.site.placed(script.read_text())
    t.true("it has a PATH of its own", "PATH=/usr/sbin:" in text)
    script.write_text(text.replace("PATH=/usr/sbin:", f"PATH={centre.site.prefix}/bin:/usr/sbin:"))
    t.exits("holdfast-put", centre.site.run("holdfast-put", SPLAY="1"), 0)
    latest = json.loads(gzip.decompress(centre.tree("latest/web-07.json.gz").read_bytes()))
    t.equal("latest", latest["id"], newest)
    config.write_text(config.read_text().replace("latest/web-07", "latest/web-08"))
    result = centre.site.run("holdfast-put", SPLAY="1")
    t.true(f"another name is taken: {result}", result.status != 0 and "403" in result.err)


@case
def the_page_keeps_what_it_says_of_retention(t):
    """Reports older than 90 days go, `latest` stays, and nothing newer goes."""
    centre = Centre(t)
    centre.installed()
    centre.do("The host", "test, run, flush")
    old = centre.tree("reports/web-07/0189d3c8-0000-7000-8000-000000000000.json.gz")
    shutil.copy(next(centre.tree("reports/web-07").glob("*.gz")), old)
    latest = centre.tree("latest/web-07.json.gz")
    for file in (old, latest):
        os.utime(file, (time.time() - 91 * 86400,) * 2)
    file = centre.site.prefix / "etc/tmpfiles.d/holdfast-nginx.conf"
    before = len(list(centre.tree("reports/web-07").iterdir()))
    done = subprocess.run(["systemd-tmpfiles", "--clean", file], capture_output=True, text=True, timeout=30)
    t.equal(f"{done.stderr}exit", done.returncode, 0)
    t.equal("gone", (old.exists(), latest.exists(), len(list(centre.tree("reports/web-07").iterdir()))), (False, True, before - 1))


def posted(centre, folder, document):
    """A report that a test has made up from a real one, laid down as nginx would have."""
    for path in (centre.tree(f"reports/{folder}/{document['id']}.json.gz"), centre.tree(f"latest/{folder}.json.gz")):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps(document).encode()))


def report(host):
    return json.loads(host.holdfast("report").out)


def fleet(t, centre):
    """web-07 drifts since its second run; web-08 is in line; web-09 is a clone of it; db-01 cannot set a key and has a waiver."""
    said = {}
    web = centre.host
    web.write("/etc/holdfast/profiles/web.yaml", PROFILE)
    web.write("/etc/sysctl.conf", f"{KEY} = 30\n")
    for live in (30, 60, 60):
        web.set_live(KEY, live)
        web.holdfast("run", "--no-send")
        if live == 60:
            said.setdefault("since", report(web)["time"])
    t.exits("web-07", web.send("--now"), 0)

    calm = nginx_host.Host(t.folder / "web-08", profile=PROFILE)
    calm.write("/etc/sysctl.conf", f"{KEY} = 30\n")
    calm.write("/etc/hostname", "web-08\n")
    centre.certificate(calm, "web-08")
    calm.write("/etc/holdfast/agent.yaml", calm.path("/etc/holdfast/agent.yaml").read_text().replace("mode: audit", "mode: enforce"))
    for _ in range(3):      # somebody sets it back each time
        calm.set_live(KEY, 60)
        t.exits("web-08", calm.holdfast("run", "--no-send"), 0)
    t.exits("web-08", calm.send("--now"), 0)

    subprocess.run(["cp", "-a", calm.folder, t.folder / "web-09"], check=True)
    clone = nginx_host.Host.__new__(nginx_host.Host)
    clone.folder, clone.root, clone.prefix = t.folder / "web-09", t.folder / "web-09/root", []
    clone.write("/etc/hostname", "web-09\n")
    centre.certificate(clone, "web-09")
    t.exits("web-09", clone.holdfast("run", "--no-send"), 0)
    t.exits("web-09", clone.send("--now"), 0)

    data = nginx_host.Host(t.folder / "db-01", profile=PROFILE + "  net.core.rmem_max: {value: 8388608, manage: [live]}\n"
                           "  net.core.somaxconn: {min: 100000}\n")
    data.write("/etc/hostname", "db-01\n")
    data.set_live("net.core.rmem_max", 212992)
    data.path("/proc/sys/net/core/rmem_max").chmod(0o444)
    centre.certificate(data, "db-01")
    data.write("/etc/holdfast/agent.yaml", data.path("/etc/holdfast/agent.yaml").read_text() +
               "waivers:\n  - {key: net.core.somaxconn, until: 2099-12-31, reason: load test}\n")
    data.holdfast("run", "--no-send")
    t.exits("db-01", data.send("--now"), 0)
    said["db"] = report(data)
    made_up(centre, said["db"])
    for name in ("db-01", "web-08"):
        os.utime(centre.tree(f"latest/{name}.json.gz"), (time.time() - 7200,) * 2)
    # web-08 has sent a heartbeat since.
    centre.tree("heartbeats").mkdir(exist_ok=True)
    shutil.copy(centre.tree("latest/web-08.json.gz"), centre.tree("heartbeats/web-08.json.gz"))
    return said


def made_up(centre, like):
    """What would take days or broken machines: a wrong clock, lost reports, two machines under one name."""
    now = datetime.datetime.now(datetime.timezone.utc)
    late = {**like, "time": (now + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.250Z"),
            "id": "01a204f9-53ae-734a-8c52-000000000001", "host": {**like["host"], "name": "ahead", "id": "ahead"},
            "parameters": [], "run": {**like["run"], "clock_synchronized": False, "dropped_reports": 17, "errors": ["no room"]}}
    posted(centre, "ahead", late)
    for number, (boot, seq) in enumerate((("one", 1), ("two", 1), ("one", 2), ("two", 2))):
        posted(centre, "twins", {**like, "id": f"01a204f9-53ae-734a-8c52-00000000001{number}", "host":
               {**like["host"], "name": "twins", "id": "twins", "boot_id": boot}, "run": {**like["run"], "seq": seq}})


@case
def the_page_answers_its_questions(t):
    centre = Centre(t)
    centre.installed()
    said = fleet(t, centre)
    t.equal("folders", sorted(each.name for each in centre.tree("reports").iterdir()),
            ["ahead", "db-01", "twins", "web-07", "web-08", "web-09"])
    head = centre.take("Questions").text
    (centre.tree("hosts.txt")).write_text("web-07\nweb-08\nnever-seen\n")
    # Words of each question's line, and what the answer must be: whole lines, as patterns.
    wanted = (
        ("verdict != ", [r"web-07\tdrift\t1", r"db-01\tdrift\t2", r"twins\tdrift\t2", r"ahead\tdrift\t2"]),
        ("a reboot mends it", [rf"web-07\t{KEY}\thigh\t60\t30\t/etc/sysctl\.\S+:\d+\ta reboot mends it",
                               rf"(db-01|twins)\t{KEY}\thigh\t60\t60\t/etc/sysctl\.\S+:\d+\ta reboot changes nothing"]),
        ("reduce (inputs | select(.parameters))", [re.escape(said.get("since", "?"))]),
        ("Is it one host", None),
        ("-newermt yesterday", [rf"20\S+Z\tweb-08\t{KEY}\twrite_live\t60\t30", rf" +[23] web-08\t{KEY}"]),
        (".profile.digest", [r" +\d+ web\t1\t[0-9a-f]{12}"]),
        ("interval_s", [r"db-01\t12\d minutes", "never-seen"]),
        ("boots come back", [r"[0-9a-f-]{36}", r"reports/twins/\t2 numbers twice\t2 boots come back"]),
        ("clock_synchronized", [r"ahead\t.*"]),
        (".run.errors", [r"ahead\t\tno room", r"db-01\tnet.core.rmem_max\tnot_settable: read_only_here", r"ahead\t17"]),
        (".waiver.until", [r"db-01\tnet.core.somaxconn\twaived\t2099-12-31\tload test"]),
        ("until=", [r'"?host"?,.*', r'.*"profiles":.*']),
    )
    for number, block in enumerate([each for each in centre.left if each.section == "Questions"]):
        centre.left.remove(block)
        result = centre.site.run(head + block.text.replace("2026-12-01", "2035-01-01"))
        words, patterns = wanted[number] if number < len(wanted) else ("", None)
        t.exits(f"docs/central.md:{block.line} {result.err}", result, 0)
        t.equal(f"docs/central.md:{block.line}: stderr", result.err, "")
        lines = result.out.splitlines()
        if words == "Is it one host":
            t.equal("values", sorted(tuple(line.split()) for line in lines), sorted(values(centre)))
            continue
        t.true(f"docs/central.md:{block.line} is not the question with {words!r}", words in block.text)
        for pattern in patterns:
            t.true(f"docs/central.md:{block.line}: no line {pattern!r} in {result.out!r}",
                   any(re.fullmatch(pattern, line) for line in lines))
        t.true(f"docs/central.md:{block.line}: it names a host that is in line: {result.out}",
               words not in ("verdict != ", "a reboot mends it", "interval_s", ".run.errors") or "web-08" not in result.out)
    t.equal("questions", number + 1, len(wanted))


def values(centre):
    """The distribution of the key, counted here."""
    found = {}
    for file in centre.tree("latest").glob("*.gz"):
        for each in json.loads(gzip.decompress(file.read_bytes())).get("parameters", []):
            if each["key"] == KEY:
                found[each["live"]["value"]] = found.get(each["live"]["value"], 0) + 1
    return [(str(count), value) for value, count in found.items()]
