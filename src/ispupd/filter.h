/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that the process that serves HTTP may make (docs/ispupd.md lists them); any
 * other ends it. Two files implement this header: filter_seccomp.c, and filter_none.c for builds
 * with sanitizers, whose own calls no filter knows.
 */
#ifndef ISPUPD_FILTER_H
#define ISPUPD_FILTER_H

#include "base/error.h"

/* Why there can be no filter here, and what to do; NULL: there can. */
const char *filter_missing(void);

/* For this thread, and those that it begins. */
bool filter_enter(struct error *err) MUST_CHECK;

#endif
