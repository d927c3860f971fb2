"""What else lies in a queue: leftovers, foreign things, traps. And a disk that is full."""
import gzip
import json
import os
import pathlib
import socket
import zlib

import answers
import private
from answers import status
from cases_answers import start
from cases_hostile import crashes, peak_kb
from outpost import DRIFT, NAME, OK, PLAIN, ROOT, WORK, CannotHere, case, id_at, name_ms
from receiver import Receiver

MEMORY_KB = 160 << 10       # a report of 8 MiB that is all structure, read once


def members(text):
    return gzip.compress(text)


def bomb(size):
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


def spoiled(document):
    """{what: bytes} of files that are no report, though their name says so."""
    whole = gzip.compress(json.dumps(document).encode())
    other = json.dumps(document | {"id": "01900000-0000-7000-8000-000000000000"}).encode()
    return {
        "empty": b"", "text": b"no gzip at all", "JSON": json.dumps(document).encode(), "cut": whole[:-9],
        "cut at the head": whole[:12], "broken": whole[:40] + b"\0\0\0\0" + whole[44:], "zeroes": bytes(4000),
        "wrong sum": whole[:-8] + b"\1\2\3\4" + whole[-4:], "bomb of 1 GiB": bomb(1 << 30),
        "bomb of bombs": bomb(64 << 20) * 8, "2 MiB": os.urandom(2 << 20), "no JSON": members(b"{'id': 1}"),
        "no object": members(b"[1,2,3]"), "a word": members(b'"full"'), "nothing inside": members(b""),
        "no id": members(b'{"schema":"holdfast.report/1"}'), "id of a number": members(b'{"id":7}'),
        "another id": members(other), "deep": members(b"[" * 2000000), "deep objects": members(b'{"a":' * 300000),
        "not UTF-8": members(b'{"id":"\xff\xfe"}'), "twice": members(b'{"id":"a","id":"b"}'),
    }


@case(users=(ROOT,), order=1)
def what_is_no_report_goes_aside_and_stops_nobody(t):
    receiver, kept = start(t, 2)
    ids, whole = t.queue(), t.document(t.queue()[0])
    usual = peak_kb(t.traced_send("--now", quick=True))
    for what, data in spoiled(whole).items():
        t.refill(kept)
        receiver.forget()
        between = id_at(name_ms(ids[0]) + 500, ids[0])
        t.put(f"{between}.json.gz", data)
        run = t.traced_send("--now", quick=True, limit_s=30)
        t.same(f"{what}: crashes", (crashes(run), run.hung), ([], False))
        t.same(f"{what}: requests", receiver.ids(), ids)
        t.same(f"{what}: queue", t.queue(), [])
        t.same(f"{what}: bad/", t.bad(), [between])
        t.between(f"{what}: seconds", run.seconds, 0, 8)
        t.between(f"{what}: peak in kB", peak_kb(run), 0, usual + (40 << 10))
        t.says(what, run, "central", between)
    # A whole report, but all structure.
    data = json.dumps(whole | {"id": between, "more": [0] * 2600000}, separators=(",", ":"))
    t.refill(kept)
    t.put(f"{between}.json.gz", members(data.encode()))
    run = t.traced_send("--now", quick=True, limit_s=30)
    t.between("structure: peak in kB", peak_kb(run), 0, MEMORY_KB)
    t.same("structure: queue", t.queue(), [])


@case
def foreign_things_are_left_alone(t):
    receiver, kept = start(t, 2)
    ids, folder = t.queue(), t.folder()
    owner = os.stat(folder)
    foreign = {"README": b"words", ".hidden": b"x", f"{ids[0]}.json": b"{}", f"{ids[0]}.json.gz.old": b"x",
               f"{ids[0].upper()}.json.gz": b"x", f"{ids[0][:14]}4{ids[0][15:]}.json.gz": b"version 4", "x.json.gz": b"x",
               f"{ids[0]}.json.gz~": b"x", "full.json.gz": b"x", " .json.gz": b"x"}
    for name, data in foreign.items():
        t.put(name, data)
    (folder / "folder").mkdir()
    (folder / "folder/inside").write_text("x")
    (folder / "link").symlink_to("/etc/passwd")
    for words in (("run", "--no-send"), ("run", "--splay", "0", "--no-send")):
        t.exits("run", t.agent(*words), DRIFT)
    t.exits("send", t.send("--now"), OK)
    t.same("delivered", (receiver.ids()[:2], len(receiver.ids()), t.queue()), (ids, 4, []))
    for name, data in foreign.items():
        t.same(f"{name!r} is left", (folder / name).read_bytes() if (folder / name).exists() else None, data)
    t.same("the folder is left", (folder / "folder/inside").read_text(), "x")
    t.same("the link is left", os.readlink(folder / "link"), "/etc/passwd")
    t.same("owner of the queue", os.stat(folder).st_uid, owner.st_uid)


@case
def leftovers_of_the_killed_are_swept(t):
    receiver, kept = start(t, 2)
    ids = t.queue()
    stale = [f".tmp-{id_at(name_ms(ids[0]) - 1, ids[0])}.json.gz", f".tmp-{ids[0]}.json.gz", ".tmp-full.json.gz"]
    for name in (*stale, ".tmp-state.json"):
        t.put(name, b"half a rep")
    t.exits("run", t.agent("run", "--no-send"), DRIFT)
    t.same("left after a run", [each for each in t.strays() if each in stale], [])
    t.exits("send", t.send("--now"), OK)
    t.same("left after a sender that had work", t.strays(), [])
    t.same("delivered", (receiver.ids()[:2], len(receiver.ids())), (ids, 3))


def _fifo(path, _):
    os.mkfifo(path)


def _socket(path, _):
    # The name of a socket has 107 bytes at most.
    here = os.open(path.parent, os.O_PATH)
    plug = socket.socket(socket.AF_UNIX)
    plug.bind(f"/proc/self/fd/{here}/{path.name}")
    plug.close()
    os.close(here)


def _device(path, _):
    os.mknod(path, 0o20666, os.makedev(1, 5))


def _unreadable(path, t):
    path.write_bytes(b"x")
    os.chown(path, 0, 0)
    path.chmod(0)


def _sparse(path, t):
    with open(path, "wb") as stream:
        stream.truncate(1 << 40)


TRAPS = {
    "a link to the token": lambda path, t: path.symlink_to(t.root / "etc/holdfast/token"),
    "a link to a report": lambda path, t: path.symlink_to(f"{t.queue()[0]}.json.gz"),
    "a link to itself": lambda path, t: path.symlink_to(path.name),
    "a dangling link": lambda path, t: path.symlink_to("/nowhere/at/all"),
    "a hard link to the token": lambda path, t: os.link(t.root / "etc/holdfast/token", path),
    "a folder": lambda path, t: path.mkdir(),
    "a full folder": lambda path, t: (path.mkdir(), (path / "x").write_text("x")),
    "a fifo": _fifo, "a socket": _socket, "a device": _device, "unreadable": _unreadable, "1 TiB of nothing": _sparse,
}


@case(users=(ROOT, PLAIN), order=1)
def traps_in_the_queue_neither_hang_nor_mislead(t):
    receiver, kept = start(t, 2)
    ids = t.queue()
    between = id_at(name_ms(ids[0]) + 500, ids[0])
    path = t.folder() / f"{between}.json.gz"
    for what, lay in TRAPS.items():
        if not t.is_root and what in ("a device", "unreadable"):
            continue
        t.refill(kept)
        receiver.forget()
        lay(path, t)
        said = t.agent("run", "--no-send", timeout=10)
        t.exits(f"{what}: run", said, DRIFT)
        t.holds(set(ids) <= set(t.queue()), f"{what}: run dropped a report: {t.queue()}")
        said = t.send("--now", timeout=10)
        t.holds(said.code in (OK, WORK), f"{what}: {said}")
        if not t.is_root or what != "a hard link to the token":
            t.same(f"{what}: delivered", [each for each in ids if each in receiver.taken()], ids)
        t.same(f"{what}: queue", [each for each in t.queue() if each != between], [])
        t.same(f"{what}: the trap was sent", [each for each in receiver.requests if each.id == between], [])
        t.keeps_secrets(what, said)
        again = t.send("--now", timeout=10)
        t.same(f"{what}: a second time", [each for each in receiver.taken() if receiver.taken().count(each) > 1], [])
        t.holds(again.code in (OK, WORK), f"{what}: {again}")


@case
def traps_in_place_of_the_queues_own_files(t):
    receiver, kept = start(t, 2)
    ids = t.queue()
    for name in ("state.json", "bad", "full.json.gz", ".tmp-state.json"):
        for what, lay in TRAPS.items():
            if what in ("a device", "unreadable", "a link to a report"):
                continue
            t.refill(kept)
            path = t.folder() / name
            if path.exists():
                path.unlink()
            receiver.forget()
            lay(path, t)
            t.exits(f"{name} is {what}: run", t.agent("run", "--no-send", timeout=10), DRIFT)
            said = t.send("--now", timeout=10)
            t.holds(said.code in (OK, WORK, 75), f"{name} is {what}: {said}")
            t.holds(said.code == OK or said.err, f"{name} is {what}: it fails without a word: {said}")
            lost = [each for each in ids if each not in receiver.taken() and each not in t.queue()]
            t.same(f"{name} is {what}: lost", lost, [])
            t.same(f"{name} is {what}: token", (t.root / "etc/holdfast/token").read_text().strip()[:5], "Token")


@case
def a_queue_that_is_a_link_is_not_followed(t):
    receiver, kept = start(t, 1)
    elsewhere = t.root / "elsewhere"
    elsewhere.mkdir(mode=0o777)
    for path in (t.folder(), t.spool):
        kept_as = path.with_name(path.name + ".kept")
        path.rename(kept_as)
        path.symlink_to(elsewhere)
        said = t.agent("run", "--no-send", timeout=10)
        t.exits("run", said, DRIFT)
        t.holds(said.err, f"{path.name} is a link, and the run minds nothing: {said}")
        said = t.send("--now", timeout=10)
        t.holds(path == t.spool or said.code != OK and said.err, f"{path.name} is a link, and that is fine: {said}")
        t.same(f"{path.name} is a link: written through it", sorted(os.listdir(elsewhere)), [])
        path.unlink()
        kept_as.rename(path)
    t.exits("then", t.send("--now"), OK)
    t.same("then", (t.queue(), len(receiver.taken())), ([], 1))


@case
def damage_to_the_spools_own_files_is_survived(t):
    receiver, kept = start(t, 1)
    for name in ("counters.json", "destinations.json", "last.json.gz"):
        for what, data in (("empty", b""), ("broken", b"{"), ("zeroes", bytes(500)), ("list", b"[]"),
                           ("huge", b"[" * (3 << 20)), ("other", b'{"seq":-5,"corrected":"x","dropped":[],"destinations":{}}')):
            before = t.queue()
            (t.spool / name).write_bytes(data)
            said = t.agent("run", "--no-send", timeout=10)
            t.exits(f"{name} {what}: run", said, DRIFT)
            t.same(f"{name} {what}: reports", len(t.queue()), len(before) + 1)
            t.counters()
            said = t.send("--now", timeout=10)
            t.exits(f"{name} {what}: send", said, OK)
    t.same("each once", max(receiver.times_taken().values()), 1)


# ---- a full disk ----------------------------------------------------------------------------------------------------

def small_disk(t, size, inodes=400):
    """The spool on a disk of its own."""
    if not t.is_root:
        raise CannotHere("needs the machine's root")
    t.spool.mkdir(parents=True, mode=0o711)
    (t.root / "var/lib/holdfast").chmod(0o700)
    private.mount("small", str(t.spool), "tmpfs", private.MS_NODEV, f"size={size},nr_inodes={inodes},mode=711")


def free_percent(t):
    found = os.statvfs(t.spool)
    return found.f_bavail * 100 / found.f_blocks


def fill(t, leave):
    """Somebody else's file, so that this many bytes are left."""
    found = os.statvfs(t.spool)
    (t.spool / "foreign").write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - leave)))


@case(users=(ROOT,))
def below_five_percent_it_drops_rather_than_fills(t):
    small_disk(t, 4 << 20)
    receiver = Receiver(status(503))
    t.report_to(receiver)
    t.make(3)
    ids = t.queue()
    fill(t, 300 << 10)
    reports = [t.make(1) for _ in range(2)]
    t.holds(all(reports), f"above 5 % it drops: {t.queue()}")
    before = t.dropped()
    (t.spool / "foreign2").write_bytes(bytes(120 << 10))
    t.holds(free_percent(t) < 5, f"{free_percent(t):.1f} % are free")
    least, waiting = os.statvfs(t.spool).f_bavail, len(t.queue())
    for i in range(8):
        said = t.agent("run", "--no-send")
        t.exits(f"run {i} on a full disk", said, DRIFT)
        t.holds(os.statvfs(t.spool).f_bavail >= least, f"run {i}: {least} blocks were free, {os.statvfs(t.spool).f_bavail} are")
        t.between(f"run {i}: reports", len(t.queue()), 1, waiting)
    dropped = t.dropped() - before
    t.holds(len(t.queue()) >= 1, "nothing waits any more")
    t.same("told and given up", (dropped, len(t.queue())), (len(ids) + 2 + 8 - len(t.queue()), len(t.queue())))
    newest = t.document(t.queue()[-1])
    t.same("the newest was kept", newest["run"]["seq"], t.counters()["seq"])
    t.same("and tells of the drops", newest["run"]["dropped_reports"], before + dropped)
    (t.spool / "foreign").unlink()
    waiting = len(t.queue())
    t.make(3)
    t.same("with room again", len(t.queue()), waiting + 3)
    receiver.plays(status(201))
    ids = t.queue()
    t.exits("then", t.send("--now"), OK)
    t.same("then", receiver.taken(), ids)


@case(users=(ROOT,))
def a_disk_without_a_byte_fails_no_run(t):
    for what, size, inodes in (("bytes", 1 << 20, 400), ("inodes", 1 << 20, 14)):
        if os.path.ismount(t.spool):
            private._libc.umount2(str(t.spool).encode(), 2)
        else:
            small_disk(t, size, inodes)
        if not os.path.ismount(t.spool):
            private.mount("small", str(t.spool), "tmpfs", private.MS_NODEV, f"size={size},nr_inodes={inodes},mode=711")
        t.settings["reports"].clear()
        receiver = Receiver(status(503))
        t.report_to(receiver)
        t.make(3)
        t.send("--now")
        for i in range(2000):
            try:
                (t.spool / f"foreign{i}").write_bytes(bytes(65536 if what == "bytes" else 0))
            except OSError:
                break
        for i in range(4):
            said = t.agent("run", "--no-send")
            t.exits(f"{what}: run {i}", said, DRIFT)
            t.holds(t.queue(), f"{what}: run {i}: nothing waits any more: {said}")
        t.same(f"{what}: half written", [each for each in t.queue() if t.document(each)["id"] != each], [])
        t.same(f"{what}: left behind", [each for each in t.strays() if each.startswith(".tmp-")], [])
        json.loads((t.folder() / "state.json").read_text())
        said = t.send("--now")
        t.exits(f"{what}: a failing delivery", said, WORK)
        json.loads((t.folder() / "state.json").read_text())
        ids = t.queue()
        receiver.forget()
        receiver.plays(status(201))
        said = t.send("--now")
        t.same(f"{what}: delivered", (receiver.taken(), t.queue()), (ids, []))
        t.send("--now")
        t.same(f"{what}: each once", len(receiver.taken()), len(ids))
        t.same("names", [each.name for each in pathlib.Path(t.folder()).iterdir() if NAME.fullmatch(each.name)], [])


@case(users=(ROOT,))
def a_queue_that_cannot_be_written_is_not_sent_from(t):
    """What is delivered there could not be deleted, and would be sent again with every run."""
    receiver, kept = start(t, 3)
    private.bind(t.folder(), t.folder())
    private.make_read_only(str(t.folder()))
    for _ in range(3):
        said = t.send("--now")
        t.holds(said.code != OK and said.err, f"read only, and nobody minds: {said}")
        t.exits("run", t.agent("run", "--no-send"), DRIFT)
    t.same("sent more than once", [each for each, count in receiver.times_taken().items() if count > 1], [])
    private._libc.umount2(str(t.folder()).encode(), 2)
    receiver.plays(answers.status(201))
    t.exits("then", t.send("--now"), OK)
