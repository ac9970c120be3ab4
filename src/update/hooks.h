/* SPDX-License-Identifier: Apache-2.0 */
/* The product's own programs around the banks: `hold`, `release`, `activate`, `probe`. */
#ifndef UPDATE_HOOKS_H
#define UPDATE_HOOKS_H

#include "camera/camera.h"

/* Before a commit that needs them: each of the configured programs can be run. */
bool hooks_check(const struct camera *camera, struct error *err) MUST_CHECK;

/* One without a program does nothing. A status other than 0 is ERROR_FLASH with the last line of
 * its error output. */
bool hooks_hold(const struct camera *camera, struct error *err) MUST_CHECK;

/* Its failure is logged: the update goes on. */
void hooks_release(const struct camera *camera);

/* Tells the hardware to start this component from this bank. */
bool hooks_activate(const struct camera *camera, enum component which, unsigned bank,
                    struct error *err) MUST_CHECK;

/* Whether the ISP makes pictures; `has_probe` false: nobody can tell. */
bool hooks_has_probe(const struct camera *camera);
bool hooks_probe(const struct camera *camera);

#endif
