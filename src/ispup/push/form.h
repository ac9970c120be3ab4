/* SPDX-License-Identifier: Apache-2.0 */
/* The specification's stages 1 and 2: asks for the form and reads it, as a browser would. */
#ifndef ISPUP_PUSH_FORM_H
#define ISPUP_PUSH_FORM_H

#include "ispup/push/report.h"

/* Whether the form leads to the camera's own upload command; nothing is sent to any other address.
 * False: the outcome is settled. */
bool push_form(struct push *push);

#endif
