/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4) in its one canonical form: padded, no blank, no line end. */
#ifndef IMAGE_BASE64_H
#define IMAGE_BASE64_H

#include "base/span.h"

enum { BASE64_LIMIT = 64 }; /* bytes; the longest thing here is a signature */

/* Characters that `size` bytes make. */
#define BASE64_TEXT_SIZE(size) (((size) + 2) / 3 * 4)

/* Exactly `size` bytes (at most BASE64_LIMIT), the whole of `text`. `bytes` is written only on
 * success; no copy is left behind. */
bool base64_parse(struct span text, unsigned char *bytes, size_t size) MUST_CHECK;

/* Writes BASE64_TEXT_SIZE(bytes.size) characters and a NUL. */
void base64_format(struct span bytes, char *text);

#endif
