/* SPDX-License-Identifier: Apache-2.0 */
/* Static pages: the regular files of one folder. */
#ifndef ISPUPD_PAGES_H
#define ISPUPD_PAGES_H

#include "base/error.h"

#include <stdint.h>

struct page {
    int fd; /* owned */
    uint64_t size;
};

#define PAGE_NONE ((struct page){-1, 0})

/* Opens the page `name`, a plain file name (request_check.h). ERROR_HTTP_NOT_FOUND if it is not a
 * readable regular file (a symbolic link is not), or if `folder` is empty. */
bool page_open(struct page *page, const char *folder, const char *name,
               struct error *err) MUST_CHECK;

/* The Content-type for the name of a page. Static. */
const char *page_type(const char *name);

void page_close(struct page *page); /* for CLEANUP */

#endif
