"""What the packages tell systemd. It is played here by a systemctl that writes down how it was called."""
import build
from cases import case, expect, expect_done
from cases_deb import install, links_to_units
from cases_remove import remove

CALLS = "/root/systemctl.log"
SYSTEMCTL = f"""#!/bin/sh
echo "$*" >>{CALLS}
case "$*" in *is-enabled*) exit 1 ;; esac
"""


def with_systemd(h):
    h.path("/run/systemd/system").mkdir(parents=True)
    h.write("/usr/bin/systemctl", SYSTEMCTL, 0o755)
    h.write(CALLS, "")


def calls(h):
    """What systemctl was asked for since the last time."""
    lines = h.read(CALLS).splitlines()
    h.write(CALLS, "")
    return lines


@case
def an_installation_enables_and_starts_nothing_where_systemd_is(h, packages):
    with_systemd(h)
    install(h, packages["new"]["deb"])
    asked = calls(h)
    expect(any("daemon-reload" in each for each in asked), "systemd does not learn of the units", asked)
    wrong = [each for each in asked if any(word in each.split() for word in ("start", "restart", "try-restart", "enable", "preset", "unmask"))]
    expect(wrong == [], "it does more than to tell systemd of the units", wrong)
    expect(links_to_units(h) == [], "a unit is enabled", links_to_units(h))


@case
def an_upgrade_touches_no_run_and_no_delivery(h, packages):
    with_systemd(h)
    install(h, packages["old"]["deb"])
    # As `systemctl enable` makes it.
    link = "/etc/systemd/system/timers.target.wants/holdfast-run.timer"
    h.path(link).parent.mkdir(parents=True, exist_ok=True)
    h.path(link).symlink_to("/usr/lib/systemd/system/holdfast-run.timer")
    calls(h)
    install(h, packages["new"]["deb"])
    asked = calls(h)
    for each in asked:
        expect(".service" not in each and not {"start", "stop", "restart"} & set(each.split()), "an upgrade disturbs what runs", asked)
    for unit in ("holdfast-run.timer", "holdfast-send.path"):
        expect(any("try-restart" in each and unit in each for each in asked), f"{unit} does not go by its new file", asked)
    expect(h.path(link).is_symlink(), "the timer is not enabled any more")
    expect([each for each in links_to_units(h) if not each.endswith(link)] == [], "the upgrade has enabled something")

    expect_done(remove(h))
    asked = " ".join(calls(h))
    for unit in ("holdfast-run.timer", "holdfast-late.timer", "holdfast-send.path", "holdfast-send.service"):
        expect("stop" in asked and unit in asked, f"{unit} goes on without its package", asked)
    expect_done(h.run("dpkg", "--purge", *build.NAMES))
    expect(links_to_units(h) == [], "a link to a unit that has gone stays", links_to_units(h))
