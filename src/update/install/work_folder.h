/* SPDX-License-Identifier: Apache-2.0 */
/* The work folder as the installer uses it: the path of a staged file, free room, cleaning. */
#ifndef UPDATE_INSTALL_WORK_FOLDER_H
#define UPDATE_INSTALL_WORK_FOLDER_H

#include "camera/camera.h"

/* The file for a component that the record's update does not write into its bank at once. */
bool work_folder_staged_path(const struct camera *camera, const struct journal_record *record,
                             enum component which, char path[FILE_PATH_SIZE],
                             struct error *err) MUST_CHECK;

/* Fails with ERROR_ROOM, "work folder: needs N bytes, has M". */
bool work_folder_has_room(const struct camera *camera, uint64_t bytes,
                          struct error *err) MUST_CHECK;

/* Removes every `staged-`, `single-` and `old-` file that the record does not name. A failure is
 * logged: it costs room, nothing else. */
void work_folder_clean(const struct camera *camera, const struct journal_record *record);

#endif
