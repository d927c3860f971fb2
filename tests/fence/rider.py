"""Makes a process that has been stopped at a system call do other ones first, as if it had been taken over, and go on.

The call itself is made after them, so it can be seen too that what the process needs works. A call that ends the process is to be
the last of the list. x86_64 only, as the tracer.
"""
import ctypes
import errno
import os
import signal
import struct

import tracer

RSP, RIP, RSI, RDX, R10, R8, R9 = 19, 16, 13, 12, 7, 9, 8
ARGUMENTS = (tracer.RDI, RSI, RDX, R10, R8, R9)
SYSCALL_BYTES = 2
BELOW_STACK, CELL = 0x8000, 0x200       # where the words of a call are put
NUMBERS = {"ioctl": 16, "socket": 41, "connect": 42, "bind": 49, "execve": 59, "kill": 62, "truncate": 76, "creat": 85,
           "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "ptrace": 101, "capset": 126, "adjtimex": 159, "chroot": 161,
           "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169, "sethostname": 170, "init_module": 175,
           "delete_module": 176, "setxattr": 188, "kexec_load": 246, "openat": 257, "mkdirat": 258, "mknodat": 259,
           "unlinkat": 263, "renameat": 264, "linkat": 265, "symlinkat": 266, "fchmodat": 268, "unshare": 272,
           "utimensat": 280, "prlimit64": 302, "finit_module": 313, "renameat2": 316, "memfd_create": 319, "bpf": 321,
           "execveat": 322, "io_uring_setup": 425, "mount_setattr": 442}
LAST = object()         # the result of the call before


class Lost(Exception):
    """The process did not do what a traced process does; the harness, not the program, failed."""


def registers_of(pid):
    data = ctypes.create_string_buffer(tracer.REGISTERS.size)
    tracer.ptrace(tracer.GETREGS, pid, 0, ctypes.addressof(data))
    return list(tracer.REGISTERS.unpack(data.raw))


def set_registers(pid, words):
    data = ctypes.create_string_buffer(tracer.REGISTERS.pack(*words))
    tracer.ptrace(tracer.SETREGS, pid, 0, ctypes.addressof(data))


def step(pid):
    """To the next stop, or the end; its status as waitpid gives it."""
    tracer.ptrace(tracer.SYSCALL, pid)
    return os.waitpid(pid, tracer.WALL)[1]


def is_call(status):
    return os.WIFSTOPPED(status) and os.WSTOPSIG(status) == signal.SIGTRAP | 0x80


def name_of(result):
    return "done" if result >= 0 else errno.errorcode.get(-result, str(result))


def result_of(pid):
    return struct.unpack("q", struct.pack("Q", registers_of(pid)[tracer.RAX]))[0]


def put_off(pid, saved):
    """The call that is beginning does not happen, but one that does nothing; behind that others can be begun."""
    words = list(saved)
    words[tracer.ORIG_RAX], words[tracer.RDI] = tracer.CLOSE, (1 << 64) - 1
    set_registers(pid, words)
    step(pid)


def begin(pid, saved, number, arguments=()):
    """At the same place of the program, another call, stopped before it happens."""
    words = list(saved)
    words[RIP] -= SYSCALL_BYTES
    words[tracer.RAX], words[tracer.ORIG_RAX] = number, (1 << 64) - 1
    for register, value in zip(ARGUMENTS, arguments):
        words[register] = value
    set_registers(pid, words)
    status = step(pid)
    if not is_call(status):
        raise Lost(f"call {number} does not begin: {status:#x}")


def place(pid, saved, arguments, last):
    """The numbers of the arguments; texts and bytes go where the stack is not used."""
    at, found = saved[RSP] - BELOW_STACK, []
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
        for each in arguments:
            if each is LAST:
                each = last
            if isinstance(each, int):
                found.append(each % (1 << 64))
                continue
            data = each if isinstance(each, bytes) else each.encode() + b"\0"
            memory.seek(at)
            memory.write(data)
            found.append(at)
            at += max(CELL, len(data) + 8)
    return found


def is_ending(pid):
    return int(tracer.status_of(pid)["SigPnd"], 16) >> (signal.SIGSYS - 1) & 1


def happen(pid):
    """The call that has begun; its status when it is over."""
    status = step(pid)
    # A call for which seccomp ends the process seems to return before that.
    while os.WIFSTOPPED(status) and (status >> 16 == tracer.EXITING or is_call(status) and is_ending(pid)):
        status = step(pid)
    return status


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, tracer.WALL)[1]
    while os.WIFSTOPPED(status):
        tracer.ptrace(tracer.CONT, pid)
        status = os.waitpid(pid, tracer.WALL)[1]
    return status


def ride(who, pid, acts):
    """
    From `visit` of the tracer `who`. acts: [(name, call, arguments, ...)]. Returns {name: what came of it}: 'done', the name of an
    error, or of the signal that ended the process. What rests on a call that failed is 'left out'.
    """
    saved, found, last = registers_of(pid), {}, 0
    put_off(pid, saved)
    for name, call, arguments, *_ in acts:
        if LAST in arguments and last < 0:
            found[name] = "left out"
            continue
        begin(pid, saved, NUMBERS[call], place(pid, saved, arguments, last))
        status = happen(pid)
        if os.WIFSTOPPED(status) and not is_call(status):       # it is another program now
            found[name] = "done"
            status = kill(pid)
        if os.WIFSIGNALED(status):
            found.setdefault(name, signal.Signals(os.WTERMSIG(status)).name)
            who.see(pid, status)
            return found
        last = result_of(pid)
        found[name] = name_of(last)
    begin(pid, saved, saved[tracer.ORIG_RAX])
    return found
