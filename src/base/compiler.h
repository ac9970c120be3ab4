/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler attributes that this project uses, each with a readable name. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

/* The caller must check the result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Checked like printf: argument `at` is the format, argument `first` is the first value. */
#define PRINTF(at, first) __attribute__((format(printf, at, first)))

/* Calls `release` with the variable's address when its scope ends, on every path. */
#define CLEANUP(release) __attribute__((cleanup(release)))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
