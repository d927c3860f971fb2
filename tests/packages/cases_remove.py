"""Remove and purge: the kernel is left as it is, nothing half done is orphaned, and what stays is said."""
import build
from cases import case, expect, expect_done
from cases_deb import APPLY, CRON, DROP_IN, JOURNAL, TIMEOUT_KEY, install, parameters, status_of, sysctl_files
from host import mount

OPEN = f"{JOURNAL}/open"


def remove(h, *names, purge=False):
    return h.run("dpkg", "--purge" if purge else "--remove", *(names or build.NAMES))


@case
def removing_changes_no_parameter_and_says_what_stays(h, packages):
    install(h, packages["new"]["deb"])
    expect_done(h.run(*APPLY))
    h.write("/etc/holdfast/agent.yaml", "metrics: {textfile: /var/lib/holdfast.prom}\n")
    h.write("/var/lib/holdfast.prom", "")
    h.write(CRON, h.read(CRON) + "# mine\n")
    files, values, own = sysctl_files(h), parameters(h), h.read(CRON)
    done = expect_done(remove(h))
    expect(sysctl_files(h) == files and parameters(h) == values, "removing has changed parameters")
    expect(h.read(CRON) == own, f"the edited {CRON} is not what it was")
    expect(h.exists(JOURNAL), "removing has taken the journal")
    expect("= 30" not in done.err, "it tells values, of which some are secret", done.err)
    for text in (f"{DROP_IN} stays", "  net.ipv4.tcp_fin_timeout\n", f"rm {DROP_IN}", "holdfast rollback",
                 "/var/lib/holdfast.prom stays"):
        expect(text in done.err, f"it does not say: {text}", done.err)

    install(h, packages["new"]["deb"])
    expect_done(h.run("holdfast", "rollback", "-q"), "the journal is no use to a package that is installed again")
    done = expect_done(remove(h))
    expect(DROP_IN not in done.err, "it says that a file stays which is not there", done.err)


@case
def what_stands_in_sysctl_conf_is_said_too(h, packages):
    install(h, packages["new"]["deb"])
    h.write("/etc/sysctl.conf", "net.ipv4.tcp_fin_timeout = 50\n")
    expect_done(h.run(*APPLY))
    done = expect_done(remove(h))
    expect("lines of /etc/sysctl.conf" in done.err, "it does not speak of the line that was corrected", done.err)
    install(h, packages["new"]["deb"])
    h.write("/etc/holdfast/agent.yaml", "persist: {target: sysctl.conf}\n")
    h.path(TIMEOUT_KEY).write_text("40\n")
    expect_done(h.run(*APPLY))
    done = expect_done(remove(h))
    expect("## begin holdfast" in done.err, "it does not speak of the block", done.err)


@case
def a_cron_line_is_silent_when_the_package_has_gone(h, packages):
    install(h, packages["new"]["deb"])
    expect_done(remove(h))
    lines = [line.lstrip("#") for line in h.read(CRON).splitlines() if "/usr/sbin/holdfast" in line and " root " in line]
    expect(len(lines) >= 2, "there are no examples", lines)
    for line in lines:
        command = line.split(" root ", 1)[1].replace(r"\%", "%")
        done = expect_done(h.run("/bin/sh", "-c", command), command)
        expect(done.out + done.err == "", f"cron would mail: {done.out}{done.err}", command)


@case
def a_change_that_waits_for_confirm_keeps_the_package(h, packages):
    install(h, packages["new"]["deb"])
    before = h.read(TIMEOUT_KEY)
    expect_done(h.run(*APPLY, "--confirm", "60"))
    for purge in (False, True):
        done = remove(h, "holdfast-send", "holdfast", purge=purge)
        expect(done.status != 0 and status_of(h, "holdfast").endswith(" ok installed"), "the package went while a change waits",
               done.err)
        expect("waits for 'holdfast confirm'" in done.err, "it does not say why it stays", done.err)
        expect(h.exists(OPEN) and h.processes("holdfast-watch"), "the change does not wait any more")
    expect_done(h.run("holdfast", "rollback", "-q"))
    expect(h.read(TIMEOUT_KEY) == before, "it was not taken back")
    expect_done(remove(h, purge=True))
    expect(not h.exists("/var/lib/holdfast"), "the state folder stands after a purge")


@case
def a_change_that_was_cut_short_is_taken_back_first(h, packages):
    install(h, packages["new"]["deb"])
    before = h.read(TIMEOUT_KEY)
    h.run(*APPLY, before=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=renameat2,renameat,rename",
                          "-e", "inject=renameat2,renameat,rename:signal=SIGKILL:when=2"])
    expect(h.exists(OPEN) and h.read(TIMEOUT_KEY) != before, "the apply was not cut short where it should be")
    done = expect_done(remove(h))
    expect(not h.exists(OPEN) and h.read(TIMEOUT_KEY) == before and not h.exists(DROP_IN), "it was orphaned", done.err)


@case
def what_cannot_be_taken_back_keeps_the_package_until_it_is_given_up(h, packages):
    install(h, packages["new"]["deb"])
    expect_done(h.run(*APPLY, "--confirm", "60"))
    for each in h.path(JOURNAL).glob("*.json"):
        each.write_text("{")
    done = remove(h)
    expect(done.status != 0 and status_of(h, "holdfast").endswith(" ok installed"), "the package went", done.err)
    expect(f"'rm {OPEN}' gives up" in done.err, "it does not say what to do", done.err)
    h.path(OPEN).unlink()
    expect_done(remove(h))


@case
def purge_takes_the_state_and_leaves_what_the_operator_wrote(h, packages):
    install(h, packages["new"]["deb"])
    expect_done(h.run("holdfast", "run", "-q", "--loader", "procps"), status=2)
    expect_done(h.run(*APPLY))
    expect(h.exists("/var/lib/holdfast/spool/last.json.gz") and h.exists(JOURNAL), "there is nothing to purge")
    h.write(CRON, h.read(CRON) + "# mine\n")
    h.write("/etc/holdfast/agent.yaml", "mode: audit\n")
    files, values = sysctl_files(h), parameters(h)
    done = expect_done(remove(h, purge=True))
    expect(sysctl_files(h) == files and parameters(h) == values, "a purge has changed parameters")
    expect(f"{DROP_IN} stays" in done.err, "it does not say what stays", done.err)
    for gone in ("/var/lib/holdfast", CRON, "/etc/holdfast/profiles", "/usr/share/holdfast", "/usr/share/doc/holdfast",
                 "/run/lock/holdfast.lock"):
        expect(not h.exists(gone), f"{gone} stands after a purge")
    expect(h.read("/etc/holdfast/agent.yaml") == "mode: audit\n", "the operator's agent.yaml was touched")


@case
def purge_without_an_apply_leaves_nothing(h, packages):
    before = {str(each) for folder in ("etc", "usr", "var/lib/holdfast", "run") for each in h.path(folder).rglob("*")}
    install(h, packages["new"]["deb"])
    done = expect_done(remove(h, purge=True))
    after = {str(each) for folder in ("etc", "usr", "var/lib/holdfast", "run") for each in h.path(folder).rglob("*")}
    made = {each for each in after - before if not each.endswith(("/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-"))
            and not each.endswith("/.pwd.lock") and "/var/cache" not in each}
    expect(made == set() and before - after == set(), "a purge leaves or takes something", made, before - after)
    expect("stays" not in done.err, "it says that something stays", done.err)


@case
def purge_keeps_the_journal_of_a_change_that_is_open(h, packages):
    install(h, packages["new"]["deb"])
    expect_done(h.run("holdfast", "run", "-q", "--loader", "procps"), status=2)
    expect_done(remove(h))
    # Whatever came to it in between: a restored backup, a package of another kind.
    h.path(JOURNAL).mkdir(mode=0o700, exist_ok=True)
    h.path(OPEN).symlink_to("01a207ee-3876-768a-93ca-215c76681079.json")
    done = expect_done(remove(h, purge=True))
    expect(h.exists(OPEN) and not h.exists("/var/lib/holdfast/spool"), "the journal went, or the spool stayed")
    expect(f"{JOURNAL} stays" in done.err, "it does not say so", done.err)


def ran_and_removed(h, packages):
    install(h, packages["new"]["deb"])
    expect_done(h.run(*APPLY))
    expect_done(h.run("holdfast", "run", "-q", "--loader", "procps"), status=2)
    expect_done(remove(h))


@case
def purge_empties_a_state_folder_that_is_a_mount_point(h, packages):
    state = h.path("/var/lib/holdfast")
    state.mkdir(mode=0o700)
    mount("-t", "tmpfs", "-o", "mode=700", "state", state)
    ran_and_removed(h, packages)
    done = expect_done(remove(h, purge=True))
    expect(status_of(h, "holdfast") in ("", "unknown ok not-installed"), "it is half purged", status_of(h, "holdfast"))
    expect(list(state.iterdir()) == [], "journal or spool stand after a purge")
    expect("/var/lib/holdfast stays: it is a mount point" in done.err, "it does not say that it stays", done.err)


@case
def purge_empties_a_state_folder_that_is_a_link(h, packages):
    h.path("/srv/state").mkdir(mode=0o700)
    h.write("/srv/state/mine", "")
    h.path("/var/lib/holdfast").symlink_to("/srv/state")
    ran_and_removed(h, packages)
    expect(h.exists("/srv/state/journal"), "the journal does not lie where the link leads")
    done = expect_done(remove(h, purge=True))
    left = [each.name for each in h.path("/srv/state").iterdir()]
    expect(left == ["mine"], "journal or spool stand after a purge", left, done.err)
    expect("where it leads: /srv/state" in done.err, "it does not say what stays", done.err)
