# SPDX-License-Identifier: Apache-2.0
"""Simulates an older kernel for one program: a filter denies certain system calls as unknown. Pass
one of the last functions to subprocess as `preexec_fn`."""

import ctypes
import errno
import fcntl
import os

PR_SET_SECCOMP = 22
SECCOMP_GET_ACTION_AVAIL = 2
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
EQUAL = 4
MASKED_EQUAL = 7  # a mask, and the value of the masked argument


class Test(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int),
                ("value", ctypes.c_uint64), ("other", ctypes.c_uint64)]


def hide(*rules):
    """`rules`: a call, the error that it fails with, and tests of its arguments; the rule applies
    if all hold."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int,
                                               ctypes.c_uint, ctypes.POINTER(Test)]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    filters = library.seccomp_init(ALLOW)
    for name, error, *tests in rules:
        call = library.seccomp_syscall_resolve_name(name)
        if library.seccomp_rule_add_array(filters, ERRNO | error, call, len(tests),
                                          (Test * len(tests))(*tests)) != 0:
            raise OSError(f"no rule for {name}")
    if library.seccomp_load(filters) != 0:
        raise OSError("no filter")


def hide_filters():
    hide((b"seccomp", errno.ENOSYS),
         (b"prctl", errno.EINVAL, Test(0, EQUAL, PR_SET_SECCOMP, 0)))


def hide_getrandom():
    """Before 3.17."""
    hide((b"getrandom", errno.ENOSYS))


def lack_entropy():
    """Soon after the start: who asks for random bytes without waiting gets none."""
    hide((b"getrandom", errno.EAGAIN, Test(2, EQUAL, os.GRND_NONBLOCK, 0)))


def refuse_to_wait_for_entropy():
    """Who would wait gets an error."""
    hide((b"getrandom", errno.EIO, Test(2, EQUAL, 0, 0)))


def hide_close_range():
    """Before 5.9."""
    hide((b"close_range", errno.ENOSYS))


def hide_ends_of_processes():
    """Before 4.14: a filter kills only the calling thread."""
    hide((b"close_range", errno.ENOSYS),
         (b"seccomp", errno.EINVAL, Test(0, EQUAL, SECCOMP_GET_ACTION_AVAIL, 0)))


def hide_nameless_files():
    """Its file systems do not know O_TMPFILE. (Of that value, O_DIRECTORY is a bit of its own.)"""
    hide((b"openat", errno.EOPNOTSUPP, Test(2, MASKED_EQUAL, os.O_TMPFILE, os.O_TMPFILE)))


def hide_direct_reads():
    """Its file systems do not know O_DIRECT."""
    hide((b"fcntl", errno.EINVAL, Test(1, EQUAL, fcntl.F_SETFL, 0),
          Test(2, MASKED_EQUAL, os.O_DIRECT, os.O_DIRECT)))
