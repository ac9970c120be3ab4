/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a reply as one line of printable ASCII; each byte has exactly one form. */
#ifndef ISPUP_RECORD_RECORDING_ESCAPE_H
#define ISPUP_RECORD_RECORDING_ESCAPE_H

#include "ispup/record/recording.h"

enum { RECORDING_LINE = 4096 }; /* bytes of text in one line, before they are escaped */

extern const char *const recording_end_names[RECORDING_END_COUNT];

/* A blank at the end becomes `\x20`: editors remove blanks there. */
void recording_escape(struct span text, FILE *file);

/* Appends the bytes to `to`, which has room for `line.size` more, and adds their number to `size`.
 * False: not what recording_escape writes. */
bool recording_unescape(struct span line, unsigned char *to, size_t *size) MUST_CHECK;

#endif
