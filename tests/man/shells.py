"""Real shells that complete a line: bash and zsh on a terminal, fish by its own word for it.

Each has three questions. offers(line): what may stand at its end, {word: description}. completes(line): the line after one
press of Tab. receives(line): what the program gets when the completed line is run, as a list of words.
"""

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import termios
import time

from bench import TOP

COMPLETIONS = TOP / "packaging/completions"
SECONDS = 10
# Stands for the program: answers what completions ask of it, and keeps what it is given otherwise.
STAND_IN = """#!/bin/sh
if [ "$1" = history ]; then shift; exec {program} history "$@"; fi
printf '%s\\0' "$@" >{folder}/received.new
mv {folder}/received.new {folder}/received
"""


class Quiet(Exception):
    """A shell did not answer."""


def environment(folder):
    return {"PATH": f"{folder}/bin:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "TERM": "xterm", "PS1": "",
            "INPUTRC": "/dev/null", "XDG_CONFIG_HOME": f"{folder}/config", "XDG_DATA_HOME": f"{folder}/data"}


class Terminal:
    """A shell that reads keys; its answers come by files in the folder."""
    command, START = (), ""

    def __init__(self, folder, work, more=""):
        self.folder, self.work, self.said = folder, work, b""
        ours, theirs = pty.openpty()
        self.process = subprocess.Popen(self.command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=work,
                                        env=environment(folder), start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(theirs)
        self.terminal = ours
        start = folder / f"start.{self.name}"
        text = self.START.replace("@FOLDER@", shlex.quote(str(folder)))
        start.write_text(text.replace("@COMPLETIONS@", shlex.quote(str(COMPLETIONS))) + more)
        self.keys(f". {shlex.quote(str(start))}\n")
        self.answer("line", self.ASK_LINE)

    def keys(self, text):
        os.write(self.terminal, text.encode())

    def drain(self, seconds=0.0):
        while select.select([self.terminal], [], [], seconds)[0]:
            try:
                self.said += os.read(self.terminal, 65536)
            except OSError:
                return

    def answer(self, name, keys):
        """What the shell writes to the file after these keys."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        self.keys(keys)
        end = time.monotonic() + SECONDS
        while not path.exists():
            self.drain(0.002)
            if time.monotonic() > end or self.process.poll() is not None:
                raise Quiet(f"no answer; the terminal shows {self.said[-600:].decode(errors='replace')!r}")
        self.drain()
        return path.read_bytes().decode(errors="surrogateescape")

    def clear(self):
        self.keys(self.CLEAR)
        self.answer("line", self.ASK_LINE)
        self.said = b""

    def complained(self):
        """Whatever looks like a complaint of a shell on the terminal."""
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.said.decode(errors="replace"))
        return re.findall(r".*(?:not found|no match|bad |error|rror:|unexpected|syntax|No such|invalid|unbound).*", text)

    def completes(self, line):
        self.clear()
        self.keys(line)
        return self.answer("line", "\t" + self.ASK_LINE)

    def seconds(self, line):
        """How long Tab takes, the shortest of five."""
        taken = []
        for _ in range(5):
            self.clear()
            self.keys(line)
            self.drain(0.02)
            begun = time.monotonic()
            self.answer("line", "\t" + self.ASK_LINE)
            taken.append(time.monotonic() - begun)
        return min(taken)

    def receives(self, line):
        self.clear()
        (self.folder / "received").unlink(missing_ok=True)
        self.keys(line + "\t")
        return self.answer("received", "\n").split("\0")[:-1]

    def close(self):
        os.close(self.terminal)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Bash(Terminal):
    name = "bash"
    command = ("bash", "--norc", "--noprofile", "-i")
    ASK_LINE, CLEAR = "\x18p", "\x05\x15"  # C-x p; C-e C-u
    START = r"""
PS1= PS2= HISTFILE=
bind 'set enable-bracketed-paste off'
bind 'set completion-query-items 0'
bind 'set page-completions off'
keep() { printf %s "$READLINE_LINE" >@FOLDER@/line.new; mv @FOLDER@/line.new @FOLDER@/line; }
bind -x '"\C-xp": keep'
source @COMPLETIONS@/holdfast.bash
source @COMPLETIONS@/holdfast-send.bash
"""

    def offers(self, line):
        """Readline puts all that it would offer into the line (M-*), quoted as it would be."""
        self.clear()
        self.keys(line)
        whole = self.answer("line", "\x1b*" + self.ASK_LINE)
        kept = line[:len(line) - len(re.search(r"[^ =]*$", line)[0])]
        if whole == line or not whole.startswith(kept):
            return {}
        return {word: "" for word in shlex.split(whole[len(kept):])}


class Zsh(Terminal):
    name = "zsh"
    command = ("zsh", "-f", "-i")
    ASK_LINE, CLEAR = "\x18p", "\x05\x15"
    START = r"""
PS1= PS2= HISTFILE= LISTMAX=0
unsetopt prompt_sp prompt_cr beep
bindkey -e
fpath=(@COMPLETIONS@ $fpath)
autoload -Uz compinit; compinit -D -u
keep() { print -rn -- "$BUFFER" >@FOLDER@/line.new; command mv @FOLDER@/line.new @FOLDER@/line }
zle -N keep; bindkey '^Xp' keep
# What a completion adds is kept on its way: every match, and how it is shown.
compadd() {
	if [[ " $* " != *' -'[OAD]' '* ]]; then
		local -a hits shown given=("$@")
		integer i=${given[(Ie)-d]}
		((i)) && shown=("${(@P)given[i+1]}")
		builtin compadd -A hits ${shown:+-D} ${shown:+shown} "$@"
		for ((i = 1; i <= $#hits; i++)); do print -r -- "${hits[i]}"$'\t'"${shown[i]}"; done >>@FOLDER@/offers
	fi
	builtin compadd "$@"
}
"""

    def offers(self, line):
        path = self.folder / "offers"
        path.unlink(missing_ok=True)
        self.completes(line)
        rows = [row.split("\t") for row in path.read_text().splitlines()] if path.exists() else []
        return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


class Fish:
    name = "fish"

    def __init__(self, folder, work):
        self.folder, self.work, self.errors = folder, work, ""

    def ask(self, script, *arguments):
        files = [COMPLETIONS / name for name in ("holdfast.fish", "holdfast-send.fish")]
        sources = "".join(f"source {shlex.quote(str(path))}; " for path in files)
        result = subprocess.run(["fish", "--no-config", "-c", sources + script, "--", *arguments], cwd=self.work,
                                env=environment(self.folder), capture_output=True, check=False, timeout=SECONDS,
                                stdin=subprocess.DEVNULL)
        self.errors += result.stderr.decode(errors="replace")
        return result.stdout.decode(errors="surrogateescape")

    def offers(self, line):
        rows = [row.split("\t") for row in self.ask("complete -C $argv[1]", line).splitlines()]
        return {row[0]: row[1] if len(row) > 1 else "" for row in rows}

    def completes(self, line):
        """The one candidate in place of the last word."""
        rows = [row.split("\t")[0] for row in self.ask("complete --escape -C $argv[1]", line).splitlines()]
        kept = line[:len(line) - len(re.search(r"[^ ]*$", line)[0])]
        return f"{kept}{rows[0]}{'' if rows[0].endswith(('.', '/')) else ' '}" if len(rows) == 1 else line

    def receives(self, line):
        (self.folder / "received").unlink(missing_ok=True)
        self.ask(self.completes(line))
        path = self.folder / "received"
        return path.read_bytes().decode(errors="surrogateescape").split("\0")[:-1] if path.exists() else []

    def seconds(self, line):
        """Without the start of fish, which is over when somebody types."""
        out = self.ask("for i in 1 2 3 4 5; set -l begun (date +%s%N); complete -C $argv[1] >/dev/null; "
                       "math (date +%s%N) - $begun; end", line)
        return min(float(each) for each in out.split()) / 1e9

    def complained(self):
        return self.errors.splitlines()

    def close(self):
        pass


SHELLS = {"bash": Bash, "zsh": Zsh, "fish": Fish}
