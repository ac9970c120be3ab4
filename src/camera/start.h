/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What starts at the next boot, what has run since this one, and what a rollback goes back to. All
 * three are read off the journal's record: no flash is read (docs/flash.md, "What the status
 * says").
 */
#ifndef CAMERA_START_H
#define CAMERA_START_H

#include "camera/camera.h"

/* What a person must do when the boots have given up. The number is JOURNAL_ATTEMPTS. */
#define START_GIVEN_UP                                                                             \
    "given up after %d boots, run ispup-camera recover --retry and mend what it names"

/* What became of an update that a cut ended before its commit. */
#define START_INTERRUPTED "ERROR: update was interrupted before its commit: upload it again"

/* What starts next: the image, and the content of one component's bank. Borrowed from `record`. */
const struct journal_image *start_image(const struct journal_record *record);
const struct journal_content *start_content(const struct journal_record *record,
                                            enum component which);

/* False while it is not certain that a whole image can start: a component with one bank is half
 * written, `activate` has failed, the journal is lost, or `recover` failed at this boot. */
bool start_is_whole(const struct camera *camera, const struct journal_record *record);

/* A component whose only bank is half written by the record's update or rollback. */
bool start_is_half_written(const struct camera *camera, const struct journal_record *record,
                           enum component which);

/* The boots have given up completing the record's update or rollback: a person has to act. */
bool start_is_given_up(const struct journal_record *record);

/* Whether what starts next was changed in this boot. False if the boot id cannot be read. */
bool start_was_changed(const struct camera *camera, const struct journal_record *record);

/* An image is installed and neither confirmed nor rolled back. */
bool start_is_on_trial(const struct journal_record *record);

/* At rest, and the image that starts was never confirmed: it failed its trial and had no way back,
 * or a rollback led to such an image. `trial` probes it at every boot. */
bool start_is_unconfirmed(const struct journal_record *record);

/* What has run since this boot; versions and image are unknown while no whole image can start. */
void start_read_running(const struct camera *camera, const struct journal_record *record,
                        struct journal_run *run);

/* Keeps in the record what runs now. To be called before what starts next is changed while the ISP
 * runs, so never by `recover`. */
void start_keep_running(const struct camera *camera, struct journal_record *record);

/* The image that a rollback goes back to; NULL: the record knows no way back. Borrowed. */
const struct journal_image *start_way_back(const struct camera *camera,
                                           const struct journal_record *record);

#endif
