# SPDX-License-Identifier: Apache-2.0
"""Runs suites side by side and shows their progress: a line when one begins and ends, each failure
at once, and how many tests have ended."""

import os
import shutil
import sys
import time

from tally import Tally

SHOWN = 40  # lines of a failure; its log has the rest
OFTEN, SELDOM = 0.5, 30  # seconds between two reports of progress, on a terminal and in a log


class Board:
    def __init__(self):
        self.begun = self.told = time.monotonic()
        self.is_terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def say(self, text):
        """Prints whole lines, so that no other text gets between."""
        clear = "\r\x1b[K" if self.is_terminal else ""
        print(clear + text, flush=True)

    def show(self, running):
        """The progress; on a terminal a line that is overwritten."""
        now = time.monotonic()
        if now - self.told < (OFTEN if self.is_terminal else SELDOM):
            return
        self.told = now
        line = f"{now - self.begun:4.0f} s    {', '.join(map(place_of, running))}"
        if self.is_terminal:
            print(f"\r\x1b[K{line[:shutil.get_terminal_size().columns - 1]}", end="", flush=True)
        else:
            print(line, flush=True)

    def show_failures(self, suite):
        for name, text in suite.news:
            lines = text.splitlines()
            skipped = [f"({len(lines) - SHOWN} lines more)"] if len(lines) > SHOWN else []
            place = f"suite {suite.name}, its output is in {os.path.relpath(suite.log)}"
            told = [*skipped, *lines[-SHOWN:], place]
            self.say("\n".join([f"FAILED  {name}", *(f"        {line}" for line in told)]))
        suite.news.clear()

    def show_end(self, suite):
        told = [f"{'FAILED' if suite.tally.failed else 'ok':7} {suite.name}: "
                f"{suite.tally.line()} ({suite.seconds():.0f} s)"]
        told += [f"        skipped {count}: {reason}" for reason, count in suite.reasons.items()]
        self.say("\n".join(told))


def place_of(suite):
    return suite.name if suite.count is None else f"{suite.name} {suite.done()}/{suite.count}"


def run(suites, lanes=1):
    """Returns their sum. They start in the given order; `lanes` is how many run at a time."""
    board, waiting, running = Board(), list(suites), []
    tally, failures = Tally(), []
    try:
        while waiting or running:
            while waiting and len(running) < lanes:
                running.append(waiting.pop(0))
                running[-1].start()
                board.say(f"begin   {running[-1].name}")
            for suite in list(running):
                is_over = suite.is_over()
                board.show_failures(suite)
                if is_over:
                    running.remove(suite)
                    board.show_end(suite)
                    tally.add(suite.tally)
                    failures += suite.failures
            board.show(running)
            time.sleep(0.1)
    finally:
        for suite in running:
            suite.end()
    for name in dict.fromkeys(failures):
        board.say(f"failed: {name}")
    return tally
