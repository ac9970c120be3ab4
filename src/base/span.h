/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A range of bytes, usually from outside: pointer and size. Borrowed, not NUL-terminated. No
 * function here reads past the end or depends on the locale.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct span {
    const unsigned char *data; /* borrowed; may be NULL if size is 0 */
    size_t size;
};

#define SPAN_EMPTY ((struct span){NULL, 0})

struct span span_of(const void *data, size_t size);
struct span span_text(const char *text); /* a NUL-terminated string; NULL is empty */

bool span_same(struct span one, struct span other);
bool span_is(struct span bytes, const char *text);
bool span_same_letters(struct span one, struct span other); /* ignores ASCII letter case */
bool span_begins(struct span bytes, const char *text);
bool span_has(struct span bytes, unsigned char byte);

/* The bytes from `at` on; empty if `at` is at or past the end. */
struct span span_from(struct span bytes, size_t at);

/* The first `size` bytes, or all bytes if there are fewer. */
struct span span_first(struct span bytes, size_t size);

/* Moves the bytes before the first `separator` from `rest` to `part` and drops the separator.
 * Without a separator moves all bytes, leaves `rest` empty and returns false. */
bool span_split(struct span *rest, unsigned char separator, struct span *part);

/* Removes `text` from the front of `rest`; false if `rest` does not begin with it. */
bool span_skip(struct span *rest, const char *text);

struct span span_trim(struct span bytes, unsigned char byte); /* removes it at both ends */

/* `at` is the first position of `part` in `bytes`. False if there is none or `part` is empty. */
bool span_find(struct span bytes, struct span part, size_t *at);

/* Copies to `to` and adds a NUL. False if it does not fit or contains a NUL. */
bool span_copy(struct span bytes, char *to, size_t capacity) MUST_CHECK;

/* Copies as many bytes as fit, adds a NUL, and replaces bytes that are not printable ASCII by `?`.
 */
void span_printable(struct span bytes, char *to, size_t capacity);

bool byte_is_digit(unsigned char byte);
bool byte_is_upper(unsigned char byte);
bool byte_is_letter(unsigned char byte);
bool byte_is_printable(unsigned char byte); /* 0x20 to 0x7e */

#endif
