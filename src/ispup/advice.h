/* SPDX-License-Identifier: Apache-2.0 */
/* What to do about an ERROR of a camera, for whoever sent it an image. */
#ifndef ISPUP_ADVICE_H
#define ISPUP_ADVICE_H

#include <stdbool.h>

/* `line`: the camera's, `ERROR: ` or not before it. `has_record`: it answers ISP_STATUS, and so in
 * the words of docs/protocol.md; of others no more is known than the texts of the whole family.
 * NULL: nothing is known. */
const char *advice_for(const char *line, bool has_record);

#endif
