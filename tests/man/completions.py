#!/usr/bin/python3
"""The completions of packaging/completions in real shells: bash and zsh on a terminal, fish by its own word for it.

    tests/man/completions.py [--only TEXT]... [--list]

$HOLDFAST is the program; holdfast-send lies beside it. Needs: zsh, fish.
The last line is "N passed, N failed". Exit 1 if anything failed.
"""

import sys

sys.dont_write_bytecode = True  # the tests leave nothing in the source tree
import cases_shells  # noqa: E402, F401
import runner  # noqa: E402

if __name__ == "__main__":
    sys.exit(runner.main(__doc__, ("bash", "zsh", "fish")))
