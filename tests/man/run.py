#!/usr/bin/python3
"""The manual pages: lint, what they say held to the program and the schemas, and every example tried.

    tests/man/run.py [--only TEXT]... [--list]

$HOLDFAST is the program; holdfast-send lies beside it. Needs: mandoc, man-db, groff, jq.
The last line is "N passed, N failed". Exit 1 if anything failed.
"""

import sys

sys.dont_write_bytecode = True  # the tests leave nothing in the source tree
import cases_examples  # noqa: E402, F401
import cases_help  # noqa: E402, F401
import cases_pages  # noqa: E402, F401
import runner  # noqa: E402

if __name__ == "__main__":
    sys.exit(runner.main(__doc__, ("mandoc", "man", "jq")))
