# SPDX-License-Identifier: Apache-2.0
"""An older kernel, for one program: a filter says that it does not have certain system calls. Hand
one of the last functions to subprocess as `preexec_fn`."""

import ctypes
import errno

PR_SET_SECCOMP = 22
SECCOMP_GET_ACTION_AVAIL = 2
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
EQUAL = 4


class Test(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int),
                ("value", ctypes.c_uint64), ("other", ctypes.c_uint64)]


def hide(*rules):
    """`rules`: a call, the error that it fails with, and what its first argument is then (None:
    anything)."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int,
                                               ctypes.c_uint, ctypes.POINTER(Test)]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    filters = library.seccomp_init(ALLOW)
    for name, error, first in rules:
        call = library.seccomp_syscall_resolve_name(name)
        test = Test(0, EQUAL, first or 0, 0)
        if library.seccomp_rule_add_array(filters, ERRNO | error, call, int(first is not None),
                                          ctypes.byref(test)) != 0:
            raise OSError(f"no rule for {name}")
    if library.seccomp_load(filters) != 0:
        raise OSError("no filter")


def hide_filters():
    hide((b"seccomp", errno.ENOSYS, None), (b"prctl", errno.EINVAL, PR_SET_SECCOMP))


def hide_close_range():
    """Before 5.9."""
    hide((b"close_range", errno.ENOSYS, None))


def hide_ends_of_processes():
    """Before 4.14: a filter ends a thread alone."""
    hide((b"close_range", errno.ENOSYS, None),
         (b"seccomp", errno.EINVAL, SECCOMP_GET_ACTION_AVAIL))
