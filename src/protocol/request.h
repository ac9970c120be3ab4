/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a request from the environment of a CGI/1.1 program (RFC 3875). Each value that is used is
 * checked against HTTP's grammar and against a limit, because not every web server does that.
 */
#ifndef PROTOCOL_REQUEST_H
#define PROTOCOL_REQUEST_H

#include "base/error.h"
#include "base/span.h"

#include <stdint.h>

enum { REQUEST_QUERY_LIMIT = 1024, REQUEST_FIELD_LIMIT = 4096 };

enum request_method { REQUEST_GET, REQUEST_POST };

struct request {
    enum request_method method; /* HEAD is answered like GET; the server drops the body */
    struct span query;          /* QUERY_STRING: as sent, nothing decoded; may be empty */
    struct span content_type;   /* empty if absent, like all spans below */
    struct span referer;        /* HTTP_REFERER */
    struct span origin;         /* HTTP_ORIGIN */
    struct span fetch_site;     /* HTTP_SEC_FETCH_SITE: a browser says if another site sent it */
    struct span host;           /* HTTP_HOST */
    struct span remote_user;    /* REMOTE_USER, only if AUTH_TYPE is given too */
    struct span remote_address; /* REMOTE_ADDR */
    struct span account;        /* HTTP_X_ISP_ACCOUNT: account_field_parse reads it */
    struct span ticket;         /* HTTP_X_ISP_TICKET: it goes with `account` (camera/ticket.h) */
    bool has_account;           /* `X-ISP-Account` was given, perhaps empty */
    bool has_origin;            /* `Origin` was given; an empty one counts as another host */
    bool has_isp_request;       /* `X-ISP-Request` was given; another site's page cannot send it */
    bool has_length;            /* a POST: CONTENT_LENGTH was given */
    uint64_t length;            /* CONTENT_LENGTH; 0 if there is none, or a GET has no valid one */
};

/* `environment` is a NULL-terminated list of `NAME=value`, borrowed as long as the request is used.
 * A name that is given twice is refused. Fails with ERROR_HTTP_ kinds. */
bool request_read(char *const *environment, struct request *request, struct error *err) MUST_CHECK;

/* True if the request may have a body: the method is not GET or HEAD, or a length other than 0 or
 * an encoding is given, even if invalid. Works if request_read fails too. False if no web server
 * started the program. */
bool request_may_have_body(char *const *environment);

#endif
