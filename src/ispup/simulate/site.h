/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of a simulation, and the paths of the camera's programs. They are found next to
 * `ispup`: in a build folder, or under the PREFIX of the installation.
 */
#ifndef ISPUP_SIMULATE_SITE_H
#define ISPUP_SIMULATE_SITE_H

#include "base/file.h"

struct simulate_site {
    char folder[FILE_PATH_SIZE]; /* absolute; can be written into a configuration */
    bool is_temporary;           /* this program made it, and removes it at the end */
    char ispup[FILE_PATH_SIZE];  /* this program */
    char ispupd[FILE_PATH_SIZE];
    char ispup_camera[FILE_PATH_SIZE];
    char programs[FILE_PATH_SIZE]; /* the folder of update and system */
    char pages[FILE_PATH_SIZE];    /* of the operator's page; may be missing */
    char tls[FILE_PATH_SIZE];      /* the folder of certificate and key; empty: plain HTTP */
};

#define SIMULATE_SITE_NONE ((struct simulate_site){.is_temporary = false})

/* `folder` must be empty, or not exist: then it is made. NULL: a new one in TMPDIR or /tmp.
 * `programs` is a build folder's src, or a PREFIX; NULL: they are searched. */
bool simulate_site_open(const char *folder, const char *programs, struct simulate_site *site,
                        struct error *err) MUST_CHECK;
/* For CLEANUP: removes the folder if it is temporary. Accepts SIMULATE_SITE_NONE. */
void simulate_site_close(struct simulate_site *site);

/* The folder of certificate and key, or NULL. */
const char *simulate_site_tls(const struct simulate_site *site);

/* Removes a folder and all in it. Files that vanish meanwhile are no error. */
void simulate_site_remove(const char *folder);

#endif
