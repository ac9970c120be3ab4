/* SPDX-License-Identifier: Apache-2.0 */
/* The URL commands, in one table for both CGI programs, and for camera and host. */
#ifndef PROTOCOL_COMMAND_H
#define PROTOCOL_COMMAND_H

#include "base/error.h"
#include "base/span.h"

enum command_program { PROGRAM_UPDATE, PROGRAM_SYSTEM };

enum command_action {
    ACTION_FORM,   /* GET: the family's form */
    ACTION_UPLOAD, /* POST: the family's upload */
    ACTION_STATUS,
    ACTION_ROLLBACK, /* POST */
    ACTION_CONFIRM,  /* POST */
    ACTION_LOGIN,
    ACTION_SYSTEM_INFO,
    ACTION_SYSTEM_LOG,
    ACTION_SAVE,
    ACTION_REBOOT,
    ACTION_SAVE_REBOOT,
};

/* The upload commands, which work in the same way (docs/protocol.md, "The family"). */
enum command_family {
    FAMILY_NONE,
    FAMILY_IMAGE,           /* ISP_IMAGE */
    FAMILY_FIRMWARE,        /* ISP_FIRMWARE, retired */
    FAMILY_DEVICE_RESOURCE, /* ISP_DEV, retired */
    FAMILY_HARDWARE,        /* ISP_HARDWARE, retired */
};

struct command {
    const char *name; /* as in the URL */
    enum command_program program;
    enum command_action action;
    enum command_family family;
    bool root_only; /* false: any valid account */
    bool changes;   /* it writes or restarts: a request must prove that no foreign page made it */
};

/* NULL if `program` has no such command. Names are compared exactly: upper case. */
const struct command *command_find(enum command_program program, struct span name);

/* Whether a query is for a product's own program: not empty, not credentials alone, and no part of
 * it is a command of `program`, with or without a value, or begins with ISP_. */
bool command_is_of_product(enum command_program program, struct span query);

/* Sent by POST; all other commands are asked for by GET. */
bool command_is_sent(const struct command *command);

/* Sent by POST, with an empty body or without a length. */
bool command_needs_no_body(const struct command *command);

/* The family's command for an action: FAMILY_IMAGE, ACTION_UPLOAD -> ISP_IMAGE_SAVE. */
const struct command *command_of(enum command_family family, enum command_action action);

/* Writes the family's form: the specification's bytes, with the family's label and action. Returns
 * the size; `text` has room for COMMAND_FORM_SIZE. The form of ISP_IMAGE has exactly 432 bytes. */
enum { COMMAND_FORM_SIZE = 512 };
size_t command_form(enum command_family family, char text[COMMAND_FORM_SIZE]);

#endif
