/* SPDX-License-Identifier: Apache-2.0 */
/* The front of `/cgi-bin/system`: LOGIN, SYSTEM_INFO, SYSTEM_LOG, SAVE, REBOOT, SAVE_REBOOT. */
#ifndef UPDATE_FRONT_SYSTEM_H
#define UPDATE_FRONT_SYSTEM_H

#include <stdbool.h>

/* As update_answer. */
int system_answer(const char *configuration, bool trusted, char *const *environment, int in,
                  int out);

#endif
