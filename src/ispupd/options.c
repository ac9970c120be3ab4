/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/options.h"

#include "camera/configuration.h"

#include <string.h>

/* The argument of an option, which is taken; NULL where there is none. */
static const char *take_argument(char *const *arguments, int count, int *at)
{
    return *at + 1 < count ? arguments[++*at] : NULL;
}

static bool take(struct options *options, char *const *arguments, int count, int *at,
                 struct error *err)
{
    const char *option = arguments[*at];
    const char **wanted = NULL;

    if (strcmp(option, "-c") == 0)
        wanted = &options->configuration;
    else if (strcmp(option, "--listen") == 0)
        wanted = &options->listen;
    else if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
        options->action = OPTIONS_HELP;
    else if (strcmp(option, "--version") == 0)
        options->action = OPTIONS_VERSION;
    else
        return error_set(err, ERROR_USAGE, "unknown argument %s", option);
    if (wanted == NULL)
        return true;
    *wanted = take_argument(arguments, count, at);
    return *wanted != NULL || error_set(err, ERROR_USAGE, "%s needs a value", option);
}

bool options_read(int count, char *const *arguments, struct options *options, struct error *err)
{
    struct options made = {OPTIONS_SERVE, CONFIGURATION_DEFAULT, NULL};

    for (int at = 1; at < count; at++)
        if (!take(&made, arguments, count, &at, err))
            return false;
    *options = made;
    return true;
}
