/* SPDX-License-Identifier: Apache-2.0 */
/* Static pages: the plain files of one folder. */
#ifndef ISPUPD_PAGES_H
#define ISPUPD_PAGES_H

#include "base/error.h"

#include <stdint.h>

struct page {
    int fd; /* owned */
    uint64_t size;
};

#define PAGE_NONE ((struct page){-1, 0})

/* `name` is a plain file name (gate.h). ERROR_HTTP_NOT_FOUND for whatever is no readable regular
 * file there, symbolic links among it; so too where `folder` is empty. */
bool page_open(struct page *page, const char *folder, const char *name,
               struct error *err) MUST_CHECK;

/* The Content-type that a page's name says. Static. */
const char *page_type(const char *name);

void page_close(struct page *page); /* for CLEANUP */

#endif
