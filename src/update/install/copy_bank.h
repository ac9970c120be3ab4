/* SPDX-License-Identifier: Apache-2.0 */
/* From a bank into a file of the work folder: the copy of the old bytes, for a rollback. */
#ifndef UPDATE_INSTALL_COPY_BANK_H
#define UPDATE_INSTALL_COPY_BANK_H

#include "camera/flash.h"
#include "camera/store.h"
#include "image/digest.h"

/* Makes a new file with the bank's first `size` bytes. Their digest must be `expected`; otherwise
 * it fails, and no file is left. */
bool copy_bank_to_file(struct store *store, const char *path, struct flash *flash, uint64_t size,
                       const struct digest *expected, struct error *err) MUST_CHECK;

#endif
