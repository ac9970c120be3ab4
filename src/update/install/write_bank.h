/* SPDX-License-Identifier: Apache-2.0 */
/* From a file of the work folder into a bank. */
#ifndef UPDATE_INSTALL_WRITE_BANK_H
#define UPDATE_INSTALL_WRITE_BANK_H

#include "camera/bank.h"
#include "camera/camera.h"

/* Makes sure that the bank has room for `size` bytes. Called before the journal record that
 * announces them. */
bool write_bank_reserve(const struct camera *camera, enum component which, unsigned bank_index,
                        uint64_t size, struct error *err) MUST_CHECK;

/* How a bank is written, and what was written. */
struct write_bank {
    enum component which;
    unsigned bank_index;     /* 0 or 1 */
    struct bank_known known; /* see bank_begin */
    uint64_t written, total; /* blocks */
};

/* Writes the whole file into a bank: by blocks, or through the program of a device that takes only
 * the whole. Fails if size or digest differ from the content's, in the file before the first write
 * or in the bank after the last one. A bank that cannot be read back is trusted. */
bool write_bank_from_file(const struct camera *camera, const char *path,
                          const struct journal_content *content, struct write_bank *writing,
                          struct error *err) MUST_CHECK;

#endif
