/* SPDX-License-Identifier: Apache-2.0 */
/* Where `update` and `system` lie when the configuration does not say. */
#ifndef CAMERA_PROGRAMS_H
#define CAMERA_PROGRAMS_H

#include "camera/configuration.h"

/* Of a program PREFIX/sbin/NAME it is PREFIX/lib/cgi-bin, where `make install` puts both; of one
 * that lies elsewhere, and where it does not fit, /usr/lib/cgi-bin. */
void programs_beside(const char *self, char folder[FILE_PATH_SIZE]);

/* Fills in [server] programs where it is empty, from the path of the program that runs. */
void programs_settle(struct configuration *configuration);

#endif
