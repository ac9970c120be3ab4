/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that the server may make (listed in docs/ispupd.md). Any other call ends the
 * server. Two files implement this header: filter_seccomp.c, and filter_none.c for builds with
 * sanitizers, which make calls of their own.
 */
#ifndef ISPUPD_FILTER_H
#define ISPUPD_FILTER_H

#include "base/error.h"

/* Why no filter is possible here, and what to do about it. NULL if one is possible. */
const char *filter_missing(void);

/* Applies to this thread and to the threads that it starts later. */
bool filter_enter(struct error *err) MUST_CHECK;

#endif
