/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/flash.h"

#include "camera/linux/flash_block.h"
#include "camera/linux/flash_command.h"
#include "camera/linux/flash_file.h"
#include "camera/linux/flash_mtd.h"
#include "camera/linux/flash_place.h"
#include "camera/linux/flash_ubi.h"

/* A driver gets the text after `NAME:`, and the whole name of the bank for messages. */
static const struct driver {
    const char *name;
    bool (*open)(const struct flash_opener *opener, const char *bank_name, struct span where,
                 bool for_writing, struct flash **flash, struct error *err);
    bool (*locate)(struct span where, struct flash_place *place);
} drivers[] = {
    {"file", flash_file_open, flash_place_of_file},
    {"mtd", flash_mtd_open, flash_place_of_mtd},
    {"ubi", flash_ubi_open, flash_place_of_ubi},
    {"block", flash_block_open, flash_place_of_block},
    {"command", flash_command_open, flash_place_of_command},
};

/* The drivers that can read a name without looking for the bank. A table of its own, because
 * programs that only read the configuration must not contain the drivers. */
static const struct check {
    const char *name;
    bool (*check)(struct span where, struct error *err);
} checks[] = {
    {"ubi", flash_ubi_check_name},
    {"block", block_name_check},
};

/* Moves `where` to the text after `NAME:`. NULL: there is no such driver. */
static const struct driver *find(struct span *where)
{
    struct span name;

    if (span_split(where, ':', &name))
        for (size_t i = 0; i < COUNT_OF(drivers); i++)
            if (span_is(name, drivers[i].name))
                return &drivers[i];
    return NULL;
}

static bool open_bank(const struct flash_opener *opener, const char *bank_name, bool for_writing,
                      struct flash **flash, struct error *err)
{
    struct span where = span_text(bank_name);
    const struct driver *driver = find(&where);

    if (driver != NULL)
        return driver->open(opener, bank_name, where, for_writing, flash, err);
    return error_set(err, ERROR_CONFIGURATION, "bank %s: unknown driver, correct its name",
                     bank_name);
}

static bool locate(const struct flash_opener *opener, const char *bank_name,
                   struct flash_place *place)
{
    struct span where = span_text(bank_name);
    const struct driver *driver = find(&where);

    (void)opener;
    return driver != NULL && driver->locate(where, place);
}

bool flash_linux_check_name(struct span bank_name, struct error *err)
{
    struct span name;

    if (span_split(&bank_name, ':', &name))
        for (size_t i = 0; i < COUNT_OF(checks); i++)
            if (span_is(name, checks[i].name))
                return checks[i].check(bank_name, err);
    return true;
}

struct flash_opener flash_linux(const struct log *log, unsigned command_seconds)
{
    return (struct flash_opener){
        .open = open_bank, .locate = locate, .log = log, .command_seconds = command_seconds};
}
