/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/options.h"

#include "base/option.h"
#include "camera/configuration.h"

enum { CONFIGURATION, LISTEN, HELP, VERSION, OPTION_COUNT };

bool options_read(int count, char **arguments, struct options *options, struct error *err)
{
    struct option given[OPTION_COUNT] = {
        [CONFIGURATION] = {.name = "", .letter = 'c', .limit = 1},
        [LISTEN] = {.name = "listen", .limit = 1},
        [HELP] = {.name = "help", .letter = 'h', .is_flag = true},
        [VERSION] = {.name = "version", .is_flag = true},
    };

    if (!option_parse(count - 1, arguments + 1, given, OPTION_COUNT, err))
        return false;
    *options = (struct options){OPTIONS_SERVE, CONFIGURATION_DEFAULT, option_value(&given[LISTEN])};
    if (given[CONFIGURATION].count > 0)
        options->configuration = option_value(&given[CONFIGURATION]);
    if (given[VERSION].count > 0)
        options->action = OPTIONS_VERSION;
    if (given[HELP].count > 0)
        options->action = OPTIONS_HELP;
    return true;
}
