/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of `ispup push`, and of the verbs that send an order instead of an image. */
#ifndef ISPUP_PUSH_VERB_H
#define ISPUP_PUSH_VERB_H

#include "base/verb.h"
#include "ispup/push/report.h"

#define PUSH_ORDER_HELP                                                                            \
    "  --cameras FILE   take the cameras from a list (CSV, column camera); -: standard input\n"    \
    "  --password-fd N  read one password for all cameras from this file descriptor\n"             \
    "                   (default: ~/.netrc, else a prompt)\n"                                      \
    "  --cacert FILE    the certificate authority (CA) of the cameras (https://)\n"                \
    "  --insecure       do not check certificates\n"                                               \
    "  --wait SECONDS   time limit for the outcome (default: 300)\n"                               \
    "  -j, --jobs N     cameras at a time (default: 4)\n"                                          \
    "  --json           print one object for each event\n"                                         \
    "  --quiet          print only the cameras that are not done\n"                                \
    "Exit status: 0 done, 1 not done, 2 unknown, or done but not printed, 64 a mistake in the\n"   \
    "command line. Of several cameras: 2 if one is unknown, else 1 if one is not done.\n"

/* A verb's `run`. `order`: NULL for `push`. */
bool push_verb_run(const struct push_order *order, struct verb_call *call,
                   struct error *err) MUST_CHECK;

#endif
