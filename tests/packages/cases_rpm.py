"""The packages of rpm in a Debian folder: its tools do not know what dpkg has installed, hence --nodeps."""
import re
import subprocess

import build
from cases import case, expect, expect_done
from cases_deb import APPLY, CRON, DROP_IN, JOURNAL, TIMEOUT_KEY, links_to_units, no_trace_of_a_change, parameters, sysctl_files
from cases_remove import OPEN
from host import ENVIRONMENT, Done


def rpm(h, *words, before=()):
    done = subprocess.run([*before, "rpm", "--force-debian", "--root", str(h.root), *map(str, words)], env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return Done(done.returncode, done.stdout, done.stderr)


def put(h, how, files, before=()):
    return expect_done(rpm(h, how, "--nodeps", *files.values(), before=before), f"rpm {how}")


@case
def rpm_installs_both_and_nothing_is_changed_or_started(h, packages):
    files, values = sysctl_files(h), parameters(h)
    log = h.work / "strace.log"
    put(h, "-i", packages["new"]["rpm"], ["strace", "-f", "-qq", "-e", "trace=%file", "-e", "signal=none", "-o", str(log)])
    no_trace_of_a_change(h, log.read_text())
    expect(sysctl_files(h) == files and parameters(h) == values, "the installation has changed parameters")
    expect(list(h.path("/var/lib/holdfast").iterdir()) == [] and links_to_units(h) == [] and h.processes() == [], "something was begun")
    expect(re.search(r"^holdfast:.*:/nonexistent:/usr/sbin/nologin$", h.read("/etc/passwd"), re.M), "there is no user")
    for name in build.NAMES:
        expect(build.VERSION in h.run(name, "--version").out, f"{name} is not version {build.VERSION}")
    listed = {name: expect_done(rpm(h, "-ql", name)).out.split() for name in build.NAMES}
    for name in build.NAMES:
        expect(f"/usr/share/man/man8/{name}.8.gz" in listed[name], f"there is no page {name}(8)")
        expect(not [each for each in rpm(h, "-V", "--nodeps", name).out.splitlines()], "rpm -V", rpm(h, "-V", "--nodeps", name).out)


@case
def rpm_and_dpkg_bring_the_same_files(h, packages):
    lists = {}
    for name in build.NAMES:
        out = subprocess.run(["rpm", "-qpl", packages["new"]["rpm"][name]], capture_output=True, text=True, check=True).stdout
        lists[name] = {each for each in out.split() if not each.startswith(("/usr/share/licenses", f"/usr/share/doc/{name}/CHANGELOG"))}
        out = subprocess.run(["dpkg-deb", "--fsys-tarfile", packages["new"]["deb"][name]], capture_output=True, check=True).stdout
        tar = subprocess.run(["tar", "-t"], input=out, capture_output=True, check=True).stdout.decode()
        deb = {"/" + each[2:] for each in tar.split() if not each.endswith("/")}
        # Each kind of system has its own place for zsh.
        deb = {each.replace("zsh/vendor-completions", "zsh/site-functions") for each in deb}
        deb = {each for each in deb if not re.search(r"/(changelog(\.Debian)?\.gz|copyright)$|/lintian/", each)}
        expect(deb - lists[name] == set(), f"not in the rpm of {name}", deb - lists[name])
        folders = {each for each in lists[name] - deb if not any(other.startswith(each + "/") for other in deb)}
        expect(folders <= {"/etc/holdfast", "/etc/holdfast/profiles"}, f"not in the deb of {name}", folders)


@case
def rpm_upgrades_and_erases_as_dpkg_does(h, packages):
    put(h, "-i", packages["old"]["rpm"])
    own = h.read(CRON) + "# mine\n"
    h.write(CRON, own)
    before = h.read(TIMEOUT_KEY)
    expect_done(h.run(*APPLY))
    files, values = sysctl_files(h), parameters(h)
    put(h, "-U", packages["new"]["rpm"])
    expect(build.VERSION in h.run("holdfast", "--version").out, "the newer version is not there")
    expect(h.read(CRON) == own and sysctl_files(h) == files and parameters(h) == values, "an upgrade has changed something")
    expect_done(h.run("holdfast", "rollback", "-q"))
    expect(h.read(TIMEOUT_KEY) == before, "the new version does not take back what the old one has applied")

    expect_done(h.run(*APPLY))
    done = expect_done(rpm(h, "-e", *build.NAMES), "rpm -e")
    expect(sysctl_files(h) == files and parameters(h) == values, "erasing has changed parameters")
    for text in (f"{DROP_IN} stays", "  net.ipv4.tcp_fin_timeout\n", "/var/lib/holdfast stays"):
        expect(text in done.err, f"it does not say: {text}", done.err)
    expect(h.read(CRON + ".rpmsave") == own and h.exists(JOURNAL), "what the operator wrote is gone")


@case
def rpm_erases_nothing_that_is_half_done(h, packages):
    put(h, "-i", packages["new"]["rpm"])
    expect_done(h.run(*APPLY, "--confirm", "60"))
    done = rpm(h, "-e", *build.NAMES)
    expect(done.status != 0 and h.exists("/usr/sbin/holdfast") and h.exists(OPEN), "it went while a change waits", done.err)
    expect("waits for 'holdfast confirm'" in done.err, "it does not say why it stays", done.err)
    expect_done(h.run("holdfast", "rollback", "-q"))
    expect_done(rpm(h, "-e", *build.NAMES), "rpm -e") if rpm(h, "-q", "holdfast-send").status == 0 else \
        expect_done(rpm(h, "-e", "holdfast"), "rpm -e")
