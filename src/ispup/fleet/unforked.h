/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that child processes do not have. A child shares each page of its parent until one of the
 * two writes to it: then there are two. If the parent writes all the time, hundreds of children
 * that live for minutes would each keep an old page of their own.
 */
#ifndef ISPUP_FLEET_UNFORKED_H
#define ISPUP_FLEET_UNFORKED_H

#include "base/error.h"

#include <stddef.h>

/* `size` bytes, all 0, that begin with a page. A child that reads them ends by SIGSEGV. */
bool unforked_open(void **memory, size_t size, struct error *err) MUST_CHECK;

/* Does nothing for NULL. */
void unforked_close(void *memory, size_t size);

#endif
