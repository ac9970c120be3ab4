/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads, on a host, the HTML page with the upload form that a camera of any make sends
 * (docs/protocol.md, "The exchange"), to learn the upload's target. A page is refused if browsers
 * could understand it in two ways, or would send the upload to another place.
 */
#ifndef PROTOCOL_PAGE_H
#define PROTOCOL_PAGE_H

#include "base/error.h"
#include "base/span.h"

struct page {
    struct span action; /* borrowed from the page, nothing decoded */
};

/* The page must have exactly one form, sent by POST as multipart/form-data, and exactly one file
 * field, URL_FIRMWARE_IMAGE. ERROR_REQUEST, "page: ...". */
bool page_parse(struct span text, struct page *page, struct error *err) MUST_CHECK;

/* True if the form's action is exactly `command` of /cgi-bin/update on `origin`, the origin that
 * the page came from (`http://camera:8080`, without a default port). */
bool page_leads_to(const struct page *page, const char *origin, const char *command);

#endif
