/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An error: a kind that code decides by, and one line of text for a person.
 *
 * The function that knows the cause writes the text. Callers may add a prefix. The main function or
 * the reply prints it, once. The text is lower case, one line, without a full stop; the cause comes
 * first, then the details. It may quote bytes that a client sent, because printing replaces those
 * that are not printable. It never contains a password or a key. docs/protocol.md lists the texts
 * that a camera answers.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/compiler.h"

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_INTERNAL,       /* our fault or the machine's: no memory, a file cannot be opened */
    ERROR_USAGE,          /* a command line with an unknown verb, option or value */
    ERROR_CONFIGURATION,  /* a mistake in a configuration, account or key file */
    ERROR_HTTP_MALFORMED, /* 400: a request that HTTP or CGI/1.1 does not allow */
    ERROR_HTTP_NOT_FOUND, /* 404 */
    ERROR_HTTP_METHOD,    /* 405 */
    ERROR_HTTP_LENGTH,    /* 411: an upload without its length */
    ERROR_HTTP_LARGE,     /* 413 */
    ERROR_HTTP_LONG,      /* 431: the head exceeds a limit */
    ERROR_HTTP_BUSY,      /* 503 */
    ERROR_REQUEST,        /* a command that is malformed or unknown */
    ERROR_DENIED,         /* no valid credentials, or the account's level is too low */
    ERROR_BUSY,           /* an update is running, or its image is on trial */
    ERROR_UPLOAD,         /* the body: its format, its length, its end */
    ERROR_IMAGE,    /* the image: its name, container, descriptor, digest, signature, policy */
    ERROR_ROOM,     /* not enough room for the image */
    ERROR_FLASH,    /* writing to flash failed, or reading back gave other bytes */
    ERROR_SETTINGS, /* the settings could not be saved */
    ERROR_JOURNAL,  /* the journal cannot be read or written */
    ERROR_LOST,     /* the journal is lost: nothing is known of the flash */
};

enum { ERROR_TEXT_SIZE = 256 };

struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_SIZE]; /* NUL-terminated; a longer text is cut */
};

#define ERROR_EMPTY ((struct error){ERROR_NONE, ""})

/* Sets kind and text. Always returns false, so a caller can write `return error_set(...)`. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...) PRINTF(3, 4);

/* The same for a failed system call: adds ": " and the meaning of errno. */
bool error_system(struct error *err, enum error_kind kind, const char *format, ...) PRINTF(3, 4);

/* Copies another error unchanged. Always returns false. */
bool error_pass(struct error *err, const struct error *cause);

/* Adds ": " and more words after the present text. Always returns false. */
bool error_add(struct error *err, const char *words);

/* Puts "prefix: " before the present text. Always returns false. */
bool error_prefix(struct error *err, const char *format, ...) PRINTF(2, 3);

#endif
