/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes from outside: where they begin and how many. Borrowed, not NUL-terminated. Nothing here
 * reads past the end, and nothing depends on the locale.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

struct span {
    const unsigned char *data; /* borrowed; may be NULL where size is 0 */
    size_t size;
};

#define SPAN_EMPTY ((struct span){NULL, 0})

struct span span_of(const void *data, size_t size);
struct span span_text(const char *text); /* a NUL-terminated string; NULL is empty */

bool span_same(struct span one, struct span other);
bool span_is(struct span bytes, const char *text);
bool span_same_letters(struct span one, struct span other); /* ASCII letter case folded */
bool span_begins(struct span bytes, const char *text);
bool span_has(struct span bytes, unsigned char byte);

/* The bytes from `at` on; empty where `at` is at or past the end. */
struct span span_from(struct span bytes, size_t at);

/* The first `size` bytes, or all of them where there are fewer. */
struct span span_first(struct span bytes, size_t size);

/* Takes the bytes before the first `separator` off `rest`, and the separator; true where there was
 * one. Without one takes all, leaves `rest` empty, and returns false. */
bool span_split(struct span *rest, unsigned char separator, struct span *part);

/* Takes `text` off the front of `rest` where it begins with it. */
bool span_skip(struct span *rest, const char *text);

struct span span_trim(struct span bytes, unsigned char byte); /* off both ends */

/* Where `part` first stands in `bytes`; false where it does not. */
bool span_find(struct span bytes, struct span part, size_t *at);

/* Copies into `to` with a NUL behind; false where it does not fit or has a NUL inside. */
bool span_copy(struct span bytes, char *to, size_t capacity) MUST_CHECK;

/* Copies what fits, every byte that is not printable ASCII replaced by `?`, with a NUL behind. */
void span_printable(struct span bytes, char *to, size_t capacity);

bool byte_is_digit(unsigned char byte);
bool byte_is_upper(unsigned char byte);
bool byte_is_letter(unsigned char byte);
bool byte_is_printable(unsigned char byte); /* 0x20 to 0x7e */

#endif
