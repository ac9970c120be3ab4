/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/flash.h"

#include "camera/linux/flash_command.h"
#include "camera/linux/flash_file.h"
#include "camera/linux/flash_mtd.h"

/* A driver opens what stands behind `NAME:`; `bank` is the whole, for texts. */
static const struct driver {
    const char *name;
    bool (*open)(const struct flash_opener *opener, const char *bank, struct span where,
                 bool for_writing, struct flash **flash, struct error *err);
} drivers[] = {
    {"file", flash_file_open},
    {"mtd", flash_mtd_open},
    {"command", flash_command_open},
};

static bool open_bank(const struct flash_opener *opener, const char *bank, bool for_writing,
                      struct flash **flash, struct error *err)
{
    struct span where = span_text(bank);
    struct span name;

    if (span_split(&where, ':', &name))
        for (size_t i = 0; i < COUNT_OF(drivers); i++)
            if (span_is(name, drivers[i].name))
                return drivers[i].open(opener, bank, where, for_writing, flash, err);
    return error_set(err, ERROR_CONFIGURATION, "bank %s: unknown driver, correct its name", bank);
}

struct flash_opener flash_linux(const struct log *log, unsigned command_seconds)
{
    return (struct flash_opener){.open = open_bank, .log = log, .command_seconds = command_seconds};
}
