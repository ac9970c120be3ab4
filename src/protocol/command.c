/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/command.h"

#include <stdio.h>

static const struct command commands[] = {
    {"ISP_IMAGE", PROGRAM_UPDATE, ACTION_FORM, FAMILY_IMAGE, true, false},
    {"ISP_IMAGE_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_IMAGE, true, true},
    {"ISP_FIRMWARE", PROGRAM_UPDATE, ACTION_FORM, FAMILY_FIRMWARE, true, false},
    {"ISP_FIRMWARE_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_FIRMWARE, true, true},
    {"ISP_DEV", PROGRAM_UPDATE, ACTION_FORM, FAMILY_DEVICE_RESOURCE, true, false},
    {"ISP_DEV_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_DEVICE_RESOURCE, true, true},
    {"ISP_HARDWARE", PROGRAM_UPDATE, ACTION_FORM, FAMILY_HARDWARE, true, false},
    {"ISP_HARDWARE_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_HARDWARE, true, true},
    {"ISP_STATUS", PROGRAM_UPDATE, ACTION_STATUS, FAMILY_NONE, true, false},
    {"ROLLBACK", PROGRAM_UPDATE, ACTION_ROLLBACK, FAMILY_NONE, true, true},
    {"CONFIRM", PROGRAM_UPDATE, ACTION_CONFIRM, FAMILY_NONE, true, true},
    {"LOGIN", PROGRAM_SYSTEM, ACTION_LOGIN, FAMILY_NONE, false, false},
    {"SYSTEM_INFO", PROGRAM_SYSTEM, ACTION_SYSTEM_INFO, FAMILY_NONE, false, false},
    {"SYSTEM_LOG", PROGRAM_SYSTEM, ACTION_SYSTEM_LOG, FAMILY_NONE, false, false},
    {"SAVE", PROGRAM_SYSTEM, ACTION_SAVE, FAMILY_NONE, true, true},
    {"REBOOT", PROGRAM_SYSTEM, ACTION_REBOOT, FAMILY_NONE, true, true},
    {"SAVE_REBOOT", PROGRAM_SYSTEM, ACTION_SAVE_REBOOT, FAMILY_NONE, true, true},
};

static const char *const labels[] = {
    [FAMILY_NONE] = "",
    [FAMILY_IMAGE] = "Image File: ",
    [FAMILY_FIRMWARE] = "FIRMWARE : ",
    [FAMILY_DEVICE_RESOURCE] = "ISP Dev Resource : ",
    [FAMILY_HARDWARE] = "HARDWARE : ",
};

/* Takes the upload command and the label. Like the specification's form it has no line end at its
 * end. */
static const char form[] =
    "<html><head><title>UPLOAD FILES</title></head>\n"
    "<meta http-equiv=\"PRAGMA\" content=\"NO-CACHE\"><body>\n"
    "<form name=\"UPLOAD_FORM\" method=\"POST\" enctype=\"multipart/form-data\""
    " action=\"update?%s\">\n"
    "%s<input type=\"FILE\" name=\"URL_FIRMWARE_IMAGE\" value=\"\" size=\"40\">\n"
    "<br>\n"
    "<input type=\"submit\" value=\"Apply\" name=\"URL_FIRMWARE_SUBMIT\">\n"
    "<input type=\"reset\" value=\"Reset\" name=\"URL_FIRMWARE_RESET\">\n"
    "<br>\n"
    "</form></body></html>";

const struct command *command_find(enum command_program program, struct span name)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (commands[i].program == program && span_is(name, commands[i].name))
            return &commands[i];
    return NULL;
}

const struct command *command_of(enum command_family family, enum command_action action)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (commands[i].family == family && commands[i].action == action)
            return &commands[i];
    return NULL;
}

bool command_is_of_product(enum command_program program, struct span query)
{
    bool more = query.size > 0;
    bool is_credentials = true;

    while (more) {
        struct span part, name;

        more = span_split(&query, '&', &part);
        (void)span_split(&part, '=', &name);
        if (command_find(program, name) != NULL || span_begins(name, "ISP_"))
            return false;
        is_credentials =
            is_credentials && (name.size == 0 || span_is(name, "USER") || span_is(name, "PWD"));
    }
    return !is_credentials;
}

bool command_is_sent(const struct command *command)
{
    return command->action == ACTION_UPLOAD || command_needs_no_body(command);
}

bool command_needs_no_body(const struct command *command)
{
    return command->action == ACTION_ROLLBACK || command->action == ACTION_CONFIRM;
}

size_t command_form(enum command_family family, char text[COMMAND_FORM_SIZE])
{
    const struct command *upload = command_of(family, ACTION_UPLOAD);

    return (size_t)snprintf(text, COMMAND_FORM_SIZE, form, upload == NULL ? "" : upload->name,
                            labels[family]);
}
