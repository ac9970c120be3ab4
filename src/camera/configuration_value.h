/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of value that a configuration's keys have: each reader takes the whole value and puts
 * it into the field that the key stands for. What it says of a bad value has no key and no line
 * yet: its caller puts them before it.
 */
#ifndef CAMERA_CONFIGURATION_VALUE_H
#define CAMERA_CONFIGURATION_VALUE_H

#include "camera/configuration.h"

struct configuration_limits {
    const char *words[2]; /* of a choice; the second means true */
    uint64_t least, most; /* of a number or size; a text has at most `most` bytes */
};

struct configuration_value {
    struct span text;   /* borrowed; never empty */
    const char *folder; /* borrowed; absolute, where relative paths start */
    struct configuration_limits limits;
};

/* Each beside the type of its field. */
typedef bool configuration_reader(const struct configuration_value *value, void *field,
                                  struct error *err);

configuration_reader configuration_value_path;     /* char[FILE_PATH_SIZE] */
configuration_reader configuration_value_text;     /* char[most + 1] */
configuration_reader configuration_value_choice;   /* bool */
configuration_reader configuration_value_number;   /* unsigned */
configuration_reader configuration_value_size;     /* uint64_t */
configuration_reader configuration_value_platform; /* char[IMAGE_PLATFORM_SIZE + 1] */
configuration_reader configuration_value_command;  /* struct process_command */
configuration_reader configuration_value_restart;  /* struct configuration_restart */
configuration_reader configuration_value_banks;    /* struct configuration_flash */
configuration_reader configuration_value_listen;   /* char[most + 1] */

#endif
