# SPDX-License-Identifier: Apache-2.0
"""An older kernel, for one program: a filter says that it does not have certain system calls. Hand
`hide_filters` or `hide_close_range` to subprocess as `preexec_fn`."""

import ctypes
import errno

PR_SET_SECCOMP = 22
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
EQUAL = 4


class Test(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int),
                ("value", ctypes.c_uint64), ("other", ctypes.c_uint64)]


def hide(*rules):
    """`rules`: a call, the error that it fails with, and how many of its tests must hold (the one
    there is: its first argument is that of a filter)."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int,
                                               ctypes.c_uint, ctypes.POINTER(Test)]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    filters = library.seccomp_init(ALLOW)
    set_seccomp = Test(0, EQUAL, PR_SET_SECCOMP, 0)
    for name, error, count in rules:
        call = library.seccomp_syscall_resolve_name(name)
        if library.seccomp_rule_add_array(filters, ERRNO | error, call, count,
                                          ctypes.byref(set_seccomp)) != 0:
            raise OSError(f"no rule for {name}")
    if library.seccomp_load(filters) != 0:
        raise OSError("no filter")


def hide_filters():
    hide((b"seccomp", errno.ENOSYS, 0), (b"prctl", errno.EINVAL, 1))


def hide_close_range():
    hide((b"close_range", errno.ENOSYS, 0))
