/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of one camera through `ispup push`, in a process of its own: ask, check, upload, watch.
 * Each step takes what the step before it found out.
 */
#ifndef ISPUP_PUSH_PUSH_H
#define ISPUP_PUSH_PUSH_H

#include "ispup/push/report.h"

/* Sends events, of which the last one is the outcome; then returns. */
void push_run(const struct push_options *options, const struct image_file *image,
              const struct target *target, int events, int gate);

/* The same for an image that another process began to send, and whose outcome no one has seen:
 * sends nothing, and asks until there is a verdict. `before`: what the camera had shown. Not done
 * with REASON_NO_TRACE: the camera's record proves that nothing was installed. */
void push_resume(const struct push_options *options, const struct image_file *image,
                 const struct target *target, const struct outcome *before, int events);

#endif
