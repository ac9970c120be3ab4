/* SPDX-License-Identifier: Apache-2.0 */
/* The folders of `update` and `system`, and of the page, if the configuration names none. */
#ifndef CAMERA_PROGRAMS_H
#define CAMERA_PROGRAMS_H

#include "camera/configuration.h"

/* PREFIX/PLACE for a program in PREFIX/sbin: `make install` uses both. Otherwise, or if the path is
 * too long, /usr/PLACE. PLACE is lib/cgi-bin unless Meson's option cgi_folder says another. */
void programs_beside(const char *self, char folder[FILE_PATH_SIZE]);

/* PREFIX/share/ispup/www, in the same way; the folder need not exist. */
void programs_pages_beside(const char *self, char folder[FILE_PATH_SIZE]);

/* Sets [server] programs and pages if they are empty, from the path of the running program. Without
 * a folder of that name there are no pages. */
void programs_settle(struct configuration *configuration);

#endif
