/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cage around the worker, closed before it reads a byte: limits on memory and processor time,
 * then a filter that lets through the few system calls that reading, unpacking and handing on need
 * (docs/sandbox.md lists them) and ends the process at any other. Two files implement this header:
 * sandbox_seccomp.c, and sandbox_none.c for builds with sanitizers, whose own calls no filter
 * knows.
 */
#ifndef UPDATE_SANDBOX_H
#define UPDATE_SANDBOX_H

#include "base/error.h"

#include <stdint.h>

enum {
    SANDBOX_DATA_LIMIT = 32 * 1024 * 1024,    /* bytes that it can write to */
    SANDBOX_MEMORY_LIMIT = 256 * 1024 * 1024, /* address space, programs and libraries with it */
    SANDBOX_PROCESSOR_SECONDS = 120,          /* and 4 more for each MiB of the upload */
    SANDBOX_LIFE_SECONDS = 24 * 60 * 60,      /* and one more for each KiB of the upload */
};

/* Why there can be no filter on this machine, and what to do; NULL: there can. */
const char *sandbox_missing(void);

/* The limits, for an upload of `length` bytes, and the filter where `filtered`. Afterwards only
 * descriptor 0 can be read and 1 be written. */
bool sandbox_enter(uint64_t length, bool filtered, struct error *err) MUST_CHECK;

#endif
