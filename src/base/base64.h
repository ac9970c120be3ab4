/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4), only in its canonical form: padded, without blanks or line ends. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/span.h"

enum { BASE64_LIMIT = 96 }; /* bytes: an account and its password, the longest decoded value */

/* The number of characters for `size` bytes. */
#define BASE64_TEXT_SIZE(size) (((size) + 2) / 3 * 4)

/* The number of bytes that a canonical `text` stands for. */
size_t base64_size(struct span text);

/* The whole of `text` must be exactly `size` bytes (at most BASE64_LIMIT). `bytes` is written only
 * on success. Temporary copies are wiped: it may be a private key or a password. */
bool base64_parse(struct span text, unsigned char *bytes, size_t size) MUST_CHECK;

/* Writes BASE64_TEXT_SIZE(bytes.size) characters and a NUL. */
void base64_format(struct span bytes, char *text);

#endif
