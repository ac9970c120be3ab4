/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler's attributes that this project uses, under names that say what they promise. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The result says whether it worked: a caller must look at it. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Checked like printf: the format is argument `at`, its values begin at `first`. */
#define PRINTF(at, first) __attribute__((format(printf, at, first)))

/* Calls `release` with the variable's address when its scope ends, on every path. */
#define CLEANUP(release) __attribute__((cleanup(release)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
