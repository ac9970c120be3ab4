/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong: a kind to decide by, and one line for a person.
 *
 * The place that knows the cause writes the text; callers may prefix it; a program's main or the
 * reply prints it, once. Text is lower case, one line, no full stop, the cause first and then the
 * particulars. It may quote what a stranger sent (whoever prints it makes it printable), never a
 * password or a key. docs/protocol.md lists the texts that a camera answers.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/compiler.h"

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_INTERNAL,       /* ours or the machine's: a file that cannot be opened, no memory */
    ERROR_USAGE,          /* a command line that says nothing we know */
    ERROR_CONFIGURATION,  /* a configuration, account or key file with a mistake in it */
    ERROR_HTTP_MALFORMED, /* 400: a request that HTTP or CGI/1.1 does not allow */
    ERROR_HTTP_NOT_FOUND, /* 404 */
    ERROR_HTTP_METHOD,    /* 405 */
    ERROR_HTTP_LENGTH,    /* 411: an upload whose length is not told */
    ERROR_HTTP_LARGE,     /* 413 */
    ERROR_HTTP_LONG,      /* 431: a head past its limits */
    ERROR_HTTP_BUSY,      /* 503 */
    ERROR_REQUEST,        /* a command that is malformed or not ours */
    ERROR_DENIED,         /* no valid credentials, or too low a level */
    ERROR_BUSY,           /* an update is under way or on trial */
    ERROR_UPLOAD,         /* the body: its form, its length, its end */
    ERROR_IMAGE,    /* the image: its name, container, descriptor, digest, signature, policy */
    ERROR_ROOM,     /* too little room for it */
    ERROR_FLASH,    /* the flash did not take or keep what was written */
    ERROR_SETTINGS, /* the settings could not be saved */
    ERROR_JOURNAL,  /* the journal is lost, or could not be written */
};

enum { ERROR_TEXT_SIZE = 256 };

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_SIZE]; /* NUL-terminated; a longer text is cut */
};

#define ERROR_EMPTY ((struct error){ERROR_NONE, ""})

/* Sets kind and text. Always returns false, so that a caller can return what it returns. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...) PRINTF(3, 4);

/* The same for a failed system call: the text ends in ": " and errno's meaning. */
bool error_system(struct error *err, enum error_kind kind, const char *format, ...) PRINTF(3, 4);

/* Hands another error on as it is. Always returns false. */
bool error_pass(struct error *err, const struct error *cause);

/* Puts "prefix: " before the text that is there. Always returns false. */
bool error_prefix(struct error *err, const char *format, ...) PRINTF(2, 3);

#endif
