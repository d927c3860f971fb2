"""Install, upgrade, remove and purge, by dpkg and apt. Each case begins on a host without holdfast."""
import json
import pathlib
import re

import build
from cases import case, expect, expect_done
from host import until

APPLY = ("holdfast", "apply", "-q", "--loader", "procps", "-p", "time-wait-classic")
DROP_IN = "/etc/sysctl.d/99-zz-holdfast.conf"
JOURNAL = "/var/lib/holdfast/journal"
TIMEOUT_KEY = "/proc/sys/net/ipv4/tcp_fin_timeout"
CRON = "/etc/cron.d/holdfast"


def install(h, files, *options):
    names = [h.copy(each) for each in files.values()]
    return expect_done(h.run("dpkg", "-i", *options, *names), "dpkg -i")


def status_of(h, name):
    return h.run("dpkg-query", "-W", "-f", "${Status}", name).out


def sysctl_files(h):
    """What a boot would read, with its bytes."""
    return {str(each): each.read_bytes() for folder in ("etc/sysctl.d", "usr/lib/sysctl.d")
            for each in h.root.glob(f"{folder}/*") if each.is_file()} | \
           {"sysctl.conf": h.path("/etc/sysctl.conf").read_bytes() if h.exists("/etc/sysctl.conf") else None}


def parameters(h):
    values = {}
    for each in h.path("/proc/sys/net").rglob("*"):
        try:
            values[str(each)] = each.read_bytes() if each.is_file() else b""
        except OSError:
            pass
    return values


def links_to_units(h):
    return [str(each) for each in h.path("/etc/systemd").rglob("*holdfast*")]


def no_trace_of_a_change(h, log):
    """In what strace saw: nothing below /proc/sys or among the sysctl files was opened to be written, renamed or removed."""
    for line in log.splitlines():
        if re.search(r'"(/proc/sys|/etc/sysctl)', line) and re.search(r"O_WRONLY|O_RDWR|O_CREAT|^\d+ +(rename|unlink|link|symlink)", line):
            expect("ENOENT" in line or "O_RDONLY" in line, "the installation has written a kernel parameter or a sysctl file", line)
        expect(not re.search(r'execve\("[^"]*/(holdfast|holdfast-send|sysctl)"', line), "the installation has run a program", line)


@case
def apt_installs_both_and_nothing_is_changed_started_or_enabled(h, packages):
    files, values = sysctl_files(h), parameters(h)
    names = [h.copy(each) for each in packages["new"]["deb"].values()]
    log = h.work / "strace.log"
    expect_done(h.run("apt-get", "install", "-y", "--no-install-recommends", *names,
                      before=["strace", "-f", "-qq", "-e", "trace=%file", "-e", "signal=none", "-o", str(log)]), "apt-get install")
    no_trace_of_a_change(h, log.read_text())
    expect(sysctl_files(h) == files, "the sysctl files are not what they were")
    expect(parameters(h) == values, "the kernel's parameters are not what they were")
    state = h.path("/var/lib/holdfast")
    expect(list(state.iterdir()) == [] and state.stat().st_mode & 0o7777 == 0o700 and state.stat().st_uid == 0,
           "the state folder is not an empty one of root's alone")
    expect(links_to_units(h) == [], "a unit is enabled", links_to_units(h))
    active = [line for line in h.read(CRON).splitlines() if line.strip() and not line.startswith("#")]
    expect(active == [], f"{CRON} has lines that are not comments", active)
    expect(h.processes() == [], "something runs", h.processes())
    for name in build.NAMES:
        expect_done(h.run("dpkg", "--verify", name), "dpkg --verify")
        expect(build.VERSION in h.run(name, "--version").out, f"{name} is not version {build.VERSION}")
        expect(list(h.root.glob(f"usr/share/man/man8/{name}.8.gz")), f"there is no page {name}(8)")
    expect(h.run("holdfast", "check", "-q").status in (0, 2, 3), "holdfast check does not run", h.run("holdfast", "check"))


@case
def the_packages_have_all_that_the_source_ships(h, packages):
    install(h, packages["new"]["deb"])
    files = {name: h.run("dpkg", "-L", name).out.split() for name in build.NAMES}
    for unit in (build.TOP / "packaging/systemd").iterdir():
        of = "holdfast-send" if unit.name.startswith("holdfast-send") else "holdfast"
        expect([name for name in build.NAMES if f"/usr/lib/systemd/system/{unit.name}" in files[name]] == [of],
               f"{unit.name} is not in {of} alone")
        expect(h.read(f"/usr/lib/systemd/system/{unit.name}") == unit.read_text(), f"{unit.name} is another one")
    for folder, to in (("schema", "/usr/share/holdfast/schema"), ("packaging/udev", "/usr/share/holdfast/udev"),
                       ("packaging/nginx", "/usr/share/doc/holdfast/examples/nginx")):
        for each in (build.TOP / folder).iterdir():
            expect(f"{to}/{each.name}" in files["holdfast"], f"{each.name} is not in {to}")
    pages = [each.name + ".gz" for each in (build.TOP / "docs/man").glob("*.[58]")]
    for page in pages:
        expect(len([each for name in build.NAMES for each in files[name] if each.endswith("/" + page)]) == 1,
               f"the page {page} is not in just one package")
    for each in (build.TOP / "docs/profiles").glob("[a-z]*.md"):
        expect(f"/usr/share/holdfast/profiles/{each.stem}.yaml" in files["holdfast"], f"the profile {each.stem} is not shipped")
    agent = h.read("/usr/share/doc/holdfast/examples/agent.yaml")
    h.write("/etc/holdfast/agent.yaml", agent)
    expect(h.run("holdfast", "check", "-q").status in (0, 2, 3), "the example agent.yaml does not work", h.run("holdfast", "check"))


@case
def the_sender_brings_its_user_by_sysusers_or_by_adduser(h, packages):
    for way, other in (("/usr/bin/systemd-sysusers", "/usr/sbin/adduser"), ("/usr/sbin/adduser", None)):
        if other:
            expect_done(h.run("mv", other, other + ".away"))
        install(h, {"holdfast": packages["new"]["deb"]["holdfast"]})
        expect("holdfast:" not in h.read("/etc/passwd"), "the agent alone has brought the user")
        install(h, packages["new"]["deb"])
        user = re.search(r"^holdfast:x:(\d+):(\d+):.*$", h.read("/etc/passwd"), re.M)
        expect(user, f"there is no user by {way}")
        expect(user[0].endswith(":/nonexistent:/usr/sbin/nologin"), "the user has a home or a shell", user[0])
        expect(100 <= int(user[1]) < 1000, "it is no system user", user[0])
        expect(re.search(r"^holdfast:[!*]", h.read("/etc/shadow"), re.M), "the user may log in with a password")
        expect_done(h.run("dpkg", "--purge", *build.NAMES))
        expect("holdfast:" in h.read("/etc/passwd"), "the user went: files of his would be somebody else's one day")
        if other:
            expect_done(h.run("mv", other + ".away", other))
            expect_done(h.run("dpkg", "--purge", "--force-depends", "systemd-standalone-sysusers"))
            expect_done(h.run("userdel", "holdfast"))


@case
def the_sender_is_not_installed_without_the_same_agent(h, packages):
    name = h.copy(packages["new"]["deb"]["holdfast-send"])
    expect(h.run("dpkg", "-i", name).status != 0, "holdfast-send was configured without holdfast")
    install(h, packages["old"]["deb"])
    expect(h.run("dpkg", "-i", name).status != 0, f"holdfast-send {build.VERSION} was configured with holdfast {build.OLD}")


@case
def an_upgrade_keeps_what_was_set_and_written(h, packages):
    install(h, packages["old"]["deb"])
    expect(build.OLD in h.run("holdfast", "--version").out, "the older version is none")
    own = h.read(CRON) + "*/5 * * * * root /usr/sbin/holdfast run\n"
    h.write(CRON, own)
    h.write("/etc/holdfast/agent.yaml", "profiles: [mine]\nmode: enforce\n")
    h.write("/etc/holdfast/profiles/mine.yaml", "profile: mine\nversion: 1\nsummary: Mine.\nextends: [time-wait-classic]\nparameters: {}\n")
    expect_done(h.run("holdfast", "run", "--loader", "procps", "-q"))
    files, values = sysctl_files(h), parameters(h)
    entries = {each.name: each.read_bytes() for each in h.path(JOURNAL).iterdir()}
    install(h, packages["new"]["deb"])
    expect(build.VERSION in h.run("holdfast", "--version").out, "the newer version is not there")
    expect(h.read(CRON) == own, f"the edited {CRON} was replaced")
    expect(sysctl_files(h) == files and parameters(h) == values, "an upgrade has changed parameters")
    expect({each.name: each.read_bytes() for each in h.path(JOURNAL).iterdir()} == entries, "the journal is another one")
    expect_done(h.run("holdfast", "run", "--loader", "procps", "-q"), "the run after it")
    expect_done(h.run("holdfast", "rollback", "-q"), "the new version does not take back what the old one has applied")
    expect(not h.exists(DROP_IN), "the drop-in stands after a rollback")


@case
def a_confirm_that_waits_survives_an_upgrade(h, packages):
    before = h.read(TIMEOUT_KEY)
    install(h, packages["old"]["deb"])
    expect_done(h.run(*APPLY, "--confirm", "60"))
    changed = h.read(TIMEOUT_KEY)
    expect(changed != before, "the apply has set nothing")
    install(h, packages["new"]["deb"])
    expect(h.exists(f"{JOURNAL}/open") and h.read(TIMEOUT_KEY) == changed, "the upgrade has ended a change that waits")
    expect(h.processes("holdfast-watch"), "nobody watches over it any more")
    expect_done(h.run("holdfast", "confirm", "-q"), "the new version does not confirm what the old one has set")
    expect(h.exists(DROP_IN) and not h.exists(f"{JOURNAL}/open"), "it is not confirmed")
    expect_done(h.run("holdfast", "rollback", "-q"))

    expect_done(h.run("dpkg", "--purge", *build.NAMES))
    install(h, packages["old"]["deb"])
    expect_done(h.run(*APPLY, "--confirm", "4"))
    install(h, packages["new"]["deb"])
    expect(until(lambda: h.read(TIMEOUT_KEY) == before and not h.exists(f"{JOURNAL}/open"), 30),
           "nobody has confirmed it, and it was not taken back", h.run("holdfast", "history").out)


def at_rest(h):
    """The sender that has its turn (flock) and waits for its moment, when those that only start others have gone."""
    locks = [line.split() for line in pathlib.Path("/proc/locks").read_text().splitlines()]
    senders = [each for each in h.processes("holdfast-send") if ["FLOCK", str(each)] in ([one[1], one[4]] for one in locks)]
    return senders if h.processes() == senders else []


@case
def a_sender_that_waits_survives_an_upgrade_and_ends_with_its_package(h, packages):
    install(h, packages["old"]["deb"])
    # The id of the host is what its moment is made of: here it is hours away.
    h.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    h.write("/etc/holdfast/agent.yaml", json.dumps({"profiles": ["time-wait-classic"], "mode": "audit", "splay": 86400, "reports": [
        {"name": "central", "url": "http://127.0.0.1:9/v1/reports"}]}))
    expect(h.run("holdfast", "run", "-q").status in (0, 2, 3), "holdfast run")
    waiting = until(lambda: at_rest(h), 30)
    expect(waiting, "no sender waits")
    install(h, packages["new"]["deb"])
    expect(h.processes("holdfast-send") == waiting, "the upgrade has ended a sender that waited for its moment",
           waiting, h.processes("holdfast-send"))
    expect(h.run("holdfast", "run", "-q").status in (0, 2, 3), "holdfast run after the upgrade")
    queue = list(h.path("/var/lib/holdfast/spool/central").glob("*-*.json.gz"))
    expect(len(queue) == 2, "there are not two reports in the queue", queue)
    done = expect_done(h.run("dpkg", "--remove", "holdfast-send"))
    expect(not h.processes("holdfast-send"), "a sender is at work after its package has gone", done.err)
    expect(list(h.path("/var/lib/holdfast/spool/central").glob("*-*.json.gz")) == queue, "what waited is not there any more")
