/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One program under test: a file fuzz_<target>.c with target_run in it. It is linked twice: with
 * libfuzzer.c for `make fuzz`, and with replay.c, which runs it on its corpus as a unit test.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "base/error.h"
#include "base/span.h"

/* Runs the code under test on one input; whatever does not hold ends the program. */
void target_run(struct span input);

/* Ends the program, naming the promise, where it does not hold. */
void target_expect(bool holds, const char *promise);

/* Whoever refuses says why, in one line of its own. */
void target_expect_reason(const struct error *err);

/* However its bytes were cut, a parser says the same. */
void target_expect_same_reason(const struct error *whole, const struct error *cut);

/* `part` (or an empty one) lies in `text`: it is borrowed, not made. */
void target_expect_inside(struct span text, struct span part);

#endif
