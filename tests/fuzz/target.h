/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fuzz target: a file fuzz_<target>.c that defines target_run. It is linked twice: with
 * libfuzzer.c for `make fuzz`, and with replay.c, which runs it on its corpus as a unit test.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "base/error.h"
#include "base/span.h"

/* Runs the code under test on one input. Ends the program if a promise is broken. */
void target_run(struct span input);

/* Ends the program and names the promise if `holds` is false. */
void target_expect(bool holds, const char *promise);

/* A refusal says why, in one line. */
void target_expect_reason(const struct error *err);

/* A parser gives the same result for every division of its input into pieces. */
void target_expect_same_reason(const struct error *whole, const struct error *cut);

/* `part` is empty or lies inside `text`: it is borrowed. */
void target_expect_inside(struct span text, struct span part);

#endif
