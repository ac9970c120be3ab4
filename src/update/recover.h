/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every boot does first, before the ISP is started and before anything reads the saved
 * settings: looks at the journal and finishes what a cut left unfinished. Never waits for the
 * network or a person; on an idle camera it writes nothing.
 */
#ifndef UPDATE_RECOVER_H
#define UPDATE_RECOVER_H

#include "camera/camera.h"

enum recover_status {
    RECOVER_FINE = 0,
    RECOVER_LOST = 3,   /* no journal, or none of its records is valid: nothing was touched */
    RECOVER_CANNOT = 4, /* a record that must be changed and cannot: the ISP must not be started */
};

enum { RECOVER_BOOTS = 2, RECOVER_ATTEMPTS = 3 };

/* Does it, and says in one line what it found and did. The caller holds the lock. `retry`: what was
 * given up after RECOVER_ATTEMPTS boots is tried again, since a person has mended the flash. */
enum recover_status recover(const struct camera *camera, bool retry, char *line, size_t capacity);

#endif
