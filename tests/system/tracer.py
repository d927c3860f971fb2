"""Runs a command with all that it starts under ptrace: counts every system call of every process, and at one of them kills
that process, or makes the call fail.

strace cannot do this for a program that forks: its counter (inject=...:when=N) begins anew in each process, so parent and child
would be hit both, and no call of a child could be hit alone. Here a point is (process, number): the parent is process 0, its
first child 1, and so on in the order of their making; calls are counted from 1, whatever their names.

With `from_main` calls are looked at, and counted, behind umask, the first thing in main: before it the C library starts and
loads libcurl with its thirty libraries, two thirds of all calls. A seccomp filter of ours stops the program there.

A kill comes when the call begins, so the call itself does not happen. A call that fails does not happen either. It is replaced
by close(-1) and not by an impossible number, for which a seccomp filter might end the process before the error can be given.

A `visit` looks at each call before it begins, and may make the process do other things in between (tests/fence/rider.py).

x86_64 only, since registers are written; the places that need it raise CannotHere elsewhere.
"""
import ctypes
import errno
import os
import pathlib
import platform
import re
import signal
import struct
import tempfile
import threading
import time
from dataclasses import dataclass, field

from private import CannotHere

(TRACEME, CONT, GETREGS, SETREGS, DETACH, SYSCALL) = (0, 7, 12, 13, 17, 24)
(SETOPTIONS, GETEVENTMSG, GET_SYSCALL_INFO) = (0x4200, 0x4201, 0x420e)
# good stops, fork, vfork, clone, exec, exit, seccomp, kill with the tracer
OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x40 | 0x80 | 0x100000
FORKED, EXECUTED, EXITING, FILTERED = (1, 2, 3), 4, 6, 7
PR_SET_SECCOMP, SECCOMP_MODE_FILTER, UMASK = 22, 2, 95
# load the number; is it umask? tell the tracer : allow
FILTER = b"".join(struct.pack("HBBI", *each) for each in (
    (0x20, 0, 0, 0), (0x15, 0, 1, UMASK), (0x06, 0, 0, 0x7ff00000), (0x06, 0, 0, 0x7fff0000)))
WALL, NO_OTHER_THREADS = 0x40000000, 0x20000000
ENTRY, EXIT = 1, 2
REGISTERS = struct.Struct("27Q")
RAX, RDI, ORIG_RAX = 10, 14, 15
NEW_SESSION = 1
KILL = "kill"
# The first two never return, rt_sigreturn gives no error, and of futex the C library knows which errors it may have: with any
# other it ends the program.
NEVER_FAIL = ("exit_group", "exit", "rt_sigreturn", "futex")
# Enough to read a complaint by; the header of the C library, where it is installed, has the others.
NAMES = {0: "read", 1: "write", 3: "close", 7: "poll", 9: "mmap", 12: "brk", 15: "rt_sigreturn", 35: "nanosleep",
         41: "socket", 42: "connect", 44: "sendto", 45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 59: "execve", 60: "exit",
         74: "fsync", 75: "fdatasync", 82: "rename", 87: "unlink", 117: "setresuid", 119: "setresgid", 116: "setgroups",
         157: "prctl", 202: "futex", 230: "clock_nanosleep", 231: "exit_group", 257: "openat", 263: "unlinkat",
         264: "renameat", 271: "ppoll", 316: "renameat2", 317: "seccomp", 318: "getrandom", 437: "openat2"}
CLOSE, BRK, SOCKET = 3, 12, 41
INTERNET = (2, 10)      # AF_INET, AF_INET6
_HEADER = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def call_name(number):
    if len(NAMES) < 100 and os.path.exists(_HEADER):
        found = re.findall(r"#define __NR_(\w+) (\d+)", pathlib.Path(_HEADER).read_text())
        NAMES.update({int(n): name for name, n in found})
    return NAMES.get(number, f"call{number}")


@dataclass
class Call:
    name: str
    words: tuple        # the six arguments
    path: str           # of openat, unlinkat, renameat (the last of its names), as far as it could be read
    result: int = None  # None: it did not return


@dataclass
class Process:
    pid: int
    parent: int = -1                            # index
    programs: list = field(default_factory=list)
    calls: list = field(default_factory=list)   # with `log`
    count: int = 0                              # calls begun
    peak_kb: int = 0                            # VmHWM, without the forking test
    status: int = None                          # as waitpid gives it
    saved: bytes = b""                          # registers of a call that is to fail
    number: int = -1                            # of the call that it is in
    looked_at: bool = False                     # stops at its calls
    held: bool = False                          # stays before its call, by a visit, until somebody kills it
    rights: dict = field(default_factory=dict)  # /proc/PID/status when it asks for its first internet socket

    @property
    def program(self):
        return self.programs[-1] if self.programs else ""


@dataclass
class Run:
    code: int           # of the first process; negative: the signal
    out: str
    err: str
    processes: list
    seconds: float      # until the last of them ended
    hit: bool = False
    hung: bool = False

    def __str__(self):
        return f"exit {self.code}{' (hung)' if self.hung else ''}\n{self.out}{self.err}".rstrip()

    def of(self, program):
        return [each for each in self.processes if each.program == program]


@dataclass(frozen=True)
class Point:
    process: int
    number: int
    fault: str          # kill, or an error's name


def ptrace(request, pid, address=0, data=0):
    done = _libc.ptrace(request, pid, address, data)
    if done < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request}")
    return done


def _text(pid, address):
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(address)
            return memory.read(256).split(b"\0")[0].decode(errors="replace")
    except (OSError, ValueError):
        return ""


_PATHS = {"openat": 1, "openat2": 1, "unlinkat": 1, "renameat": 3, "renameat2": 3, "unlink": 0, "rename": 1, "execve": 0}


def status_of(process):
    with open(f"/proc/{process}/status") as stream:
        return dict(line.rstrip("\n").split(":\t", 1) for line in stream if ":\t" in line)


def _filter():
    """Needs CAP_SYS_ADMIN, since no_new_privs is left for the program to set."""
    code = ctypes.create_string_buffer(FILTER)
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(FILTER) // 8, ctypes.addressof(code)))
    if _libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        os._exit(126)


class _Tracer:
    """whom: the processes whose calls are looked at; None: all."""

    def __init__(self, point, log, whom, from_main, visit):
        self.point, self.log, self.whom, self.from_main, self.visit = point, log, whom, from_main, visit
        self.by_pid, self.order, self.waiting, self.hit = {}, [], {}, False
        self.info = ctypes.create_string_buffer(88)
        self.registers = ctypes.create_string_buffer(REGISTERS.size)

    def start(self, command, out, err):
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
                os.dup2(out, 1)
                os.dup2(err, 2)
                _libc.ptrace(TRACEME, 0, None, None)
                os.kill(os.getpid(), signal.SIGSTOP)
                if self.from_main:
                    _filter()
                os.execv(command[0], command)
            finally:
                os._exit(127)
        os.waitpid(pid, WALL)
        ptrace(SETOPTIONS, pid, 0, OPTIONS)
        self.add(pid, -1)
        self.go(pid)

    def add(self, pid, parent):
        process = self.by_pid[pid] = Process(pid, parent)
        process.looked_at = self.is_wanted(len(self.order)) and not self.from_main
        if parent >= 0:
            process.programs = list(self.order[parent].programs)
            process.looked_at = self.order[parent].looked_at and self.is_wanted(len(self.order))
        self.order.append(process)

    def is_wanted(self, index):
        return self.whom is None or index in self.whom

    def go(self, pid, give=0):
        try:
            ptrace(SYSCALL if self.by_pid[pid].looked_at else CONT, pid, 0, give)
        except OSError:
            pass        # killed meanwhile; its end will be told

    def wait_all(self):
        while self.by_pid:
            try:
                pid, status = os.waitpid(-1, WALL | NO_OTHER_THREADS)
            except ChildProcessError:
                return
            if pid not in self.by_pid:
                self.waiting[pid] = status      # a child whose making has not been told yet
                continue
            self.see(pid, status)

    def see(self, pid, status):
        process = self.by_pid[pid]
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            process.status = status
            del self.by_pid[pid]
            return
        stopped, event = os.WSTOPSIG(status), status >> 16
        if stopped == signal.SIGTRAP | 0x80:
            self.at_call(pid, process)
        elif event in FORKED:
            message = ctypes.c_ulong()
            ptrace(GETEVENTMSG, pid, 0, ctypes.addressof(message))
            self.add(message.value, self.order.index(process))
            if message.value in self.waiting:
                self.waiting.pop(message.value)
                self.go(message.value)
            self.go(pid)
        elif event == FILTERED:
            process.looked_at = process.looked_at or self.is_wanted(self.order.index(process)) and len(process.programs) == 1
            self.go(pid)
        elif event == EXECUTED:
            process.programs.append(os.path.basename(os.readlink(f"/proc/{pid}/exe")))
            self.go(pid)
        elif event == EXITING:
            self.at_end(pid, process)
            self.go(pid)
        else:
            # A new child begins with a SIGSTOP that is not meant for it.
            self.go(pid, 0 if stopped in (signal.SIGSTOP, signal.SIGTRAP) else stopped)

    def let_go(self, pid, give):
        """It is not traced any more, from its stop on."""
        ptrace(DETACH, pid, 0, give)
        del self.by_pid[pid]

    def at_end(self, pid, process):
        process.peak_kb = int(status_of(pid).get("VmHWM", "0 kB").split()[0])

    def at_call(self, pid, process):
        try:
            ptrace(GET_SYSCALL_INFO, pid, 88, ctypes.addressof(self.info))
        except OSError:
            return
        if self.info.raw[0] == EXIT:
            self.at_return(pid, process)
        elif self.info.raw[0] == ENTRY:
            self.at_begin(pid, process)
        if pid in self.by_pid and not process.held:     # a visit may have seen its end
            self.go(pid)

    def at_begin(self, pid, process):
        process.count += 1
        number, *words = struct.unpack_from("7Q", self.info.raw, 24)
        process.number = number
        if self.log:
            name = call_name(number)
            path = _text(pid, words[_PATHS[name]]) if name in _PATHS else ""
            process.calls.append(Call(name, tuple(words), path))
        if number == SOCKET and words[0] in INTERNET and not process.rights:
            process.rights = status_of(pid)
        if self.visit:
            self.visit(self, pid, process)
            if pid not in self.by_pid:
                return
        point = self.point
        if point and not self.hit and point.number == process.count and self.order.index(process) == point.process:
            self.hit = True
            if point.fault == KILL:
                os.kill(pid, signal.SIGKILL)
            else:
                self.fail(pid, process, number, -getattr(errno, point.fault))

    def fail(self, pid, process, number, result):
        ptrace(GETREGS, pid, 0, ctypes.addressof(self.registers))
        words = list(REGISTERS.unpack(self.registers.raw))
        saved = list(words)
        saved[RAX] = result % (1 << 64)
        process.saved = REGISTERS.pack(*saved)
        if number == BRK:       # it tells no errors, but gives back the old end: what brk(0) does
            words[RDI] = 0
        else:
            words[ORIG_RAX], words[RDI] = CLOSE, (1 << 64) - 1
        self.registers.raw = REGISTERS.pack(*words)
        ptrace(SETREGS, pid, 0, ctypes.addressof(self.registers))

    def at_return(self, pid, process):
        if process.saved:
            saved, process.saved = list(REGISTERS.unpack(process.saved)), b""
            if process.number == BRK:
                saved[RAX], = struct.unpack_from("Q", self.info.raw, 24)
            self.registers.raw = REGISTERS.pack(*saved)
            ptrace(SETREGS, pid, 0, ctypes.addressof(self.registers))
            if self.log and process.calls:
                process.calls[-1].result = struct.unpack_from("q", self.registers.raw, RAX * 8)[0]
        elif self.log and process.calls:
            process.calls[-1].result = struct.unpack_from("q", self.info.raw, 24)[0]


def run(command, point=None, log=False, quick=False, limit_s=60, whom=None, from_main=False, visit=None):
    """
    log: keeps the calls. quick: looks at no calls, only at the ends (peak_kb). whom: only at the calls of these processes.
    visit(tracer, pid, process): is called when a call begins; with log it is process.calls[-1].
    All processes are waited for; after limit_s they die.
    """
    if platform.machine() != "x86_64":
        raise CannotHere("the tracer knows the registers of x86_64 only")
    tracer, hung = _Tracer(point, log, () if quick else whom, from_main, visit), []

    def end():
        hung.append(True)
        for each in list(tracer.by_pid):
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                pass

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began, timer = time.monotonic(), threading.Timer(limit_s, end)
        tracer.start([str(each) for each in command], out.fileno(), err.fileno())
        timer.start()
        try:
            tracer.wait_all()
        finally:
            timer.cancel()
        seconds = time.monotonic() - began
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    first = tracer.order[0].status
    code = os.waitstatus_to_exitcode(first) if first is not None else -signal.SIGKILL
    return Run(code, *texts, tracer.order, seconds, tracer.hit, bool(hung))

