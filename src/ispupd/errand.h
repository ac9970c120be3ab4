/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server, which speaks to the network, asks of the broker, which may open files and start
 * programs: one record of bytes for each errand, one of struct errand_answer back.
 *
 *   F NAME                          is there such a program?
 *   S NAME NUL (VARIABLE NUL)...    start it
 *   E NUMBER                        has it ended?
 *   P NAME                          open the page
 *   C                               open the certificate and its key
 */
#ifndef ISPUPD_ERRAND_H
#define ISPUPD_ERRAND_H

#include "ispupd/environment.h"

enum { ERRAND_SIZE = ENVIRONMENT_TEXT_SIZE + ROUTE_NAME_SIZE + 2, ERRAND_DESCRIPTORS = 2 };

enum errand_kind {
    ERRAND_FIND = 'F',
    ERRAND_START = 'S',
    ERRAND_HAS_ENDED = 'E',
    ERRAND_PAGE = 'P',
    ERRAND_CERTIFICATE = 'C',
};

struct errand {
    enum errand_kind kind;
    struct span name;      /* of the program or page: one plain name; borrowed from the record */
    struct span variables; /* as environment_complete takes them, which checks them; borrowed */
    uint64_t number;       /* of the program */
};

/* Reads what may come from a server that a stranger has taken over. ERROR_USAGE. */
bool errand_parse(struct span record, struct errand *errand, struct error *err) MUST_CHECK;

/* Fails where it does not fit. */
bool errand_format(const struct errand *errand, unsigned char record[ERRAND_SIZE], size_t *size,
                   struct error *err) MUST_CHECK;

/* Between two processes of one program: as it lies in memory. Descriptors come with it: our ends of
 * a program's input and output; a page; a certificate and its key. */
struct errand_answer {
    uint64_t number;    /* of the program; 1: it has ended; a page's size */
    struct error error; /* ERROR_NONE: done */
};

#endif
