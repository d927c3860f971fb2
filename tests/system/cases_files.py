"""Files that are full, locked, linked, decorated, or being edited: nothing is ever half done."""
import errno
import fcntl
import os
import pathlib
import shutil
import struct
import time

import private
from cases_classic import CLASSIC, WANTED
from cases_confirm import ends_at_its_deadline
from cases_rights import ORIGINAL
from cases_transactions import (FOREIGN, JOURNAL, RENAME, begun, entries, key_path, nothing_open, said_by, same_world,
                                slow, states, there_and_back, traced, world)
from scenario import DENIED, DRIFT, DROP_IN, MAIN_FILE, OK, WORK, CannotHere, boots_to, case, contents

MENDED = FOREIGN.replace("= 60 #", "= 30 #")


def classic_world(t, **options):
    """A main file with a line to correct, and a drop-in of somebody's."""
    t.host.write(MAIN_FILE, FOREIGN)
    t.host.write(DROP_IN, "# by hand\nnet.ipv4.tcp_tw_reuse = 0\n", **options)
    return world()


def nothing_was_done(t, what, said, before, codes=(WORK,), says=()):
    t.exits(what, said, *codes)
    t.says(what, said, *says)
    t.holds(said.err.startswith("holdfast: "), f"{what}: says nothing: {said}")
    same_world(t, what, before)
    if os.path.isdir(JOURNAL):
        nothing_open(t, what)
    t.holds("done" not in {each["state"] for each in entries()}, f"{what}: the journal says that it is done")


# ---- not to be listed

def unlisted(t, folder, when, *words):
    """holdfast, whose listing of the folder breaks off with an error of the disk."""
    if not shutil.which("strace"):
        raise CannotHere("strace is not installed")
    return t.holdfast(*words, wrap=["strace", "-qq", "-o", "/dev/null", "-P", folder, "-e",
                                    f"inject=getdents64:error=EIO:when={when}"])


@case
def a_folder_that_cannot_be_read_to_its_end_is_no_empty_one(t):
    """What has not been read may say anything, so nothing is judged by the rest."""
    before = classic_world(t)
    profile = CLASSIC
    for folder in (JOURNAL.rpartition("/")[0], JOURNAL):
        os.mkdir(folder, 0o700)
    for folder, commands in (("/etc/sysctl.d", ("check", "plan", "apply")), (JOURNAL, ("apply",))):
        for when in ("1+", "2+"):       # at once, and where the end would be
            for command in commands:
                what = f"{command}, listing {when} of {folder}"
                said = unlisted(t, folder, when, command, "-p", profile)
                nothing_was_done(t, what, said, before, says=(folder, "Input/output error"))
    t.exits("apply", t.apply(profile), OK)


# ---- no room --------------------------------------------------------------------------------------------------------

def small(folder, size="160k"):
    """The folder becomes a small file system of its own, with what was in it."""
    shutil.copytree(folder, "/mnt/was", symlinks=True)
    private.mount("holdfast-small", folder, "tmpfs", private.MS_NODEV, f"size={size},mode=755")
    for each in os.listdir("/mnt/was"):
        source = f"/mnt/was/{each}"
        (shutil.copytree if os.path.isdir(source) else shutil.copy)(source, f"{folder}/{each}")
    shutil.rmtree("/mnt/was")


def fill(folder):
    """Not one page is left; returns what is to be removed."""
    ballast = f"{folder}/ballast"
    with open(ballast, "wb", buffering=0) as stream:
        try:
            while stream.write(b"x" * 4096):
                pass
        except OSError as problem:
            if problem.errno != errno.ENOSPC:
                raise
    return ballast


@case
def a_full_etc_changes_nothing(t):
    small("/etc")
    classic_world(t)
    ballast = fill("/etc")
    before = world()
    said = t.apply(CLASSIC)
    nothing_was_done(t, "apply", said, before, says=("No space left on device", "nothing was changed"))
    said = t.apply(CLASSIC, "--confirm", "30")
    nothing_was_done(t, "apply --confirm", said, before, says=("No space left on device", "nothing was changed"))
    os.unlink(ballast)
    t.exits("apply with room", t.apply(CLASSIC), OK)
    t.exits("check", t.check(CLASSIC), OK)


@case
def a_full_var_changes_nothing(t):
    small("/var")
    before = classic_world(t)
    ballast = fill("/var")
    said = t.apply(CLASSIC)
    nothing_was_done(t, "apply", said, before, says=("No space left on device", "journal", "nothing was changed"))
    os.unlink(ballast)
    t.exits("apply with room", t.apply(CLASSIC), OK)
    ballast, applied = fill("/var"), world()
    said = t.holdfast("rollback")
    t.exits("rollback without room", said, WORK)
    t.says("rollback without room", said, "No space left on device", "nothing was changed")
    same_world(t, "rollback without room", applied)
    os.unlink(ballast)
    t.exits("rollback with room", t.holdfast("rollback"), OK)
    same_world(t, "rollback with room", before)


def while_it_writes(t, action, *words, key="net.ipv4.tcp_tw_reuse"):
    """Lets it begin, does something before the value is written, and returns what it said."""
    process = slow(t, key_path(key), "write", 1500, *words)
    begun()
    time.sleep(0.1)
    t.holds(os.path.exists(f"{JOURNAL}/open"), "it has not begun, or is over already")
    done = action()
    return said_by(process), done


@case
def an_etc_that_fills_up_in_the_middle_is_of_no_matter(t):
    """The new files were on disk before the first value was written."""
    small("/etc")
    classic_world(t)
    said, ballast = while_it_writes(t, lambda: fill("/etc"), "apply", "-p", CLASSIC)
    t.exits("apply", said, OK)
    t.exits("check", t.check(CLASSIC), OK)
    t.same("the main file", t.text(MAIN_FILE), MENDED)
    os.unlink(ballast)
    nothing_open(t, "apply")


@case
def a_var_that_fills_up_in_the_middle_undoes_all(t):
    """The journal cannot say that it is done; what is on disk already is enough to undo it."""
    small("/var")
    before = classic_world(t)
    said, ballast = while_it_writes(t, lambda: fill("/var"), "apply", "-p", CLASSIC)
    t.exits("apply", said, WORK)
    t.says("apply", said, "No space left on device", "holdfast recover")
    same_world(t, "apply", before)
    warned = t.check(CLASSIC)
    t.holds("unfinished" in warned.err, f"check does not warn: {warned}")
    said = t.holdfast("recover")
    t.exits("recover without room", said, WORK)
    t.says("recover without room", said, "No space left on device")
    same_world(t, "recover without room", before)
    os.unlink(ballast)
    t.exits("recover with room", t.holdfast("recover"), OK)
    same_world(t, "recover with room", before)
    states(t, "recover with room", "apply undone")
    nothing_open(t, "recover with room")


@case
def a_confirm_without_room_leaves_it_to_the_deadline(t):
    small("/etc")
    before = classic_world(t)
    t.exits("apply --confirm", t.apply(CLASSIC, "--confirm", "5"), OK)
    ballast = fill("/etc")
    said = t.holdfast("confirm")
    t.exits("confirm", said, WORK)
    t.says("confirm", said, "No space left on device", "to be taken back at")
    os.unlink(ballast)
    same_world(t, "confirm", before, but=("/proc/sys/",))
    ends_at_its_deadline(t, "deadline of 5 s")
    same_world(t, "after the deadline", before)
    states(t, "after the deadline", "apply undone")
    nothing_open(t, "after the deadline")


# ---- no right -------------------------------------------------------------------------------------------------------

@case
def a_read_only_etc_changes_nothing(t):
    before = classic_world(t)
    private.bind("/etc", "/etc", read_only=True)
    said = t.apply(CLASSIC)
    nothing_was_done(t, "apply", said, before, (WORK, DENIED), ("Read-only file system", "nothing was changed"))


@case
def a_read_only_var_changes_nothing(t):
    before = classic_world(t)
    private.bind("/var", "/var", read_only=True)
    said = t.apply(CLASSIC)
    nothing_was_done(t, "apply", said, before, (WORK, DENIED), ("Read-only file system", "nothing was changed"))


FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IMMUTABLE_FL = 0x80086601, 0x40086602, 0x10


def immutable(path, on=True):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        flags = struct.unpack("i", fcntl.ioctl(descriptor, FS_IOC_GETFLAGS, struct.pack("i", 0)))[0]
        flags = flags | FS_IMMUTABLE_FL if on else flags & ~FS_IMMUTABLE_FL
        fcntl.ioctl(descriptor, FS_IOC_SETFLAGS, struct.pack("i", flags))
    except OSError as problem:
        raise CannotHere(f"nothing can be made immutable here: {problem.strerror}") from problem
    finally:
        os.close(descriptor)


@case
def an_immutable_file_undoes_all(t):
    """That it is shows at the rename, when the values are set and perhaps another file is written."""
    for path in (MAIN_FILE, DROP_IN):
        before = classic_world(t)
        immutable(path)
        try:
            said = t.apply(CLASSIC)
            nothing_was_done(t, f"apply with {path}", said, before, (WORK, DENIED), ("lsattr", path))
        finally:
            immutable(path, on=False)
    t.exits("apply afterwards", t.apply(CLASSIC), OK)
    immutable(MAIN_FILE)
    applied = world()
    said = t.holdfast("rollback")
    t.exits("rollback", said, WORK, DENIED)
    t.says("rollback", said, "lsattr", MAIN_FILE)
    same_world(t, "rollback", applied)
    immutable(MAIN_FILE, on=False)
    t.exits("rollback afterwards", t.holdfast("rollback"), OK)
    same_world(t, "rollback afterwards", before)


@case
def an_immutable_folder_changes_nothing(t):
    before = classic_world(t)
    immutable("/etc/sysctl.d")
    said = t.apply(CLASSIC)
    immutable("/etc/sysctl.d", on=False)
    nothing_was_done(t, "apply", said, before, (WORK, DENIED), ("/etc/sysctl.d",))


# ---- links ----------------------------------------------------------------------------------------------------------

@case
def behind_a_link_the_file_is_replaced(t):
    t.host.write("/etc/real/other.conf", FOREIGN, mode=0o640)
    os.symlink("real/other.conf", MAIN_FILE)
    before = world()
    t.exits("apply", t.apply(CLASSIC), OK)
    t.same("the link", os.readlink(MAIN_FILE), "real/other.conf")
    t.same("the file behind it", t.text("/etc/real/other.conf"), MENDED)
    t.same("its mode", os.stat(MAIN_FILE).st_mode & 0o7777, 0o640)
    boots_to(t, WANTED, loader="procps")
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)


@case
def behind_a_dangling_link_nothing_is_torn(t):
    """The drop-in as a link to what is not there: the file behind it is made, or nothing is done."""
    os.symlink("/etc/nowhere.conf", DROP_IN)
    before = world()
    said = t.apply(CLASSIC)
    if said.code == OK:
        t.exits("check", t.check(CLASSIC), OK)
        t.exits("rollback", t.holdfast("rollback"), OK)
    else:
        t.exits("apply", said, WORK)
    same_world(t, "in the end", before)


@case
def the_other_name_of_a_file_keeps_the_old_bytes(t):
    before = classic_world(t)
    os.link(MAIN_FILE, "/etc/snapshot.conf")
    t.exits("apply", t.apply(CLASSIC), OK)
    t.same("the main file", t.text(MAIN_FILE), MENDED)
    t.same("the other name", t.text("/etc/snapshot.conf"), FOREIGN)
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before, but=("/etc/snapshot.conf",))
    t.same("the other name afterwards", t.text("/etc/snapshot.conf"), FOREIGN)


# ---- what a file has besides its bytes ------------------------------------------------------------------------------

def attributes(path):
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def acl(*entries_of):
    """The bytes of a POSIX access list: (tag, rights, who)."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in entries_of)


def decorate(t, path, owner):
    """Attributes, an access list, and where possible an owner; returns the attributes."""
    os.chmod(path, 0o640)
    if owner:
        os.chown(path, 1000, 100)
    for name, value in (("user.note", b"mine\0\xff"), ("user.empty", b""), ("security.holdfast-test", b"label\0")):
        try:
            os.setxattr(path, name, value)
        except OSError as problem:
            if problem.errno not in (errno.EPERM, errno.ENOTSUP):
                raise
    try:
        # owner rw, user 0 r, group r, mask r, others nothing
        os.setxattr(path, "system.posix_acl_access",
                    acl((1, 6, 2**32 - 1), (2, 4, 0), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1), (32, 0, 2**32 - 1)))
    except OSError as problem:
        if problem.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
    found = attributes(path)
    if not found:
        raise CannotHere("this file system keeps no attributes of files")
    return found


@case
def owner_mode_attributes_and_access_lists_stay(t):
    """Over apply and rollback, and over a rollback of that, which makes a file anew."""
    classic_world(t)
    machine = pathlib.Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]
    wanted = {path: decorate(t, path, machine) for path in (MAIN_FILE, DROP_IN)}
    looks = {path: (os.stat(path).st_mode, os.stat(path).st_uid, os.stat(path).st_gid) for path in wanted}
    before = world()

    def kept(what):
        for path, found in wanted.items():
            t.same(f"{what}: attributes of {path}", attributes(path), found)
            status = os.stat(path)
            t.same(f"{what}: mode and owner of {path}", (status.st_mode, status.st_uid, status.st_gid), looks[path])
    t.exits("apply", t.apply(CLASSIC), OK)
    t.same("the main file", t.text(MAIN_FILE), MENDED)
    kept("apply")
    t.exits("rollback", t.holdfast("rollback"), OK)
    same_world(t, "rollback", before)
    kept("rollback")
    t.exits("apply --confirm", t.apply(CLASSIC, "--confirm", "20"), OK)
    t.exits("confirm", t.holdfast("confirm"), OK)
    kept("confirm")


@case
def a_file_that_comes_back_has_all_that_it_had(t):
    """Ours, decorated by somebody after the apply; rollback removes it, the rollback of that makes it anew."""
    t.exits("apply", t.apply(CLASSIC), OK)
    machine = pathlib.Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]
    wanted, applied = decorate(t, DROP_IN, machine), world()
    t.exits("rollback", t.holdfast("rollback"), OK)
    t.same("the drop-in", t.text(DROP_IN), None)
    t.exits("rollback of that", t.holdfast("rollback", entries()[0]["id"]), OK)
    same_world(t, "rollback of that", applied)
    t.same("its attributes", attributes(DROP_IN), wanted)


# ---- an editor at work ----------------------------------------------------------------------------------------------

EDITED = FOREIGN + "net.ipv4.tcp_sack = 1\n"


@case
def a_file_that_was_edited_after_the_plan_refuses_the_plan(t):
    classic_world(t)
    t.exits("plan", t.holdfast("plan", "-p", CLASSIC, "-o", "/tmp/plan.json"), DRIFT, OK)
    t.host.write(MAIN_FILE, EDITED)
    before = world()
    said = t.holdfast("apply", "/tmp/plan.json")
    nothing_was_done(t, "apply of the plan", said, before, says=(MAIN_FILE,))
    t.exits("apply of the profile", t.apply(CLASSIC), OK)
    t.same("the main file", t.text(MAIN_FILE), EDITED.replace("= 60 #", "= 30 #"))


@case
def a_file_that_is_edited_while_values_are_written_undoes_all(t):
    for path, edited in ((MAIN_FILE, EDITED), (DROP_IN, "# quite another\n")):
        before = classic_world(t)
        said, _ = while_it_writes(t, lambda: t.host.write(path, edited), "apply", "-p", CLASSIC)  # noqa: B023
        t.exits(f"{path}: apply", said, WORK)
        t.says(f"{path}: apply", said, path, "changed by another hand", "run the command again")
        same_world(t, f"{path}: apply", before, but=(path,))
        t.same(f"{path}: the editor's", t.text(path), edited)
        t.values(f"{path}: apply", ORIGINAL)
        t.same(f"{path}: state", entries()[0]["state"], "undone")
        nothing_open(t, f"{path}: apply")


@case
def a_file_that_an_editor_makes_or_removes_meanwhile_undoes_all(t):
    t.host.write(MAIN_FILE, FOREIGN)
    before = world()
    said, _ = while_it_writes(t, lambda: t.host.write(DROP_IN, "# mine\n"), "apply", "-p", CLASSIC)
    t.exits("apply while the drop-in comes", said, WORK)
    same_world(t, "apply while the drop-in comes", before, but=(DROP_IN,))
    t.same("the drop-in", t.text(DROP_IN), "# mine\n")
    before = world()
    said, _ = while_it_writes(t, lambda: os.unlink(MAIN_FILE), "apply", "-p", CLASSIC)
    t.exits("apply while the main file goes", said, WORK)
    same_world(t, "apply while the main file goes", before, but=(MAIN_FILE,))
    t.same("the main file", t.text(MAIN_FILE), None)
    nothing_open(t, "apply")


@case
def a_file_that_is_edited_in_the_very_last_moment_is_not_lost(t):
    """Between the last look and the rename: what the editor wrote is in the file, or kept, or the change is refused."""
    classic_world(t)
    process = slow(t, "/etc", RENAME, 1500, "apply", "-p", CLASSIC)
    begun()
    time.sleep(0.3)
    t.same("the main file before the rename", t.text(MAIN_FILE), FOREIGN)
    t.host.write(MAIN_FILE, EDITED)
    said = said_by(process)
    kept = [each for each in pathlib.Path(JOURNAL).iterdir() if each.is_file() and each.read_text() == EDITED]
    t.holds(t.text(MAIN_FILE) == EDITED or kept, f"what the editor wrote is lost: {said}\n{t.text(MAIN_FILE)!r}")


@case
def the_editors_lock_of_a_file_is_no_matter(t):
    """flock on a file that is replaced."""
    classic_world(t)
    with open(MAIN_FILE) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        t.exits("apply", t.apply(CLASSIC), OK)


@case
def a_journal_that_somebody_has_removed_is_begun_anew(t):
    before = classic_world(t)
    t.exits("apply", t.apply(CLASSIC), OK)
    shutil.rmtree("/var/lib/holdfast")
    said = t.holdfast("rollback")
    t.exits("rollback", said, WORK)
    t.holds(world() != before, "rollback without a journal did something")
    t.exits("apply of another", t.apply(t.profile("net.ipv4.tcp_sack: 0")), OK)
    states(t, "apply of another", "apply done")
    t.exits("rollback of that", t.holdfast("rollback"), OK)
    t.same("tcp_sack", t.value("net.ipv4.tcp_sack"), "1")


@case
def a_damaged_entry_is_named_and_nothing_is_guessed(t):
    """Torn by another program: what stood in it is not known."""
    t.exits("apply", t.apply(CLASSIC), OK)
    path = pathlib.Path(f"{JOURNAL}/{entries()[0]['id']}.json")
    whole, before = path.read_text(), world()
    t.exits("second apply", t.apply(t.profile("net.ipv4.tcp_sack: 0")), OK)
    second, newest = world(), path.name.removesuffix(".json")
    for text in (whole[:len(whole) // 2], "", "{}", "[]", whole.replace('"done"', '"nosuch"')):
        path.write_text(text)
        said = t.holdfast("rollback", newest)
        t.exits(f"rollback with {text[:20]!r}", said, WORK)
        t.says(f"rollback with {text[:20]!r}", said, newest)
        same_world(t, f"rollback with {text[:20]!r}", second)
        t.exits("history", t.holdfast("history"), OK)
    path.write_text(whole)
    t.exits("rollback of the second", t.holdfast("rollback"), OK)
    same_world(t, "rollback of the second", before)


@case
def an_open_entry_that_is_damaged_stops_everything(t):
    process = slow(t, key_path("net.ipv4.tcp_tw_reuse"), "write", 600, "apply", "-p", CLASSIC)
    at = traced(process)
    begun()
    os.kill(at, 9)
    said_by(process)
    pathlib.Path(os.path.realpath(f"{JOURNAL}/open")).write_text("{")
    t.exits("check", t.check(CLASSIC), DRIFT)
    for temporary in pathlib.Path("/etc").rglob(".holdfast-*"):
        temporary.unlink()                      # to go with the next command anyway
    before = contents("/etc", "/var")
    for words in (("recover",), ("apply", "-p", CLASSIC), ("rollback",), ("confirm",)):
        said = t.holdfast(*words)
        t.exits(words[0], said, WORK)
        t.says(words[0], said, "nothing was changed", JOURNAL)
        t.same(f"{words[0]}: files", contents("/etc", "/var"), before)


@case
def the_main_file_as_target_goes_there_and_back(t):
    t.host.write("/etc/holdfast/agent.yaml", "persist: {target: sysctl.conf}\n")
    classic_world(t)
    there_and_back(t, CLASSIC)
