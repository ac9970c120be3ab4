/* SPDX-License-Identifier: Apache-2.0 */
#include "protocol/command.h"

#include <stdio.h>

static const struct command commands[] = {
    {"ISP_IMAGE", PROGRAM_UPDATE, ACTION_FORM, FAMILY_IMAGE, true},
    {"ISP_IMAGE_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_IMAGE, true},
    {"ISP_FIRMWARE", PROGRAM_UPDATE, ACTION_FORM, FAMILY_FIRMWARE, true},
    {"ISP_FIRMWARE_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_FIRMWARE, true},
    {"ISP_DEV", PROGRAM_UPDATE, ACTION_FORM, FAMILY_DEVICE_RESOURCE, true},
    {"ISP_DEV_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_DEVICE_RESOURCE, true},
    {"ISP_HARDWARE", PROGRAM_UPDATE, ACTION_FORM, FAMILY_HARDWARE, true},
    {"ISP_HARDWARE_SAVE", PROGRAM_UPDATE, ACTION_UPLOAD, FAMILY_HARDWARE, true},
    {"ISP_STATUS", PROGRAM_UPDATE, ACTION_STATUS, FAMILY_NONE, true},
    {"LOGIN", PROGRAM_SYSTEM, ACTION_LOGIN, FAMILY_NONE, false},
    {"SYSTEM_INFO", PROGRAM_SYSTEM, ACTION_SYSTEM_INFO, FAMILY_NONE, false},
    {"SYSTEM_LOG", PROGRAM_SYSTEM, ACTION_SYSTEM_LOG, FAMILY_NONE, false},
    {"SAVE", PROGRAM_SYSTEM, ACTION_SAVE, FAMILY_NONE, true},
    {"REBOOT", PROGRAM_SYSTEM, ACTION_REBOOT, FAMILY_NONE, true},
    {"SAVE_REBOOT", PROGRAM_SYSTEM, ACTION_SAVE_REBOOT, FAMILY_NONE, true},
};

static const char *const labels[] = {
    [FAMILY_NONE] = "",
    [FAMILY_IMAGE] = "Image File: ",
    [FAMILY_FIRMWARE] = "FIRMWARE : ",
    [FAMILY_DEVICE_RESOURCE] = "ISP Dev Resource : ",
    [FAMILY_HARDWARE] = "HARDWARE : ",
};

/* Holds label and upload command; ends without a line end, as the specification's does. */
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

size_t command_form(enum command_family family, char text[COMMAND_FORM_SIZE])
{
    const struct command *upload = command_of(family, ACTION_UPLOAD);

    return (size_t)snprintf(text, COMMAND_FORM_SIZE, form, upload == NULL ? "" : upload->name,
                            labels[family]);
}
