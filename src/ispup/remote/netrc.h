/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ~/.netrc, which may hold passwords: `machine HOST`, `login NAME`, `password PASSWORD`, `default`,
 * separated by blanks and line ends. Entries of other hosts and macros are skipped and not
 * checked; what is not understood in an entry of the camera is refused with its line.
 */
#ifndef ISPUP_REMOTE_NETRC_H
#define ISPUP_REMOTE_NETRC_H

#include "base/error.h"
#include "base/span.h"

/* Finds login and password of the first entry for `host` (and `user`, unless that is empty), else
 * of `default`; borrowed from `text`. Both are empty if there is no entry. ERROR_CONFIGURATION. */
bool netrc_find(struct span text, struct span host, struct span user, struct span *login,
                struct span *password, struct error *err) MUST_CHECK;

#endif
