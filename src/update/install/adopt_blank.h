/* SPDX-License-Identifier: Apache-2.0 */
/* Blank banks, found in a factory: the first update into one need not erase it. */
#ifndef UPDATE_INSTALL_ADOPT_BLANK_H
#define UPDATE_INSTALL_ADOPT_BLANK_H

#include "camera/camera.h"

/* Notes in the record which spare banks are blank: erasing has an effect on them, and all of each
 * reads as 0xff without a corrected bit. A bank that cannot be read is not blank. */
void adopt_note_blank(const struct camera *camera, struct journal_record *record);

#endif
