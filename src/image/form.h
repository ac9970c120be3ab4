/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a fixed form, such as a version or a time: every byte has its place. */
#ifndef IMAGE_FORM_H
#define IMAGE_FORM_H

#include "base/span.h"

/* Whether `text` is `form` byte by byte, a 0 in the form standing for any digit. */
bool form_matches(struct span text, const char *form);

/* The number that `count` digits from `at` on say; form_matches has seen that they are digits. */
unsigned form_number(struct span text, size_t at, size_t count);

#endif
