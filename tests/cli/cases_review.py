"""What a reviewer found by trying to break it; each case failed before it was mended."""

from harness import case
from program import IN_LINE, INVALID
from trees import DROP_IN

MAIN, AGENT = "/etc/sysctl.conf", "/etc/holdfast/agent.yaml"
RP = "net.ipv4.conf.%s.rp_filter"


@case("procps-only")
def foreign_wildcard_is_not_corrected(host):
    """A wildcard in sysctl.conf speaks of other keys too: a line of our own is stronger, theirs stays."""
    host.write(AGENT, "persist: {target: sysctl.conf}\n")
    host.write(MAIN, RP % "*" + " = 2\n")
    host.profile(f"{RP % 'all'}: 0\n{RP % 'default'}: 1")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    first = host.read(MAIN)
    host.equal("their line", first.splitlines()[0], RP % "*" + " = 2")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("a second time", host.read(MAIN), first)


@case("procps-only")
def stray_begin_of_a_block_deletes_nothing(host):
    """The block is what stands between the last begin and the end; lines behind a stray one are the admin's."""
    host.write(AGENT, "persist: {target: sysctl.conf}\n")
    theirs = "## begin holdfast: replaced as a whole, do not edit\nkernel.panic = 7\nvm.swappiness = 33\n"
    host.write(MAIN, theirs)
    host.profile("net.ipv4.tcp_fin_timeout: 30")
    for _ in range(2):
        host.run("apply", "-p", "web.yaml", exit=IN_LINE)
        host.equal("what they wrote", host.read(MAIN)[:len(theirs)], theirs)


@case("procps-only")
def many_corrections_in_one_file(host):
    """As many lines as a long file has, in one go: 18 s and 3 GB for 2000 lines when each was tried alone."""
    keys = [f"kernel.x{number}" for number in range(2000)]
    for key in keys:
        host.set_live(key, "1")
    host.write(MAIN, "".join(f"{key} = 2\n" for key in keys))
    host.profile("\n".join(f"{key}: 1" for key in keys))
    host.run("apply", "-q", "-p", "web.yaml", exit=IN_LINE)
    host.equal("all", host.read(MAIN), "".join(f"{key} = 1\n" for key in keys))


@case()
def namesake_in_a_lower_folder(host):
    """Our file replaces one of its name in /run whole, so what that says counts for nothing, from the first apply on."""
    host.write("/run/sysctl.d/99-zz-holdfast.conf", "net.ipv4.tcp_keepalive_time = 500\n")
    host.profile("net.ipv4.tcp_keepalive_time: {max: 900}\nnet.core.somaxconn: 5000")
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    first = host.read(DROP_IN)
    host.run("apply", "-p", "web.yaml", exit=IN_LINE)
    host.equal("a second time", host.read(DROP_IN), first)


@case()
def exception_that_would_be_an_assignment(host):
    """-net.ipv4.conf.a=b.rp_filter would assign, not exclude."""
    host.profile(f"{RP % '*'}: {{value: 1, except: ['a=b']}}")
    host.run("apply", "-p", "web.yaml", exit=INVALID)


@case()
def too_many_wildcards_and_exceptions(host):
    """Bounded work: tens of thousands of patterns took seconds."""
    host.profile("\n".join(f"net.ipv4.conf.v{number}*.rp_filter: 1" for number in range(501)))
    host.equal("wildcards", "more than 500" in host.run("check", "-p", "web.yaml", exit=INVALID).err, True)
    host.profile(f"{RP % '*'}: {{value: 1, except: [{', '.join(f'e{number}' for number in range(1001))}]}}")
    host.equal("exceptions", "more than 1000" in host.run("check", "-p", "web.yaml", exit=INVALID).err, True)
