/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/flash.h"

#include "camera/linux/flash_file.h"

/* A driver opens what stands behind `NAME:`; `bank` is the whole, for texts. */
static const struct driver {
    const char *name;
    bool (*open)(const char *bank, struct span where, bool for_writing, struct flash **flash,
                 struct error *err);
} drivers[] = {
    {"file", flash_file_open},
};

static bool open_bank(struct flash_opener *opener, const char *bank, bool for_writing,
                      struct flash **flash, struct error *err)
{
    struct span where = span_text(bank);
    struct span name;

    (void)opener;
    if (span_split(&where, ':', &name))
        for (size_t i = 0; i < COUNT_OF(drivers); i++)
            if (span_is(name, drivers[i].name))
                return drivers[i].open(bank, where, for_writing, flash, err);
    return error_set(err, ERROR_CONFIGURATION, "bank %s: unknown driver, correct its name", bank);
}

struct flash_opener *flash_linux(void)
{
    static const struct flash_opener machine = {.open = open_bank};

    /* The port takes it as changeable for openers with a state: this one has none. */
    return (struct flash_opener *)(uintptr_t)&machine;
}
