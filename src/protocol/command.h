/* SPDX-License-Identifier: Apache-2.0 */
/* The URL commands that we answer: one table for both programs and both ends of the wire. */
#ifndef PROTOCOL_COMMAND_H
#define PROTOCOL_COMMAND_H

#include "base/error.h"
#include "base/span.h"

enum command_program { PROGRAM_UPDATE, PROGRAM_SYSTEM };

enum command_action {
    ACTION_FORM,   /* GET: the family's form */
    ACTION_UPLOAD, /* POST: the family's upload */
    ACTION_STATUS,
    ACTION_LOGIN,
    ACTION_SYSTEM_INFO,
    ACTION_SYSTEM_LOG,
    ACTION_SAVE,
    ACTION_REBOOT,
    ACTION_SAVE_REBOOT,
};

/* The upload commands, of one shape (docs/protocol.md, "The family"). */
enum command_family {
    FAMILY_NONE,
    FAMILY_IMAGE,           /* ISP_IMAGE */
    FAMILY_FIRMWARE,        /* ISP_FIRMWARE, retired */
    FAMILY_DEVICE_RESOURCE, /* ISP_DEV, retired */
    FAMILY_HARDWARE,        /* ISP_HARDWARE, retired */
};

struct command {
    const char *name; /* as it stands in the URL */
    enum command_program program;
    enum command_action action;
    enum command_family family;
    bool root_only; /* else any valid account */
};

/* NULL where `program` has no such command. Exact, upper case. */
const struct command *command_find(enum command_program program, struct span name);

/* The family's command for an action: FAMILY_IMAGE, ACTION_UPLOAD -> ISP_IMAGE_SAVE. */
const struct command *command_of(enum command_family family, enum command_action action);

/* The family's form: the bytes of the specification with the family's label and action. Returns the
 * size; `text` has room for COMMAND_FORM_SIZE. ISP_IMAGE's has exactly 432 bytes. */
enum { COMMAND_FORM_SIZE = 512 };
size_t command_form(enum command_family family, char text[COMMAND_FORM_SIZE]);

#endif
