/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of ispupd. */
#ifndef ISPUPD_OPTIONS_H
#define ISPUPD_OPTIONS_H

#include "base/error.h"

#define OPTIONS_USAGE "usage: ispupd [-c FILE] [--listen ADDRESS:PORT]"

enum options_action { OPTIONS_SERVE, OPTIONS_HELP, OPTIONS_VERSION };

struct options {
    enum options_action action;
    const char *configuration; /* borrowed from the arguments, like `listen` */
    const char *listen;        /* NULL: as the configuration says */
};

/* ERROR_USAGE. */
bool options_read(int count, char **arguments, struct options *options,
                  struct error *err) MUST_CHECK;

#endif
