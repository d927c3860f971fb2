"""Checks that go on after a failure, and the line that counts them.

    checks = Checks(); with checks.case("the next minute is not blocked"): checks.holds(...); checks.same(...)
    exit(checks.close())
"""
import contextlib
import sys
import threading
import time
import traceback


class Checks:
    def __init__(self, verbose=False):
        self.passed = self.failed = 0
        self.verbose, self.begun, self.lock = verbose, time.monotonic(), threading.Lock()
        self.of_thread = threading.local()

    @contextlib.contextmanager
    def case(self, name):
        """One case; cases of several threads may be open at a time."""
        mine = self.of_thread
        mine.problems, mine.count = [], 0
        try:
            yield self
        except Exception as problem:
            mine.problems.append("".join(traceback.format_exception(problem)).rstrip())
        if not mine.problems and not mine.count:
            mine.problems.append("it checked nothing, so it could not have failed")
        with self.lock:
            self.failed += bool(mine.problems)
            self.passed += not mine.problems
            if mine.problems or self.verbose:
                print(f"{'failed' if mine.problems else 'passed'}  {name}  ({time.monotonic() - self.begun:.0f} s)")
            for each in mine.problems:
                print("    " + each.replace("\n", "\n    "))
            sys.stdout.flush()

    def holds(self, condition, text):
        self.of_thread.count += 1
        if not condition:
            self.of_thread.problems.append(str(text))
        return bool(condition)

    def same(self, what, found, wanted):
        return self.holds(found == wanted, f"{what}: wanted {wanted!r}, found {found!r}")

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0
