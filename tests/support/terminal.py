# SPDX-License-Identifier: Apache-2.0
"""A terminal of a given size and its screen: a pty, and a screen that wraps, scrolls, and obeys
the few sequences that `ispup push` uses. Lines that scroll out at the top are kept."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

import pytest

SECONDS = 60  # what takes this long hangs
SEQUENCE = re.compile(r"\x1b\[(\d*)([A-Z])")


class Screen:
    def __init__(self, lines, columns, wraps):
        self.lines, self.columns, self.wraps = lines or 24, columns or 80, wraps
        self.gone, self.rows = [], [[]]
        self.row = self.column = 0

    def feed(self, text):
        at = 0
        while at < len(text):
            sequence = SEQUENCE.match(text, at)
            if sequence:
                self.obey(sequence[2], int(sequence[1] or 1))
                at = sequence.end()
                continue
            self.put(text[at])
            at += 1

    def obey(self, letter, count):
        if letter == "A":
            self.row = max(0, self.row - count)
        elif letter == "K":
            del self.rows[self.row][self.column:]
        else:
            raise AssertionError(f"unknown sequence {letter}")

    def put(self, byte):
        if byte == "\r":
            self.column = 0
        elif byte == "\n":
            self.go_down()
        else:
            if self.column >= self.columns:
                self.column = 0
                self.go_down()
            row = self.rows[self.row]
            row.extend(" " * (self.column - len(row)))
            row[self.column:self.column + 1] = byte
            self.column += 1

    def go_down(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])
        self.scroll()

    def scroll(self):
        while len(self.rows) > self.lines:
            self.gone.append(self.rows.pop(0))
            self.row -= 1

    def resize(self, lines, columns):
        """Lines that are too long are wrapped again, as most terminals do, or cut, as xterm
        does."""
        self.lines, self.columns = lines or 24, columns or 80
        rows, cursor = [], self.row
        for at, row in enumerate(self.rows):
            pieces = [row[i:i + self.columns] for i in range(0, len(row), self.columns)] or [[]]
            if at == cursor:
                self.row = len(rows)
            rows += pieces if self.wraps else pieces[:1]
        self.rows = rows
        self.scroll()

    def text(self):
        """All lines that are not empty, including those that scrolled out."""
        lines = ["".join(row).rstrip() for row in self.gone + self.rows]
        return [line for line in lines if line]


def need_terminals():
    """Skips a test if this machine has no pseudo-terminals: a container without /dev/pts."""
    try:
        ends = pty.openpty()
    except OSError as err:
        pytest.skip(f"no pseudo-terminals here: {err}")
    for end in ends:
        os.close(end)


def fork():
    """pty.fork, for a machine that has pseudo-terminals."""
    need_terminals()
    return pty.fork()


class Terminal:
    """The reader's end of the pty. `slave` is the program's end."""

    def __init__(self, lines, columns, wraps=False):
        need_terminals()
        self.screen = Screen(lines, columns, wraps)
        self.master, self.slave = pty.openpty()
        self.resize(lines, columns)

    def resize(self, lines, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def start(self, start, *words, **options):
        """`start` is that of Push; afterwards only the program has the other end."""
        child = start(*words, stdout=self.slave, **options)
        os.close(self.slave)
        return child

    def read(self):
        """One piece; empty if the program has ended."""
        assert select.select([self.master], [], [], SECONDS)[0], self.screen.text()
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return ""
        text = piece.decode()
        self.screen.feed(text)
        return text

    def read_until(self, is_so):
        deadline = time.monotonic() + SECONDS
        while not is_so(self.screen.text()):
            assert self.read() and time.monotonic() < deadline, self.screen.text()

    def read_to_the_end(self):
        """The output from now on."""
        shown = ""
        while piece := self.read():
            shown += piece
        os.close(self.master)
        return shown
