/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a program can be run, told before it has to: the kernel's own answer comes too late, and
 * names the program even if its interpreter is what is missing. */
#ifndef BASE_EXECUTABLE_H
#define BASE_EXECUTABLE_H

#include "base/error.h"

/* Fails with `kind`, "PATH: cannot be run: CAUSE", unless PATH is a file that this user may run. Of
 * a script, looks at its first line: a `#!` with an interpreter that exists, and no CR LF. */
bool executable_check(const char *path, enum error_kind kind, struct error *err) MUST_CHECK;

#endif
