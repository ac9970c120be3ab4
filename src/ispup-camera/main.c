/* SPDX-License-Identifier: Apache-2.0 */
/* ispup-camera: the update service from the camera's own shell and boot scripts. */
#include "ispup-camera/verbs.h"

#include "base/fd.h"
#include "protocol/reply.h"
#include "update/surroundings.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const struct verb verbs[] = {
    {"install", "FILE", "install an image's file and restart", verb_install, false},
    {"status", "", "the lines of ISP_STATUS", verb_status, false},
    {"active", "COMPONENT", "the bank that the component starts from: NUMBER WHERE", verb_active,
     false},
    {"recover", "[--retry]", "first at every boot: finish what a power cut left", verb_recover,
     false},
    {"trial", "", "last at every boot: confirm a new image, or roll it back", verb_trial, false},
    {"confirm", "", "confirm the image on trial by hand", verb_confirm, false},
    {"rollback", "[--settings]",
     "back to the image before, by hand, and restart; with the settings from before it, too",
     verb_rollback, false},
    {"adopt", "[IMAGE]", "start a journal for what the banks hold", verb_adopt, false},
    {"account",
     "add|remove|list|passwd [NAME] [--level root|user] [--password-fd N | --no-password]",
     "who may update this camera", verb_account, false},
    {"doctor", "", "looks at all that an update needs, says what to mend, writes nothing",
     verb_doctor, true},
};

static void print_help(FILE *to)
{
    (void)fprintf(to, "usage: ispup-camera [-c FILE] VERB ...\n\n"
                      "  -c FILE     the configuration (default " CONFIGURATION_DEFAULT ")\n"
                      "  --help      this page\n  --version   the version\n\n");
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        (void)fprintf(to, "  %s %s\n        %s\n", verbs[i].name, verbs[i].arguments,
                      verbs[i].meaning);
    (void)fprintf(to, "\nexit status: 0 done, 1 refused, 2 busy, 3 journal lost, 4 flash or "
                      "settings, 64 usage,\n70 internal error, 78 configuration\n");
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static int complain(const struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1];

    reply_error_line(err, line);
    (void)fprintf(stderr, "%s\n", line);
    return reply_exit_status(err->kind);
}

static int complain_usage(const char *what)
{
    (void)fprintf(stderr, "ispup-camera: %s: see ispup-camera --help\n", what);
    return 64;
}

static int run_verb(const struct verb *verb, const char *configuration, int count,
                    char *const *words)
{
    CLEANUP(camera_close) struct camera camera = CAMERA_NONE;
    struct invocation invocation = {
        .camera = &camera, .configuration = configuration, .words = words, .count = count};
    struct error err = ERROR_EMPTY;

    if ((!verb->opens_nothing &&
         !camera_open(&camera, configuration, false, "ispup-camera", &err)) ||
        !verb->run(&invocation, &err))
        return complain(&err);
    return invocation.status;
}

int main(int count, char *const *words)
{
    static const struct option options[] = {
        {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
    const char *configuration = CONFIGURATION_DEFAULT;
    struct surroundings surroundings;
    const struct verb *verb;
    int option;

    if (!surroundings_settle(&surroundings))
        return 70;
    while ((option = getopt_long(count, words, "+c:", options, NULL)) != -1) {
        if (option == 'h') {
            print_help(stdout);
            return 0;
        }
        if (option == 'v') {
            (void)printf("ispup-camera %s\n", ISPUP_VERSION);
            return 0;
        }
        if (option != 'c')
            return complain_usage("unknown option");
        configuration = optarg;
    }
    if (optind == count)
        return complain_usage("no verb");
    verb = find_verb(words[optind]);
    if (verb == NULL)
        return complain_usage("unknown verb");
    return run_verb(verb, configuration, count - optind - 1, words + optind + 1);
}
