/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol between the server, which reads from the network, and the broker, which opens files
 * and starts programs. A request is one record of bytes; the reply is one struct broker_reply.
 *
 *   F NAME                          is there such a program?
 *   S NAME NUL (VARIABLE NUL)...    start it
 *   E NUMBER                        has it ended?
 *   P NAME                          open the page
 *   C                               open the certificate and its key
 */
#ifndef ISPUPD_BROKER_REQUEST_H
#define ISPUPD_BROKER_REQUEST_H

#include "ispupd/environment.h"

enum { BROKER_REQUEST_SIZE = ENVIRONMENT_TEXT_SIZE + ROUTE_NAME_SIZE + 2 };

enum broker_request_kind {
    BROKER_REQUEST_FIND = 'F',
    BROKER_REQUEST_START = 'S',
    BROKER_REQUEST_HAS_ENDED = 'E',
    BROKER_REQUEST_PAGE = 'P',
    BROKER_REQUEST_CERTIFICATE = 'C',
};

struct broker_request {
    enum broker_request_kind kind;
    struct span name;      /* of the program or page: one plain name; borrowed from the record */
    struct span variables; /* borrowed; environment_complete checks them */
    uint64_t number;       /* of the program */
};

/* Parses a request of a server that an attacker may control. ERROR_USAGE. */
bool broker_request_parse(struct span record, struct broker_request *request,
                          struct error *err) MUST_CHECK;

/* Fails if the request does not fit. */
bool broker_request_format(const struct broker_request *request,
                           unsigned char record[BROKER_REQUEST_SIZE], size_t *size,
                           struct error *err) MUST_CHECK;

/* Sent as it lies in memory: both processes run the same program. Descriptors come with it: our
 * ends of the input and output of a program, a page, or a certificate and its key. */
struct broker_reply {
    uint64_t number;    /* number of the program; 1 if it has ended; size of the page */
    struct error error; /* ERROR_NONE: done */
};

#endif
