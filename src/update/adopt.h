/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal for flash that was filled by other means: the banks in use are read and described, so
 * that the first update's trial has something to go back to. Versions are UNKNOWN unless an image
 * file is given whose bytes the banks hold.
 */
#ifndef UPDATE_ADOPT_H
#define UPDATE_ADOPT_H

#include "camera/camera.h"

/* On a new camera describes the first banks into `record`, which the update's first journal record
 * then carries; on any other does nothing. Writes nothing. */
bool adopt_where_new(const struct camera *camera, struct journal_record *record,
                     struct error *err) MUST_CHECK;

/* `ispup-camera adopt [IMAGE]`: starts the journal anew, idle. For each component of the image
 * (NULL: none) one of its banks must hold the image's bytes, and becomes the one in use. Refused
 * while an update is under way or on trial. */
bool adopt(const struct camera *camera, const char *image_path, struct journal_record *record,
           struct error *err) MUST_CHECK;

#endif
