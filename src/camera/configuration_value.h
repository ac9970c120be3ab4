/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One reader for each kind of value. It reads the whole value and stores it in the key's field. Its
 * error text names neither key nor line: the caller adds both.
 */
#ifndef CAMERA_CONFIGURATION_VALUE_H
#define CAMERA_CONFIGURATION_VALUE_H

#include "camera/configuration.h"

struct configuration_limits {
    const char *words[2]; /* for a choice; words[1] means true */
    uint64_t least, most; /* for a number or a size; a text has at most `most` bytes */
};

struct configuration_value {
    struct span text;   /* borrowed; never empty */
    const char *folder; /* borrowed; absolute; relative paths start here */
    struct configuration_limits limits;
};

/* Each comment is the type of `field`. */
typedef bool configuration_reader(const struct configuration_value *value, void *field,
                                  struct error *err);

configuration_reader configuration_value_path;     /* char[FILE_PATH_SIZE] */
configuration_reader configuration_value_text;     /* char[most + 1] */
configuration_reader configuration_value_choice;   /* bool */
configuration_reader configuration_value_rollback; /* enum rollback_policy */
configuration_reader configuration_value_id;       /* char[IDENTITY_SIZE + 1] */
configuration_reader configuration_value_number;   /* unsigned */
configuration_reader configuration_value_size;     /* uint64_t */
configuration_reader configuration_value_platform; /* char[IMAGE_PLATFORM_SIZE + 1] */
configuration_reader configuration_value_command;  /* struct process_command */
configuration_reader configuration_value_restart;  /* struct configuration_restart */
configuration_reader configuration_value_banks;    /* struct configuration_flash */
configuration_reader configuration_value_listen;   /* char[most + 1] */

#endif
