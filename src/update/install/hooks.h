/* SPDX-License-Identifier: Apache-2.0 */
/* The product's own programs: `hold`, `release`, `activate`, `probe`. */
#ifndef UPDATE_INSTALL_HOOKS_H
#define UPDATE_INSTALL_HOOKS_H

#include "camera/camera.h"

enum { HOOKS_LINE_SIZE = 160 };

/* Fails before the commit if a configured program, or the restart, cannot be run. */
bool hooks_check(const struct camera *camera, struct error *err) MUST_CHECK;

/* Each does nothing if no program is configured. A status other than 0 is ERROR_FLASH with the last
 * line of the program's error output. */
bool hooks_hold(const struct camera *camera, struct error *err) MUST_CHECK;

/* A failure is only logged: the update goes on. */
void hooks_release(const struct camera *camera);

/* Tells the hardware to start this component from this bank. */
bool hooks_activate(const struct camera *camera, enum component which, unsigned bank_index,
                    struct error *err) MUST_CHECK;

/* Whether the ISP makes pictures. Without a probe this cannot be known. A failure quotes the last
 * line that the probe printed. */
bool hooks_has_probe(const struct camera *camera);
bool hooks_probe(const struct camera *camera, struct error *err) MUST_CHECK;

/* For `ispup-camera try`: runs a hook (`name`: hold, release, probe) as an update does, and tells
 * the last line of its error output even if it succeeds. */
bool hooks_try(const struct process_command *hook, const char *name,
               char last_line[HOOKS_LINE_SIZE], struct error *err) MUST_CHECK;
bool hooks_try_activate(const struct camera *camera, enum component which, unsigned bank_index,
                        char last_line[HOOKS_LINE_SIZE], struct error *err) MUST_CHECK;

#endif
