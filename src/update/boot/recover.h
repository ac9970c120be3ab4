/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs first at every boot, before the ISP starts and before anything reads the saved settings:
 * reads the journal and completes what a power cut interrupted. Never waits for the network or a
 * person. On an idle camera it writes nothing.
 */
#ifndef UPDATE_BOOT_RECOVER_H
#define UPDATE_BOOT_RECOVER_H

#include "camera/camera.h"

enum recover_status {
    RECOVER_FINE = 0,
    RECOVER_LOST = 3,       /* the journal is lost: no flash was touched */
    RECOVER_CANNOT = 4,     /* an interrupted update cannot be completed: the ISP must not start */
    RECOVER_UNREADABLE = 5, /* the journal cannot be read: the same, and nothing starts */
};

enum { RECOVER_BOOTS = 2 };

/* `line` tells what was found and done. The caller holds the lock. `retry`: tries again what was
 * given up after JOURNAL_ATTEMPTS boots, because a person has repaired the flash. */
enum recover_status recover(const struct camera *camera, bool retry, char *line, size_t capacity);

#endif
