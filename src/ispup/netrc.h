/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ~/.netrc, where passwords may stand: words `machine HOST`, `login NAME`, `password PASSWORD`,
 * `default`, separated by blanks and line ends. No quotes, no macros: refused, not guessed at.
 */
#ifndef ISPUP_NETRC_H
#define ISPUP_NETRC_H

#include "base/error.h"
#include "base/span.h"

/* The login and password of the first entry for `host` (and `user`, where it is not empty), else of
 * `default`; borrowed from `text`. Both empty where there is none. ERROR_CONFIGURATION. */
bool netrc_find(struct span text, struct span host, struct span user, struct span *login,
                struct span *password, struct error *err) MUST_CHECK;

#endif
