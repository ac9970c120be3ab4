# SPDX-License-Identifier: Apache-2.0
"""The owner of the settings as an attacker: swaps folders and links as fast as possible."""

import contextlib
import ctypes
import os
import signal

AT_FDCWD, RENAME_EXCHANGE = -100, 2
LOOKS = 200  # swaps before it checks whether its parent still runs
LIBRARY = ctypes.CDLL(None)


def can_swap():
    return hasattr(LIBRARY, "renameat2")


def swap(victim, folder):
    if LIBRARY.renameat2(AT_FDCWD, folder + b"/d", AT_FDCWD, folder + b"/l", RENAME_EXCHANGE) != 0:
        with contextlib.suppress(OSError):
            os.symlink(victim, folder + b"/l")


def swap_on(user, victim, folders, begun, parent):
    """Runs in a child, which ends when the test does."""
    try:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.write(begun, b"1")
        while os.getppid() == parent:
            for _ in range(LOOKS):
                for folder in folders:
                    swap(victim, folder)
    finally:
        os._exit(1)


@contextlib.contextmanager
def swapping(user, victim, folders):
    """While it lasts, `user` swaps `d` and `l` in each folder; `l` is a link to `victim`, and is
    made if it is missing."""
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        swap_on(user, os.fsencode(victim), [os.fsencode(folder) for folder in folders], writing,
                parent)
    os.close(writing)
    try:
        assert os.read(reading, 1) == b"1", "the attacker could not begin"
        yield
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
