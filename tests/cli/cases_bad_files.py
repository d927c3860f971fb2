"""Bad input, the files themselves (issue 2, 10): what is no common file, or not to be trusted, wherever a file is read."""

import os

from harness import NOBODY, case, rows
from program import DENIED, DRIFT, IN_LINE, INVALID, WORK
from trees import DROP_IN

FIN = "net.ipv4.tcp_fin_timeout"
GOOD = f"profile: web\nversion: 1\nparameters:\n  {FIN}: 30\n"


def huge(host, name):
    with open(host.remove(name), "wb") as file:
        os.truncate(file.fileno(), 2 << 30)


def long_chain(host, name):
    """A link to a link ... sixty times, to a good file."""
    host.write(f"{name}.0", GOOD)
    for i in range(1, 60):
        host.link(f"{name}.{i}", f"{os.path.basename(name)}.{i - 1}")
    host.link(name, f"{os.path.basename(name)}.59")


def socket(host, name):
    """Bound by a short relative name, as addresses are."""
    import socket as sockets
    path = host.remove(name)
    here = os.open(path.parent, os.O_PATH)
    try:
        sockets.socket(sockets.AF_UNIX).bind(f"/proc/self/fd/{here}/{path.name}")
    finally:
        os.close(here)


# name: how it is made of a path
KINDS = {
    "fifo": lambda host, name: host.fifo(name),
    "folder": lambda host, name: host.remove(name).mkdir(),
    "socket": socket,
    "two-gibibytes": huge,
    "loop": lambda host, name: host.link(name, os.path.basename(name)),
    "long-chain": long_chain,
    "dangling": lambda host, name: host.link(name, "nowhere"),
}
DEVICES = {"zero": "/dev/zero", "null": "/dev/null", "tty": "/dev/tty", "random": "/dev/urandom"}


def refused(host, *words, said, exit=INVALID):
    """check, plan, show and apply refuse it in one line of complaint; Host.run looks at time and tree."""
    for command in ("check", "plan", "show", "apply"):
        result = host.run(command, *words, exit=exit)
        host.says(result, said)
        host.equal(f"{command}: stdout", result.out, "")
        host.equal(f"{command}: lines", len(result.err.splitlines()), 1)


@rows(KINDS)
def profile_file(host, make):
    make(host, "odd.yaml")
    refused(host, "-p", "odd.yaml", said=r"odd\.yaml")


@rows(DEVICES)
def profile_device(host, device):
    refused(host, "-p", f"./../../../../../../..{device}", said=device)
    host.link("odd.yaml", device)
    refused(host, "-p", "odd.yaml", said=r"odd\.yaml")


@rows(KINDS)
def profile_of_the_host(host, make):
    make(host, "/etc/holdfast/profiles/odd.yaml")
    refused(host, "-p", "odd", said="odd")


@rows({"fifo": KINDS["fifo"], "folder": KINDS["folder"], "loop": KINDS["loop"], "two-gibibytes": KINDS["two-gibibytes"]})
def parent_file(host, make):
    make(host, "/usr/share/holdfast/profiles/odd.yaml")
    host.profile(f"{FIN}: 30", head="extends: [odd]\n")
    refused(host, "-p", "web.yaml", said=r"web\.yaml:3:11: .*odd")


@rows({name: make for name, make in KINDS.items() if name != "dangling"})
def settings_file(host, make):
    """The agent's settings where they always are: an odd one is not the same as none."""
    host.profile(f"{FIN}: 30")
    make(host, "/etc/holdfast/agent.yaml")
    refused(host, "-p", "web.yaml", said=r"agent\.yaml")


@rows(KINDS)
def settings_by_option(host, make):
    host.profile(f"{FIN}: 30")
    make(host, "mine.yaml")
    refused(host, "-p", "web.yaml", "--config", "mine.yaml", said=r"mine\.yaml")


@case()
def folder_of_profiles_is_odd(host):
    host.write("/etc/holdfast/profiles", "no folder\n")
    host.profile(f"{FIN}: 30", "/usr/share/holdfast/profiles/web.yaml")
    host.run("check", "-p", "web", exit=DRIFT)
    host.link("/etc/holdfast/profiles", "profiles")
    host.run("check", "-p", "web", exit=(DRIFT, INVALID))


@case(needs_root=True)
def unreadable_files(host):
    """"not permitted: needs root": a file that may not be read is not an invalid one, whichever file it is."""
    host.profile(f"{FIN}: 30")
    host.profile(f"{FIN}: 30", "secret.yaml")
    host.profile(f"{FIN}: 30", "/etc/holdfast/profiles/secret.yaml")
    host.write("agent.yaml", "mode: audit\n", 0o600)
    for name in ("secret.yaml", "/etc/holdfast/profiles/secret.yaml"):
        host.path(name).chmod(0o600)
    for words, name in ((("-p", "secret.yaml"), "secret.yaml"), (("-p", "secret"), "secret.yaml"),
                        (("-p", "web.yaml", "--config", "agent.yaml"), "agent.yaml")):
        for command in ("check", "plan", "show"):
            host.says(host.run(command, *words, user=NOBODY, exit=DENIED), name, "Permission denied")
    host.path("/etc/holdfast").chmod(0o700)
    host.says(host.run("check", "-p", "web.yaml", user=NOBODY, exit=DENIED), "agent.yaml|holdfast", "Permission denied")


# name: what is done with a file or its folder so that others could have written it
UNSAFE = {
    "file-for-all": lambda path: path.chmod(0o646),
    "file-for-a-group": lambda path: (os.chown(path, 0, 1234), path.chmod(0o664)),
    "file-of-another": lambda path: os.chown(path, NOBODY, 0),
    "folder-for-all": lambda path: path.parent.chmod(0o777),
    "folder-for-a-group": lambda path: (os.chown(path.parent, 0, 1234), path.parent.chmod(0o775)),
    "folder-of-another": lambda path: os.chown(path.parent, NOBODY, 0),
    "folder-above": lambda path: path.parent.parent.chmod(0o777),
}
# the file, the words that read it
READ_BY = {
    "profile": ("sub/folder/web.yaml", ("-p", "sub/folder/web.yaml")),
    "profile-of-the-host": ("/etc/holdfast/profiles/web.yaml", ("-p", "web")),
    "parent": ("/etc/holdfast/profiles/base.yaml", ("-p", "top.yaml")),
    "settings": ("/etc/holdfast/agent.yaml", ("-p", "plain.yaml")),
    "settings-by-option": ("sub/folder/mine.yaml", ("-p", "plain.yaml", "--config", "sub/folder/mine.yaml")),
}


@rows({f"{kind}-{name}": (READ_BY[kind], unsafe) for kind in READ_BY for name, unsafe in UNSAFE.items()}, needs_root=True)
def others_may_write(host, row):
    """Run as root: refused for apply, as sudo and ssh do, and fine for check."""
    (name, words), unsafe = row
    host.profile(f"{FIN}: 30", "plain.yaml")
    host.profile("vm.swappiness: 10", "top.yaml", head="extends: [base]\n")
    host.write(name, "mode: audit\n" if "agent" in name or "mine" in name else GOOD.replace(": web", ": base"))
    host.run("apply", *words, "--dry-run", exit=DRIFT)
    unsafe(host.path(name))
    for command in ("check", "plan"):
        host.run(command, *words, exit=DRIFT)
    result = host.run("apply", *words, exit=INVALID)
    host.says(result, "holdfast|folder|sub|etc|work", "write|belongs")
    host.equal("live", host.live(FIN), "60")


@case(needs_root=True)
def root_group_and_sticky_folders_are_fine(host):
    """What cannot be swapped by others is trusted: group root, and the file of root in a folder like /tmp."""
    host.profile(f"{FIN}: 30", "sub/web.yaml")
    host.path("sub/web.yaml").chmod(0o664)
    host.path("sub").chmod(0o1777)
    host.run("apply", "-p", "sub/web.yaml", exit=IN_LINE)


@case(needs_root=True)
def other_users_apply_their_own(host):
    """Who is not root needs no such trust: an image build applies its own profile to its own tree."""
    for folder, _, files in os.walk(host.folder):
        for name in ["."] + files:
            os.chown(os.path.join(folder, name), NOBODY, NOBODY, follow_symlinks=False)
    host.profile(f"{FIN}: 30")
    host.path("web.yaml").chmod(0o666)
    host.run("apply", "-p", "web.yaml", user=NOBODY, exit=IN_LINE)
    host.equal("owner of the drop-in", host.path(DROP_IN).stat().st_uid, NOBODY)
    host.run("verify", user=NOBODY, exit=IN_LINE)


@case()
def drop_in_is_odd(host):
    """Our own file's name is a folder, a FIFO, a loop, or a link to /dev/null (masked by the admin): said, and exit 1."""
    host.profile(f"{FIN}: 30")
    for make in (KINDS["folder"], KINDS["fifo"], KINDS["loop"], lambda host, name: host.link(name, "/dev/null")):
        make(host, DROP_IN)
        before = host.snapshot()[DROP_IN[1:]]
        result = host.run("apply", "-p", "web.yaml", exit=(WORK, DRIFT))
        host.says(result, r"99-zz-holdfast\.conf")
        host.equal("it is what it was", host.snapshot()[DROP_IN[1:]], before)
        host.run("check", "-p", "web.yaml", exit=DRIFT)
        host.set_live(FIN, "60")


@case()
def tree_is_odd(host):
    """Folders that are files, and the other way round."""
    host.profile(f"{FIN}: 30")
    host.keep()
    for name in ("/etc/hostname", "/etc/os-release", "/etc/machine-id", "/proc/version", "/proc/meminfo", "/proc/modules"):
        host.remove(name).mkdir()
        host.run("check", "-p", "web.yaml", "--json", exit=DRIFT)
    host.reset()
    for name in ("/etc/sysctl.d", "/usr/lib/sysctl.d", "/proc/net", "/sys", "/run"):
        host.remove(name).write_text("a file\n")
        host.run("check", "-p", "web.yaml", exit=(DRIFT, IN_LINE, WORK))
    host.reset()
    host.remove("/proc/sys").write_text("a file\n")
    host.run("check", "-p", "web.yaml", exit=(DRIFT, WORK))
    host.reset()
    host.remove("/etc").write_text("a file\n")
    host.run("check", "-p", "web.yaml", exit=(DRIFT, WORK))
    host.run("apply", "-p", "web.yaml", exit=(WORK, DRIFT))
