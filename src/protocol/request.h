/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request as CGI/1.1 (RFC 3875) hands it to a program: read from its environment, each value that
 * is used checked against the grammar of HTTP and against a limit, since not every web server does.
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
    struct span content_type;   /* empty where absent, like all below */
    struct span referer;        /* HTTP_REFERER */
    struct span origin;         /* HTTP_ORIGIN */
    struct span fetch_site;  /* HTTP_SEC_FETCH_SITE: what a browser says of where it comes from */
    struct span host;        /* HTTP_HOST */
    struct span remote_user; /* REMOTE_USER, only where AUTH_TYPE is there too */
    struct span remote_address; /* REMOTE_ADDR */
    bool has_origin;            /* `Origin` with an empty value is another host */
    uint64_t length;            /* CONTENT_LENGTH; 0 where a GET has none that is a number */
};

/* `environment` is NULL-terminated `NAME=value`, borrowed for as long as the request lives. A name
 * given twice is refused. Kinds: ERROR_HTTP_*. */
bool request_read(char *const *environment, struct request *request, struct error *err) MUST_CHECK;

/* Whether a body may come with it, also where request_read fails: its method is one that sends, or
 * a length or an encoding is given, whatever they say. Not where no web server started the program.
 */
bool request_may_have_body(char *const *environment);

#endif
