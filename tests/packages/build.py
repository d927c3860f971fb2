"""The packages: built here by make, once more elsewhere and otherwise, and in an older version.

    build.here()                -> {"deb": {name: file}, "rpm": {...}}, in build/deb and build/rpm
    build.older(folder)         -> the same, of version OLD
    build.elsewhere(folder)     -> {file name: SHA-256} of another build of the same source
"""
import hashlib
import os
import pathlib
import shutil
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
VERSION = (TOP / "VERSION").read_text().strip()
OLD = "0.0.9"
NAMES = ("holdfast", "holdfast-send")
NOBODY = 65534
QUICK = "-O0 -g0 -U_FORTIFY_SOURCE"


def make(folder, *words, environment=None, before=()):
    done = subprocess.run([*before, "make", f"-j{os.cpu_count()}", *words], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"make {' '.join(words)} in {folder}:\n{done.stdout[-3000:]}")


def clean_environment(**more):
    """Without what a make above us has said."""
    return {key: value for key, value in os.environ.items() if not key.startswith("MAKE") and key != "MFLAGS"} | more


def made(folder, version=VERSION):
    """Only one file fits each: the folders are emptied by each build."""
    def one(kind, name, pattern):
        found = list((folder / "build" / kind).glob(pattern.format(name=name, version=version)))
        if len(found) != 1:
            raise RuntimeError(f"not one package {name} in build/{kind}: {found}")
        return found[0]
    return {"deb": {name: one("deb", name, "{name}_{version}-1_*.deb") for name in NAMES},
            "rpm": {name: one("rpm", name, "{name}-{version}-1.[!s]*.rpm") for name in NAMES}}


def here():
    make(TOP, "deb", "rpm", environment=clean_environment())
    return made(TOP)


def unpack(folder):
    subprocess.run(["tar", "--extract", f"--file={TOP}/build/holdfast-{VERSION}.tar.gz", f"--directory={folder}",
                    "--strip-components=1"], check=True)


def older(folder):
    """Kept: it is the same as long as the source is."""
    digest = hashlib.sha256((TOP / f"build/holdfast-{VERSION}.tar.gz").read_bytes()).hexdigest()
    stamp = folder / ".of"
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        unpack(folder)
        # Nobody measures it, so that it need not be compiled well.
        make(folder, "deb", "rpm", f"VERSION={OLD}", environment=clean_environment(
            DEB_CFLAGS_APPEND=QUICK, DEB_BUILD_OPTIONS="noautodbgsym"))
        stamp.write_text(digest)
    return made(folder, OLD)


def elsewhere(folder):
    """From the tarball, in a deeper folder, by a user of no rights, with another umask, language and time zone, without git."""
    deep = folder / "deeper" / "source-of-holdfast"
    deep.mkdir(parents=True)
    unpack(deep)
    tools = folder / "tools"
    tools.mkdir()
    (tools / "git").write_text("#!/bin/sh\necho 'git was called' >&2\nexit 99\n")
    (tools / "git").chmod(0o755)
    for where, _, names in os.walk(folder):
        for each in [where, *(os.path.join(where, name) for name in names)]:
            os.lchown(each, NOBODY, NOBODY)
    environment = {"PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR",
                   "TZ": "Pacific/Auckland", "USER": "somebody", "TMPDIR": str(folder)}
    make(deep, "dist", "deb", "rpm", environment=environment,
         before=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "sh", "-c", "umask 077; exec \"$@\"", "sh"])
    return hashes(deep)


def hashes(folder):
    files = [*(folder / "build").glob("*.tar.gz"), *(folder / "build/deb").glob("*.deb"), *(folder / "build/rpm").glob("*.rpm"),
             *(folder / "build/deb").glob("*.dsc")]
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(files)}
