# SPDX-License-Identifier: Apache-2.0
"""A terminal of a size, and what stands on it: a pty, and a screen that wraps, scrolls and heeds the
few sequences that `ispup push` uses. What has scrolled out at the top is kept.
"""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

SECONDS = 60  # what takes this long hangs
SEQUENCE = re.compile(r"\x1b\[(\d*)([A-Z])")


class Screen:
    def __init__(self, lines, columns):
        self.lines, self.columns = lines or 24, columns or 80
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
        while len(self.rows) > self.lines:
            self.gone.append(self.rows.pop(0))
            self.row -= 1

    def resize(self, lines, columns):
        """As terminals do that do not wrap anew: what is too long is cut."""
        self.lines, self.columns = lines or 24, columns or 80
        for row in self.rows:
            del row[self.columns:]

    def text(self):
        """All of it, what has scrolled out too; the lines that are not empty."""
        lines = ["".join(row).rstrip() for row in self.gone + self.rows]
        return [line for line in lines if line]


class Terminal:
    """The pty's end of whoever looks at it. `slave` is for the program."""

    def __init__(self, lines, columns):
        self.screen = Screen(lines, columns)
        self.master, self.slave = pty.openpty()
        self.resize(lines, columns)

    def resize(self, lines, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def start(self, start, *words, **options):
        """`start` is that of Push; the program then has the other end alone."""
        child = start(*words, stdout=self.slave, **options)
        os.close(self.slave)
        return child

    def read(self):
        """One piece; empty where the program has ended."""
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
        """What was written from now on."""
        shown = ""
        while piece := self.read():
            shown += piece
        os.close(self.master)
        return shown
