"""What the kernel does besides what it is told: one write each, order, refusals, what is not there."""
import os
import re

import private
from scenario import DRIFT, DROP_IN, INVALID, OK, OPENS, PENDING, WORK, CannotHere, boots_to, case, trace

PAIR = "link add eth0.100 type veth peer name veth1\n"


def lands(t, profile, wanted, **boot):
    """Apply comes to its end, the values are there, the files give them at boot, a second apply has nothing to do."""
    said = t.apply(profile)
    t.exits("apply", said, OK)
    t.values("after apply", wanted)
    t.exits("check after", t.check(profile), OK)
    boots_to(t, wanted, **boot)
    _, report = t.report("apply", "-p", profile)
    t.same("changes of a second apply", report.get("changes"), [])


# ---- writes ---------------------------------------------------------------------------------------------------------

@case
def writes_each_key_once_and_reads_it_back(t):
    t.host.links(PAIR)
    profile = t.profile("""
net.ipv4.tcp_fin_timeout: 30
net.ipv4.tcp_rmem: [8192, 65536, 4194304]
net.ipv4.conf.*.log_martians: 1
net.ipv4.ip_forward: 1
net.ipv4.ip_local_reserved_ports: "8080,9000-9010"
""")
    found = trace(t, "apply", "-p", profile)
    t.exits("apply", found.said, OK)
    written = []
    for i, call in enumerate(found.calls):
        if not (call.name in OPENS and call.writes and call.path.startswith("/proc/sys") and call.result >= 0):
            continue
        descriptor = f"{call.result}<{call.path}>"
        uses = []
        for after in found.calls[i + 1:]:
            if after.words.startswith(descriptor):
                uses.append(after)
                if after.name == "close":
                    break
        t.same(f"calls on {descriptor}", [use.name for use in uses], ["write", "close"])
        size = re.search(r", (\d+)$", uses[0].words) if uses else None
        t.holds(size and int(size[1]) == uses[0].result, f"a short write: {uses[:1]}")
        rest = found.calls[found.calls.index(uses[-1]) + 1:] if uses else []
        read = next((each for each in rest if each.path == call.path and each.name in ("read", "pread64")), None)
        t.holds(read is not None, f"{call.path} is not read after the write")
        between = [each for each in rest[:rest.index(read)] if each.name == "write"] if read else []
        t.holds(not between, f"something is written before {call.path} is read back: {between}")
        written.append(call.path)
    interfaces = sorted(os.listdir("/proc/sys/net/ipv4/conf"))
    wanted = {f"/proc/sys/net/ipv4/{name}" for name in ("tcp_fin_timeout", "tcp_rmem", "ip_forward",
                                                         "ip_local_reserved_ports")}
    wanted |= {f"/proc/sys/net/ipv4/conf/{name}/log_martians" for name in interfaces}
    # The kernel gives conf.default's value to interfaces without an address by itself: those need no write.
    t.holds(set(written) <= wanted, f"written besides: {set(written) - wanted}")
    t.same("written twice", sorted(path for path in set(written) if written.count(path) > 1), [])
    t.same("log_martians", {t.value(f"net.ipv4.conf.{name.replace('.', '/')}.log_martians") for name in interfaces},
           {"1"})


@case
def compares_vectors_by_meaning(t):
    profile = t.profile('net.ipv4.tcp_rmem: "4096   0x10000 6291456"\nnet.ipv4.tcp_fin_timeout: "036"')
    lands(t, profile, {"net.ipv4.tcp_rmem": "4096 65536 6291456", "net.ipv4.tcp_fin_timeout": "30"})


# ---- coupled keys ---------------------------------------------------------------------------------------------------

FORWARDING = """
net.ipv4.ip_forward: {on}
net.ipv4.conf.all.accept_redirects: {redirects}
net.ipv4.conf.default.forwarding: {other}
net.ipv4.conf.eth0/100.forwarding: {other}
net.ipv4.conf.lo.forwarding: {on}
net.ipv4.conf.eth0/100.accept_redirects: {redirects}
"""


def forwarding(t, on, other, redirects):
    profile = t.profile(FORWARDING.format(on=on, other=other, redirects=redirects))
    wanted = {"net.ipv4.ip_forward": on, "net.ipv4.conf.all.forwarding": on,
              "net.ipv4.conf.all.accept_redirects": redirects, "net.ipv4.conf.default.forwarding": other,
              "net.ipv4.conf.eth0/100.forwarding": other, "net.ipv4.conf.lo.forwarding": on,
              "net.ipv4.conf.eth0/100.accept_redirects": redirects}
    lands(t, profile, wanted, links=PAIR)


@case
def turns_forwarding_on_and_keeps_what_it_resets(t):
    """0 to 1 sets every forwarding to 1 and accept_redirects of all to 0."""
    t.host.links(PAIR)
    forwarding(t, "1", "0", "1")


@case
def turns_forwarding_off_and_keeps_what_it_resets(t):
    """1 to 0 sets every forwarding to 0 and accept_redirects of all to 1."""
    t.host.links(PAIR)
    t.echo("1", "net.ipv4.ip_forward")
    forwarding(t, "0", "1", "0")


@case
def turns_forwarding_on_by_systemd(t):
    t.use_loader("systemd")
    t.host.links(PAIR)
    forwarding(t, "1", "0", "1")


@case
def turns_forwarding_off_by_systemd(t):
    t.use_loader("systemd")
    t.host.links(PAIR)
    t.echo("1", "net.ipv4.ip_forward")
    forwarding(t, "0", "1", "0")


@case
def forwards_with_wildcards(t):
    """A router: everything forwards but one interface, and no redirects anywhere."""
    t.host.links(PAIR)
    profile = t.profile("""
net.ipv4.ip_forward: 1
net.ipv4.conf.*.forwarding: {value: 1, except: [veth1, all]}
net.ipv4.conf.veth1.forwarding: 0
net.ipv4.conf.*.accept_redirects: 0
net.ipv6.conf.*.forwarding: 1
net.ipv6.conf.*.accept_redirects: 0
""")
    names = ("all", "default", "lo", "eth0/100", "veth1")
    wanted = {f"net.ipv4.conf.{name}.forwarding": "0" if name == "veth1" else "1" for name in names}
    wanted |= {f"net.ipv4.conf.{name}.accept_redirects": "0" for name in names}
    wanted |= {f"net.ipv6.conf.{name}.{key}": value for name in names
               for key, value in (("forwarding", "1"), ("accept_redirects", "0"))}
    lands(t, profile, wanted, links=PAIR)


def fragments(t, low, high):
    profile = t.profile(f"net.ipv4.ipfrag_low_thresh: {low}\nnet.ipv4.ipfrag_high_thresh: {high}")
    lands(t, profile, {"net.ipv4.ipfrag_low_thresh": str(low), "net.ipv4.ipfrag_high_thresh": str(high)})


@case
def raises_and_lowers_both_thresholds(t):
    """low <= high at every moment, by both loaders too: the kernel begins with 3 and 4 MiB."""
    for loader in ("procps", "systemd"):
        t.use_loader(loader)
        fragments(t, 8 << 20, 16 << 20)
        fragments(t, 1 << 20, 2 << 20)
        fragments(t, 8 << 20, 16 << 20)


@case
def orders_boot_lines_by_the_kernels_defaults(t):
    """Live both go up, so high is first; at boot, from 3 and 4 MiB, both go down, so low must be first."""
    for loader in ("procps", "systemd"):
        t.use_loader(loader)
        t.echo(1 << 19, "net.ipv4.ipfrag_low_thresh")
        t.echo(1 << 20, "net.ipv4.ipfrag_high_thresh")
        fragments(t, 2 << 20, (5 << 20) >> 1)


def ports(t, low, high, first):
    profile = t.profile(f"net.ipv4.ip_local_port_range: [{low}, {high}]\nnet.ipv4.ip_unprivileged_port_start: {first}")
    lands(t, profile, {"net.ipv4.ip_local_port_range": f"{low} {high}",
                       "net.ipv4.ip_unprivileged_port_start": str(first)})


@case
def moves_port_range_and_first_unprivileged_port(t):
    """The range must not begin below the first unprivileged port, at no moment."""
    for loader in ("procps", "systemd"):
        t.use_loader(loader)
        ports(t, 40000, 50000, 35000)
        ports(t, 1024, 65535, 500)
        ports(t, 40000, 50000, 35000)


@case
def raises_reordering_with_its_ceiling(t):
    for loader in ("procps", "systemd"):
        t.use_loader(loader)
        profile = t.profile("net.ipv4.tcp_reordering: 400\nnet.ipv4.tcp_max_reordering: 500")
        lands(t, profile, {"net.ipv4.tcp_reordering": "400", "net.ipv4.tcp_max_reordering": "500"})


# ---- refused and altered --------------------------------------------------------------------------------------------

REST = {"net.ipv4.tcp_fin_timeout": "30", "net.ipv4.tcp_tw_reuse": "1"}


def not_taken(t, line, key, result, reason, left=None):
    """A value that the kernel does not take as it is: everything is undone; --keep-going keeps the rest, on disk too."""
    before = t.value(key)
    profile = t.profile(f"{line}\nnet.ipv4.tcp_fin_timeout: 30\nnet.ipv4.tcp_tw_reuse: 1")
    for words, persisted, rest, live in (((), {}, ("60", "2"), before),
                                         (("--keep-going",), REST, tuple(REST.values()), left or before)):
        what = " ".join(["apply", *words])
        said, report = t.report("apply", "-p", profile, *words)
        t.exits(what, said, WORK)
        steps = [each for each in report["changes"] if each["key"] == key]
        t.same(f"{what}: steps on it", [(each["kind"], each["result"], each["reason"]) for each in steps],
               [("write_live", result, reason)])
        found = t.parameter(report, key)
        t.same(f"{what}: its status", (found.get("status"), found.get("reason")), ("error", reason))
        t.same(f"{what}: live", t.value(key), live)
        t.same(f"{what}: persisted", t.assigned(), persisted)
        t.values(f"{what}: the rest", dict(zip(REST, rest)))
        t.says(f"{what}: in words", said, key)
    t.exits("check", t.check(profile), DRIFT)
    return profile


@case
def reports_a_refused_value(t):
    not_taken(t, "net.ipv4.tcp_congestion_control: nosuch", "net.ipv4.tcp_congestion_control", "refused",
              "value_rejected")


@case
def reports_an_altered_value(t):
    """The kernel rounds milliseconds up to ticks, 1001 to 1004 at 250 Hz; of this key the catalogue does not know it."""
    t.echo("1001", "net.ipv6.conf.default.mldv2_unsolicited_report_interval")
    altered = t.value("net.ipv6.conf.default.mldv2_unsolicited_report_interval")
    if altered == "1001":
        raise CannotHere("this kernel has 1000 ticks a second and alters no milliseconds")
    t.echo("1000", "net.ipv6.conf.default.mldv2_unsolicited_report_interval")
    not_taken(t, "net.ipv6.conf.default.mldv2_unsolicited_report_interval: 1001", "net.ipv6.conf.default.mldv2_unsolicited_report_interval", "altered", "value_altered", altered)


@case
def takes_a_half_applied_vector_back(t):
    """The kernel takes the first two fields, then refuses a number of more than 20 digits."""
    line = 'net.ipv4.tcp_rmem: "5000 6000 0x00000000000000000000005000"'
    before = t.value("net.ipv4.tcp_rmem")
    try:
        t.echo("5000 6000 0x00000000000000000000005000", "net.ipv4.tcp_rmem")
    except OSError:
        pass
    t.holds((t.value("net.ipv4.tcp_rmem") or "").startswith("5000 6000"), "this kernel does not apply it by half")
    t.echo(before, "net.ipv4.tcp_rmem")
    said = t.apply(t.profile(line, "half"))
    if said.code == INVALID:    # better still: seen before anything is written
        t.same("live", t.value("net.ipv4.tcp_rmem"), before)
        t.same("drop-in", t.text(DROP_IN), None)
        return
    t.same("live", t.value("net.ipv4.tcp_rmem"), before)
    not_taken(t, line, "net.ipv4.tcp_rmem", "refused", "value_rejected")


@case
def does_not_keep_a_refused_value_for_the_boot(t):
    """Refused now, but an earlier apply has persisted a good one: that stays."""
    good = t.profile("net.ipv4.tcp_congestion_control: reno")
    t.exits("apply", t.apply(good), OK)
    bad = t.profile("net.ipv4.tcp_congestion_control: nosuch", "bad")
    t.exits("apply of the bad one", t.apply(bad), WORK)
    t.same("live", t.value("net.ipv4.tcp_congestion_control"), "reno")
    t.holds(t.assigned().get("net.ipv4.tcp_congestion_control") in (None, "reno"), f"persisted: {t.assigned()}")


# ---- what cannot be set ---------------------------------------------------------------------------------------------

@case
def does_not_count_a_read_only_key_as_applied(t):
    key = "net.core.rmem_max"
    before = t.value(key)
    t.same("mode of the key here", oct(os.stat(t.path(key)).st_mode & 0o777), "0o444")
    profile = t.profile(f"{key}: {int(before) * 2}\nnet.ipv4.tcp_fin_timeout: 30")
    for command in ("check", "apply", "check"):
        said, report = t.report(command, "-p", profile)
        found = t.parameter(report, key)
        t.same(f"{command}: its status", (found.get("status"), found.get("reason")),
               ("not_settable", "read_only_here"))
        t.same(f"{command}: counted", report["counts"].get("not_settable"), 1)
        t.holds(said.code != OK, f"{command} calls everything in line: {said}")
        t.holds(not any(each["key"] == key and each["kind"] == "write_live" and each["result"] == "changed"
                        for each in report["changes"] or []), f"{command} counts it as applied")
    t.same("live", t.value(key), before)
    t.values("the rest", {"net.ipv4.tcp_fin_timeout": "30"})


@case
def leaves_a_read_only_proc_sys_alone(t):
    """As in a container: nothing can be set, and nothing is said to have been."""
    private.bind("/proc/sys", "/proc/sys", read_only=True, recursive=False)
    profile = t.profile("net.ipv4.tcp_fin_timeout: 30")
    said, report = t.report("apply", "-p", profile)
    t.same("status", t.parameter(report, "net.ipv4.tcp_fin_timeout").get("status"), "not_settable")
    t.holds(said.code != OK, f"apply calls everything in line: {said}")
    t.same("live", t.value("net.ipv4.tcp_fin_timeout"), "60")


@case
def sets_net_where_only_the_rest_is_read_only(t):
    """systemd-nspawn with a private network: /proc/sys is read only, /proc/sys/net is not."""
    os.makedirs("/tmp/net")
    private.bind("/proc/sys/net", "/tmp/net")
    private.bind("/proc/sys", "/proc/sys", read_only=True)
    private.bind("/tmp/net", "/proc/sys/net")
    t.echo("61", "net.ipv4.tcp_fin_timeout")
    profile = t.profile("net.ipv4.tcp_fin_timeout: 30")
    said = t.apply(profile)
    t.exits("apply", said, OK)
    t.same("live", t.value("net.ipv4.tcp_fin_timeout"), "30")


@case
def waits_for_an_interface(t):
    profile = t.profile("net.ipv4.conf.eth7.rp_filter: 1\nnet.ipv4.tcp_fin_timeout: 30")
    t.exits("apply", t.apply(profile), PENDING)
    t.values("the rest", {"net.ipv4.tcp_fin_timeout": "30"})
    said, report = t.report("check", "-p", profile)
    t.exits("check", said, PENDING)
    found = t.parameter(report, "net.ipv4.conf.eth7.rp_filter")
    t.same("status", (found.get("status"), found.get("reason")), ("pending", "interface_absent"))


@case
def calls_a_removed_key_not_applicable(t):
    profile = t.profile("net.ipv4.tcp_tw_recycle: {value: 1, accept_hazard: true}\nnet.ipv4.tcp_fin_timeout: 30")
    said, report = t.report("apply", "-p", profile)
    t.exits("apply", said, OK)
    found = t.parameter(report, "net.ipv4.tcp_tw_recycle")
    t.same("status", (found.get("status"), found.get("reason")), ("not_applicable", "removed_in_kernel"))
    t.same("persisted", t.assigned(), {"net.ipv4.tcp_fin_timeout": "30"})


@case
def refuses_a_key_that_nobody_knows(t):
    profile = t.profile("net.ipv4.tcp_fin_timeot: 30\nnet.ipv4.tcp_tw_reuse: 1")
    before = t.files()
    said = t.apply(profile)
    t.exits("apply", said, INVALID)
    t.says("apply", said, "net.ipv4.tcp_fin_timeout", "case.yaml:4:3")
    t.same("files", t.files(), before)
    t.same("live", t.value("net.ipv4.tcp_tw_reuse"), "2")
