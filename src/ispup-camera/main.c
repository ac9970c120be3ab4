/* SPDX-License-Identifier: Apache-2.0 */
/* ispup-camera: the update service for the camera's shell and boot scripts. */
#include "ispup-camera/verbs.h"

#include "base/option.h"
#include "protocol/reply.h"
#include "update/front/surroundings.h"

#include <stdio.h>

#define PROGRAM "ispup-camera [-c FILE]"

static const struct verb *const table[] = {
    &(const struct verb){.name = "install",
                         .arguments = "FILE",
                         .summary = "install an image file and restart",
                         .run = verb_install},
    &(const struct verb){.name = "status",
                         .arguments = "",
                         .summary = "print the lines of ISP_STATUS",
                         .run = verb_status},
    &(const struct verb){.name = "active",
                         .arguments = "COMPONENT",
                         .summary = "print the bank that the component starts from: NUMBER WHERE",
                         .run = verb_active},
    &(const struct verb){.name = "recover",
                         .arguments = "[--retry]",
                         .summary = "run first at every boot: finish what a power cut interrupted",
                         .help = "  --retry  try again after it gave up\n",
                         .run = verb_recover},
    &(const struct verb){.name = "trial",
                         .arguments = "",
                         .summary = "run last at every boot: confirm a new image, or roll it back",
                         .run = verb_trial},
    &(const struct verb){.name = "confirm",
                         .arguments = "",
                         .summary = "confirm the image on trial",
                         .run = verb_confirm},
    &(const struct verb){
        .name = "rollback",
        .arguments = "[--settings]",
        .summary = "restore the previous image and restart; with --settings, also its settings",
        .help = "  --settings  also restore the settings from before the update\n",
        .run = verb_rollback},
    &(const struct verb){
        .name = "adopt",
        .arguments = "[--factory] [IMAGE]",
        .summary = "start a new journal from what the banks hold",
        .help = "  IMAGE      the image that the banks hold: gives versions, digests, and\n"
                "             copies of what a loader wrote\n"
                "  --factory  fail if the camera has a journal\n",
        .run = verb_adopt},
    &(const struct verb){.name = "lock",
                         .arguments = "PROGRAM ...",
                         .summary = "run a program while it holds the camera's lock",
                         .run = verb_lock},
    &(const struct verb){
        .name = "account",
        .arguments =
            "add|remove|list|passwd [NAME] [--level root|user] [--password-fd N | --no-password]",
        .summary = "manage the accounts that may update this camera",
        .help =
            "  --level root|user  root may update the camera, user may only read\n"
            "  --password-fd N    read the password from this file descriptor (default: a prompt)\n"
            "  --no-password      only the web server checks the password\n",
        .run = verb_account},
    &(const struct verb){
        .name = "try",
        .arguments = "HOOK [--really]",
        .summary = "run a hook as an update would, and show what it says",
        .help =
            "  HOOK      activate (for the banks in use), hold (then release), release, probe,\n"
            "            restart or save-command\n"
            "  --really  needed for restart and save-command\n",
        .run = verb_try},
    &(const struct verb){.name = "doctor",
                         .arguments = "",
                         .summary =
                             "check everything that an update needs and advise; write nothing",
                         .run = verb_doctor},
};

enum { CONFIGURATION, HELP, VERSION, OPTION_COUNT };

static void print_help(FILE *to)
{
    (void)fprintf(to, "usage: " PROGRAM " VERB ...\n\n"
                      "  -c FILE     the configuration (default " CONFIGURATION_DEFAULT ")\n"
                      "  --help      this page; after a verb: its options\n"
                      "  --version   the version\n\n");
    for (size_t i = 0; i < COUNT_OF(table); i++)
        (void)fprintf(to, "  %s %s\n        %s\n", table[i]->name, table[i]->arguments,
                      table[i]->summary);
    (void)fprintf(
        to, "\nexit status: 0 done, 1 refused, 2 busy, 3 journal lost, 4 flash or "
            "settings, 5 journal unreadable, 64 usage,\n70 internal error, 78 configuration\n");
}

static int complain(const struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1];

    reply_error_line(err, line);
    (void)fprintf(stderr, "%s%s\n", line, verb_is_denied(line) ? ": run it " VERB_OTHER_USER : "");
    return reply_exit_status(err->kind);
}

static int complain_usage(const char *what)
{
    (void)fprintf(stderr, "ispup-camera: %s: see ispup-camera --help\n", what);
    return VERB_USAGE;
}

/* `camera` is the invocation's, and not open yet. */
static int run_verb(const struct verb *verb, struct camera *camera, struct invocation *invocation)
{
    /* Opening a camera creates its log; doctor writes nothing. */
    bool opens_camera = verb->run != verb_doctor;
    struct error err = ERROR_EMPTY;

    if ((opens_camera &&
         !camera_open(camera, invocation->configuration, false, "ispup-camera", &err)) ||
        !verb->run(&invocation->call, &err))
        return complain(&err);
    return invocation->call.status;
}

static int run(const char *configuration, int count, char **words)
{
    CLEANUP(camera_close) struct camera camera = CAMERA_NONE;
    struct invocation invocation = {.call = {.count = count - 1, .words = words + 1},
                                    .camera = &camera,
                                    .configuration = configuration};
    const struct verb *verb;

    if (count == 0)
        return complain_usage("no verb");
    verb = verb_find(table, COUNT_OF(table), words[0]);
    if (verb == NULL)
        return complain_usage("unknown verb");
    if (!verb_asks_for_help(&invocation.call))
        return run_verb(verb, &camera, &invocation);
    verb_print_help(verb, PROGRAM, stdout);
    return VERB_DONE;
}

int main(int count, char **words)
{
    struct option options[OPTION_COUNT] = {
        [CONFIGURATION] = {.name = "", .letter = 'c', .limit = 1},
        [HELP] = {.name = "help", .is_flag = true},
        [VERSION] = {.name = "version", .is_flag = true},
    };
    struct surroundings surroundings;
    struct error err = ERROR_EMPTY;
    const char *configuration;

    if (!surroundings_settle(&surroundings))
        return reply_exit_status(ERROR_INTERNAL);
    count--;
    words++;
    if (!option_parse_first(&count, &words, options, OPTION_COUNT, &err))
        return complain_usage(err.text);
    if (options[HELP].count > 0)
        print_help(stdout);
    else if (options[VERSION].count > 0)
        (void)printf("ispup-camera %s\n", ISPUP_VERSION);
    else {
        configuration = option_value(&options[CONFIGURATION]);
        return run(configuration == NULL ? CONFIGURATION_DEFAULT : configuration, count, words);
    }
    return VERB_DONE;
}
