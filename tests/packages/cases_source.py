"""The tarball, `make install`, and what lintian and rpmlint say. These need no host."""
import os
import pathlib
import re
import subprocess
import tempfile

import build
from cases import Failure, expect

SOURCE_CASES = []


def source_case(function):
    SOURCE_CASES.append(function)
    return function


def said_by(*command):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=build.TOP)
    return done.returncode, done.stdout + done.stderr


@source_case
def lintian_finds_nothing(packages, other):
    changes, = (build.TOP / "build/deb").glob("*.changes")
    status, said = said_by("lintian", "--allow-root", "--fail-on", "error,warning", changes)
    expect(status == 0, "lintian complains", said)


@source_case
def rpmlint_finds_nothing(packages, other):
    status, said = said_by("rpmlint", "-c", "packaging/rpm/rpmlint.toml", *(build.TOP / "build/rpm").glob("*.rpm"),
                           "build/rpm/source/holdfast.spec")
    expect(status == 0 and " 0 errors, 0 warnings" in said, "rpmlint complains", said)


@source_case
def two_builds_have_one_hash(packages, other):
    mine = build.hashes(build.TOP)
    expect(len(mine) == 9, "not all packages are there", list(mine))
    differ = [f"{name}: {mine.get(name)} and {other.get(name)}" for name in sorted(mine | other) if mine.get(name) != other.get(name)]
    expect(differ == [], "built in another folder, at another time, by another user they are others", *differ)


@source_case
def the_packages_do_not_tell_where_they_were_built(packages, other):
    for program in ("holdfast", "holdfast-send"):
        file = next((build.TOP / "build/deb").glob(f"holdfast-{build.VERSION}/debian/{program}/usr/sbin/{program}"))
        expect(str(build.TOP).encode() not in file.read_bytes(), f"{program} has the name of its build folder in it")


@source_case
def what_is_linked_into_the_agent_is_named(packages, other):
    """Static-Built-Using and Built-Using against the Makefile's list of libraries."""
    libraries = re.search(r"^LIBRARIES := (.*)$", (build.TOP / "Makefile").read_text(), re.M)[1].split()
    fields = subprocess.run(["dpkg-deb", "--field", packages["new"]["deb"]["holdfast"], "Built-Using", "Static-Built-Using"],
                            capture_output=True, text=True, check=True).stdout
    named = set(re.findall(r"(\S+) \(=", fields))
    for each in libraries:
        folder = subprocess.run(["pkg-config", "--variable=pcfiledir", each], capture_output=True, text=True, check=True).stdout.strip()
        owner = subprocess.run(["dpkg-query", "--search", f"{folder}/{each}.pc"], capture_output=True, text=True, check=True).stdout
        source = subprocess.run(["dpkg-query", "-W", "-f", "${source:Package}", owner.split(": ")[0]], capture_output=True,
                                text=True, check=True).stdout
        expect(source in named, f"{each} is linked in, and {source} is in neither field", fields)


@source_case
def make_install_obeys_its_variables_and_no_umask(packages, other):
    with tempfile.TemporaryDirectory() as folder:
        to = pathlib.Path(folder) / "to"
        words = [f"DESTDIR={to}", "prefix=/opt/holdfast", "sbindir=/opt/sbin", "mandir=/opt/man"]
        build.make(build.TOP, "install", *words, environment=build.clean_environment(),
                   before=["sh", "-c", "umask 077; exec \"$@\"", "sh"])
        found = {str(each.relative_to(to)): each for each in to.rglob("*")}
        for each in ("opt/sbin/holdfast", "opt/sbin/holdfast-send", "opt/man/man8/holdfast.8",
                     "opt/holdfast/share/holdfast/profiles/default.yaml", "opt/holdfast/share/holdfast/schema/profile.schema.json",
                     "opt/holdfast/lib/systemd/system/holdfast-run.service", "opt/holdfast/lib/sysusers.d/holdfast-send.conf"):
            expect(each in found, f"{each} is not installed")
        for name, each in found.items():
            mode = 0o755 if each.is_dir() or name.startswith("opt/sbin/") else 0o644
            expect(each.stat().st_mode & 0o7777 == mode, f"{name} has mode {each.stat().st_mode & 0o7777:o}")
            expect(name.startswith("opt"), f"{name} is outside of the prefix")
        unit = found["opt/holdfast/lib/systemd/system/holdfast-run.service"].read_text()
        expect("ExecStart=/opt/sbin/holdfast run" in unit and "/usr/sbin/" not in unit, "the unit calls another holdfast", unit)
        build.make(build.TOP, "uninstall", *words, environment=build.clean_environment())
        left = [str(each) for each in to.rglob("*") if not each.is_dir()]
        expect(left == [], "uninstall leaves files", left)
        expect(not list(to.rglob("holdfast/*")), "uninstall leaves folders of ours", list(to.rglob("holdfast/*")))


@source_case
def the_default_prefix_is_usr_local(packages, other):
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in build.clean_environment().items() if key.lower() != "prefix"}
        build.make(build.TOP, "install", f"DESTDIR={folder}", environment=environment)
        expect(os.listdir(folder) == ["usr"] and os.listdir(f"{folder}/usr") == ["local"], "it goes elsewhere", os.listdir(folder))


def run(packages, other):
    """[(name, None or what is wrong)]"""
    for each in SOURCE_CASES:
        try:
            each(packages, other)
            yield each.__name__, None
        except Failure as problem:
            yield each.__name__, str(problem)
