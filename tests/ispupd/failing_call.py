# SPDX-License-Identifier: Apache-2.0
"""failing_call.py CALL ERROR PROGRAM...: runs a program under a kernel that answers a system call
with an error, like a kernel that does not have it."""

import ctypes
import errno
import os
import sys

ALLOW, ERROR = 0x7FFF0000, 0x00050000  # seccomp(2)

seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
rules = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(ALLOW)))
call = seccomp.seccomp_syscall_resolve_name(sys.argv[1].encode())
failure = ERROR | getattr(errno, sys.argv[2])
if call < 0 or seccomp.seccomp_rule_add(rules, ctypes.c_uint32(failure), call, 0) != 0 \
        or seccomp.seccomp_load(rules) != 0:
    sys.exit(f"cannot make {sys.argv[1]} fail")
os.execv(sys.argv[3], sys.argv[3:])
