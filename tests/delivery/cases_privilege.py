"""Who the sender is when it opens a socket, what it can still reach, and that nothing else of holdfast opens one."""
import os
import pathlib
import pwd
import stat
import subprocess

import answers
import tracer
from answers import status
from cases_hostile import nowhere
from outpost import DRIFT, OK, ROOT, TOKEN, case, descendants, senders, until
from receiver import Receiver

NOBODY = 65534


def has_socket(process):
    try:
        return any("socket:" in each for each in opened(process).values())
    except PermissionError:
        return True     # only what has shut itself in keeps its own user out


def opened(process):
    found = {}
    for each in os.listdir(f"/proc/{process}/fd"):
        try:
            found[int(each)] = os.readlink(f"/proc/{process}/fd/{each}")
        except OSError:
            pass
    return found


def holding(t, words=("--now",), count=1):
    """A sender that is in the middle of a request: (Popen, its processes that have a socket)."""
    receiver = t.receivers[0]
    receiver.plays(answers.held(status(201)), status(201))
    sender = subprocess.Popen(t.send_words(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    t.holds(receiver.held.wait(10), "no request comes")
    return sender, [each for each in senders() if has_socket(each)]


def shut_in(t, process, user, secrets):
    """The one process that talks to the network."""
    found = tracer.status_of(process)
    t.same("Uid", found["Uid"].split(), [str(user)] * 4)
    t.holds("0" not in found["Gid"].split(), f"Gid {found['Gid']}")
    t.holds("0" not in found["Groups"].split(), f"Groups {found['Groups']}")
    for each in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        t.same(each, int(found[each], 16), 0)
    t.same("NoNewPrivs", found["NoNewPrivs"], "1")
    t.same("Seccomp", found["Seccomp"], "2")
    t.same("a session of its own, away from the caller's terminal", os.getsid(process), process)
    held = opened(process)
    t.same("stdin", held.get(0), "/dev/null")
    t.same("folders that it holds open", [path for path in held.values() if os.path.isdir(path)], [str(t.folder())])
    # Nothing that it holds open leads back to the secrets: they have to be gone, not merely unused.
    for fd, path in opened(process).items():
        t.holds(not path.endswith(("token", "agent.yaml", "destinations.json", ".key")), f"descriptor {fd} is {path}")
    other = os.fork()
    if other == 0:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(user, user, user)
            for each in secrets:
                try:
                    open(each).close()
                    code = 2
                except OSError:
                    pass
            code = 0 if code == 1 else code
        finally:
            os._exit(code)
    t.same("its user can open the secrets", os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]), 0)


@case(users=(ROOT,))
def by_root_the_sender_becomes_nobody(t):
    t.report_to(Receiver(status(201)))
    t.make(1)
    sender, talking = holding(t)
    t.same("processes with a socket", len(talking), 1)
    for each in talking:
        shut_in(t, each, NOBODY, [t.root / "etc/holdfast/token", t.spool / "destinations.json"])
    # Whoever waits for it has no socket.
    for each in set(senders()) - set(talking):
        t.holds(not has_socket(each), "the parent has a socket")
    t.receivers[0].released.set()
    sender.communicate(timeout=20)
    t.same("exit", sender.returncode, OK)
    folder = os.stat(t.folder())
    t.same("the queue's owner and mode", (folder.st_uid, stat.S_IMODE(folder.st_mode)), (NOBODY, 0o700))
    for path in (t.spool, t.spool / "counters.json", t.spool / "destinations.json", t.spool / "last.json.gz"):
        t.same(f"{path.name}: owner", os.stat(path).st_uid, 0)
    for name in ("destinations.json", "last.json.gz"):
        t.same(f"{name}: mode", stat.S_IMODE(os.stat(t.spool / name).st_mode) & 0o077, 0)


@case(users=(ROOT,))
def by_root_the_sender_becomes_its_own_user(t):
    for path, line in (("passwd", "holdfast:x:777:778::/nonexistent:/usr/sbin/nologin\n"), ("group", "holdfast:x:778:\n")):
        for where in (pathlib.Path("/etc", path), t.root / "etc" / path):
            where.write_text((where.read_text() if where.exists() else "") + line)
    t.same("getpwnam", pwd.getpwnam("holdfast").pw_uid, 777)
    t.report_to(Receiver(status(201)))
    t.make(1)
    sender, talking = holding(t)
    for each in talking:
        shut_in(t, each, 777, [t.root / "etc/holdfast/token"])
        t.same("Gid", tracer.status_of(each)["Gid"].split(), ["778"] * 4)
    t.receivers[0].released.set()
    sender.communicate(timeout=20)
    t.same("the queue's owner", os.stat(t.folder()).st_uid, 777)
    t.same("exit", (sender.returncode, t.queue()), (OK, []))


FORBIDDEN = r"""
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *name(int failed) { return !failed ? "done" : errno == ENOSYS ? "ENOSYS" : "another"; }

/* Called in place of libcurl's own, by when the sender is shut in. */
int curl_easy_perform(void *handle)
{
	(void)handle;
	dprintf(2, "type %s\n", name(ioctl(2, TIOCSTI, "x") != 0));
	dprintf(2, "packet %s\n", name(socket(AF_PACKET, SOCK_RAW, 0) < 0));
	dprintf(2, "process %s\n", name(fork() < 0));
	dprintf(2, "passwd %s\n", open("/etc/passwd", O_WRONLY) < 0 ? "refused" : "opened");
	dprintf(2, "program begins\n");
	execl("/bin/true", "true", (char *)NULL);
	dprintf(2, "program refused\n");
	return 7;
}
"""


@case(users=(ROOT,))
def what_it_must_not_do_it_cannot(t):
    """A libcurl that has been taken over: it tries from within, and a program ends it."""
    library = pathlib.Path("/tmp/forbidden.so")
    library.with_suffix(".c").write_text(FORBIDDEN)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, library.with_suffix(".c")], check=True, capture_output=True)
    t.report_to(Receiver(status(201)))
    t.make(1)
    done = subprocess.run(t.send_words("--now"), env={"LD_PRELOAD": str(library), "PATH": "/usr/bin:/bin"}, capture_output=True,
                          text=True, timeout=30, check=False)
    said = [line for line in done.stderr.splitlines() if not line.startswith("holdfast-send")]
    t.same("what it tried", said, ["type ENOSYS", "packet ENOSYS", "process ENOSYS", "passwd refused", "program begins"])
    t.same("exit, and what waits", (done.returncode, len(t.queue())), (1, 1))


@case
def a_plain_sender_shuts_itself_in_too(t):
    t.report_to(Receiver(status(201)))
    t.make(1)
    sender, talking = holding(t)
    for each in talking:
        found = tracer.status_of(each)
        t.same("CapEff", int(found["CapEff"], 16), 0)
        t.same("NoNewPrivs", found["NoNewPrivs"], "1")
        t.same("Seccomp", found["Seccomp"], "2")
    t.receivers[0].released.set()
    sender.communicate(timeout=20)
    t.same("exit", (sender.returncode, t.queue()), (OK, []))


@case(users=(ROOT,))
def a_queue_that_root_has_made_is_given_away(t):
    """Whoever restored it from a backup, or was killed between making and giving."""
    receiver = Receiver(status(201))
    t.report_to(receiver)
    t.make(2)
    ids = t.queue()
    for path in [t.folder(), *t.folder().iterdir()]:
        os.chown(path, 0, 0)
    t.exits("before a run gives it away", t.send("--now"), 1)
    t.same("before a run gives it away: requests", receiver.requests, [])
    t.make(1)
    t.same("owner", os.stat(t.folder()).st_uid, NOBODY)
    t.exits("then", t.send("--now"), OK)
    t.same("then", (receiver.ids()[:2], len(receiver.ids()), t.queue()), (ids, 3, []))


@case(users=(ROOT,))
def each_destination_has_a_process_of_its_own(t):
    """One cannot see the queue or the token of another."""
    receivers = [Receiver(answers.held(status(201))) for _ in range(3)]
    for i, receiver in enumerate(receivers):
        path = t.root / f"etc/holdfast/token{i}"
        path.write_text(f"{TOKEN}-{i}")
        path.chmod(0o640)
        t.report_to(receiver, f"d{i}", token_file=f"/etc/holdfast/token{i}")
    t.agent("run", "--no-send")
    sender = subprocess.Popen(t.send_words())
    for receiver in receivers:
        t.holds(receiver.held.wait(10), "no request comes")
    talking = [each for each in senders() if has_socket(each)]
    t.same("processes with a socket", len(talking), 3)
    for each in talking:
        queues = {path for path in opened(each).values() if path.startswith(str(t.spool))}
        names = {os.path.relpath(path, t.spool).split("/")[0] for path in queues} - {"."}
        t.same("queues that it can reach", len(names), 1)
        memory = secrets_in_memory(each)
        t.same("tokens in its memory", len(memory), 1)
    for receiver in receivers:
        receiver.released.set()
    t.same("exit", sender.wait(20), OK)
    t.same("tokens", [receiver.requests[0].token for receiver in receivers], [f"Bearer {TOKEN}-{i}" for i in range(3)])


def secrets_in_memory(process):
    """Which of the three tokens are in its writable memory."""
    found = set()
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in maps:
            addresses, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(each, 16) for each in addresses.split("-"))
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            found |= {i for i in range(3) if f"{TOKEN}-{i}".encode() in data}
    return found


@case
def the_token_is_in_no_argv_environment_or_file(t):
    t.report_to(Receiver(status(201)))
    t.make(1)
    os.environ["HOLDFAST_TEST"] = "1"
    sender, talking = holding(t)
    for each in senders():
        for part in ("cmdline", "environ"):
            try:
                data = pathlib.Path(f"/proc/{each}/{part}").read_bytes()
            except PermissionError:
                continue
            t.holds(TOKEN.encode() not in data and b"querysecret" not in data, f"{part} of a sender: {data}")
    nowhere(t)
    t.receivers[0].released.set()
    sender.communicate(timeout=20)
    for answer in (status(401), status(503), answers.garbage()):
        t.receivers[0].plays(answer)
        t.make(1)
        t.send("--now")
        t.agent("report", "--test")
        t.agent("report", "--test", "--json")
        nowhere(t)


@case
def only_the_sender_opens_an_internet_socket(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    seen = 0
    for words in (("check",), ("run", "--splay", "0"), ("apply",), ("report", "--flush"), ("report", "--test"), ("report",),
                  ("report", "--format", "metrics"), ("tcp",)):
        run = tracer.run(t.words(*words), log=True)
        until(lambda: not senders(), 10)
        for process in run.processes:
            families = {call.words[0] for call in process.calls if call.name == "socket"}
            if process.program == "holdfast-send":
                seen += len(families & set(tracer.INTERNET))
            else:
                t.same(f"{words[0]}: sockets of {process.program}", families & set(tracer.INTERNET), set())
        programs = {process.program for process in run.processes}
        t.holds(programs <= {"holdfast", "holdfast-send"}, f"{words}: programs {programs}")
    t.holds(seen >= 3, f"holdfast-send opened {seen} sockets: nothing was seen")
    t.holds(receiver.requests, "nothing was delivered")


@case(users=(ROOT,))
def rights_go_before_the_first_socket(t):
    t.report_to(Receiver(status(201)))
    t.make(1)
    run = t.traced_send("--now", log=True)
    talking = [each for each in run.processes if any(call.name == "socket" and call.words[0] in tracer.INTERNET for call in each.calls)]
    t.same("processes with an internet socket", len(talking), 1)
    names = [call.name for call in talking[0].calls]
    before = names[:names.index("socket")]
    parent = [call.name for call in run.processes[0].calls]
    for each in ("setresuid", "seccomp"):
        given = before + (parent if talking[0] is not run.processes[0] else [])
        t.holds(each in given or (each == "seccomp" and "prctl" in given), f"no {each} before the first socket")
    t.holds(names.index("socket") > max(i for i, each in enumerate(names) if each in ("setresuid", "setresgid", "setgroups"))
            if {"setresuid", "setresgid", "setgroups"} & set(names) else True, "rights are dropped after the first socket")


@case(users=(ROOT,))
def a_token_file_that_others_may_read_is_refused(t):
    receiver = Receiver(status(201))
    t.report_to(receiver)
    path = t.root / "etc/holdfast/token"
    t.make(1)
    for mode, fine in ((0o600, True), (0o640, True), (0o400, True), (0o644, False), (0o604, False), (0o660, False), (0o666, False)):
        path.chmod(mode)
        receiver.forget()
        t.make(1)
        said = t.send("--now")
        t.same(f"mode {mode:o}: requests", bool(receiver.requests), fine)
        t.exits(f"mode {mode:o}", said, OK if fine else 1)
        t.keeps_secrets(f"mode {mode:o}", said)
        if not fine:
            t.says(f"mode {mode:o}", said, "central", "token")
    path.chmod(0o600)
    for what, spoil in (("gone", lambda: path.unlink()), ("empty", lambda: path.write_text("")),
                        ("two lines", lambda: path.write_text("one\ntwo\n")),
                        ("a header of its own", lambda: path.write_text("x\r\nX-Evil: 1\n")),
                        ("huge", lambda: path.write_text("x" * 1000000)), ("a folder", lambda: (path.unlink(), path.mkdir()))):
        spoil()
        if path.is_file():
            path.chmod(0o600)
        receiver.forget()
        said = t.send("--now", timeout=10)
        t.same(f"token {what}: requests", receiver.requests, [])
        t.exits(f"token {what}", said, 1)
        t.says(f"token {what}", said, "central", "token")
    path.rmdir()
    os.mkfifo(path, 0o600)
    t.exits("token a fifo", t.send("--now", timeout=10), 1)
    path.unlink()
    path.write_text("another-token\n")
    path.chmod(0o600)
    t.exits("token anew", t.send("--now"), OK)
    t.same("token anew", receiver.requests[0].token, "Bearer another-token")


@case(users=(ROOT,))
def nothing_is_left_running(t):
    t.report_to(Receiver(status(201)))
    t.exits("run", t.agent("run", "--splay", "0"), OK, DRIFT)
    until(lambda: not descendants(), 10)
    t.same("left running", descendants(), [])
    t.same("zombies are nobody's", t.queue(), [])
