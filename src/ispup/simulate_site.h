/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a simulation takes place: its folder, and the camera's programs, which are found beside
 * `ispup`: in a build folder, or under the PREFIX that they were installed to.
 */
#ifndef ISPUP_SIMULATE_SITE_H
#define ISPUP_SIMULATE_SITE_H

#include "base/file.h"

struct simulate_site {
    char folder[FILE_PATH_SIZE]; /* absolute, without a byte that a configuration cannot hold */
    bool is_temporary;           /* made by us, and removed at the end */
    char ispup[FILE_PATH_SIZE];  /* this program */
    char ispupd[FILE_PATH_SIZE];
    char camera[FILE_PATH_SIZE];   /* ispup-camera */
    char programs[FILE_PATH_SIZE]; /* the folder of update and system */
};

#define SIMULATE_SITE_NONE ((struct simulate_site){.is_temporary = false})

/* `folder` (NULL: a fresh one in the temporary folder) is made where it is not there, and must be
 * empty. `programs` (NULL: found) is a build folder's src, or a PREFIX. */
bool simulate_site_open(const char *folder, const char *programs, struct simulate_site *site,
                        struct error *err) MUST_CHECK;
/* For CLEANUP: removes the folder where it is temporary. Accepts SIMULATE_SITE_NONE. */
void simulate_site_close(struct simulate_site *site);

/* Removes a folder and all in it; what has gone meanwhile does not matter. */
void simulate_site_remove(const char *folder);

#endif
