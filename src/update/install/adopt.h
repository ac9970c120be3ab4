/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal for flash that was filled by other means: reads the banks in use and records size and
 * digest, so that the first update's trial has a way back. Versions are UNKNOWN, unless an image
 * file is given and the banks hold its bytes.
 */
#ifndef UPDATE_INSTALL_ADOPT_H
#define UPDATE_INSTALL_ADOPT_H

#include "camera/camera.h"
#include "image/descriptor.h"

/* The boots have given up the record's update or rollback: nothing is known of what the banks hold,
 * as after a lost journal. Changes the record in memory only. */
void adopt_forget(struct journal_record *record);

/* What an update knows of the banks in use, before it writes its first record. On a new camera the
 * first banks are described, so that a trial can go back to them. If the journal was lost, a bank
 * that holds a component of `descriptor` is the one in use, and nothing is known of the others.
 * Writes nothing. After adopt_forget the image must have every component that may be half written:
 * ERROR_IMAGE. */
bool adopt_before_update(const struct camera *camera, const struct descriptor *descriptor,
                         struct journal_record *record, struct error *err) MUST_CHECK;

/* `ispup-camera adopt [IMAGE]`: starts a new journal, idle. For each component of the image (NULL:
 * no image) one of its banks must hold the image's bytes; it becomes the bank in use. Of an only
 * bank that cannot be read the image is believed, and its bytes are kept as the copy for the way
 * back. Refused during an update or a trial; `is_factory`: also if there is a journal;
 * then spare banks that are blank are recorded as such. After a
 * failure the journal and its copies are as before. */
bool adopt(const struct camera *camera, const char *image_path, bool is_factory,
           struct journal_record *record, struct error *err) MUST_CHECK;

/* Whether the component's only bank cannot be read, and no copy of its bytes is kept: the next
 * update of it has no way back. */
bool adopt_lacks_copy(const struct camera *camera, const struct journal_record *record,
                      enum component which);

#endif
