/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker's sandbox, entered before it reads a byte: limits on memory and processor time, then a
 * seccomp filter. It allows the few system calls for reading, unpacking and sending
 * (docs/sandbox.md lists them), and kills the process at any other. Three files implement this
 * header: sandbox_seccomp.c; sandbox_none.c, the limits alone, for builds without libseccomp; and
 * sandbox_instrumented.c for builds with sanitizers, which make calls of their own and need more
 * memory.
 */
#ifndef UPDATE_WORKER_SANDBOX_H
#define UPDATE_WORKER_SANDBOX_H

#include "base/error.h"

#include <stdint.h>

/* Why this machine or build has no filter, and what to do; NULL: it has one. */
const char *sandbox_missing(void);

/* Sets the limits for an upload of `length` bytes, and the filter if `filtered`. After that the
 * worker can only read descriptor 0 and write descriptor 1. */
bool sandbox_enter(uint64_t length, bool filtered, struct error *err) MUST_CHECK;

#endif
