/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup verify`: says beforehand, in the same words, what a camera would answer. */
#include "ispup/option.h"
#include "ispup/packed_file.h"
#include "ispup/verb.h"
#include "protocol/reply.h"

#include <stdio.h>
#include <unistd.h>

enum { IMAGE, PLATFORM, KEYS, DOWNGRADE_FROM, OPTION_COUNT };

static bool take_platform(const struct option *option, struct image_policy *policy,
                          struct error *err)
{
    struct image_platform platform;

    if (!option_need(option, "--platform, as the camera has it: 4 of A-Z and 0-9", err))
        return false;
    if (!image_platform_parse(span_text(option->values[0]), &platform))
        return error_set(err, ERROR_USAGE, "--platform is 4 of A-Z and 0-9, such as 0300");
    *policy = packed_file_policy(&platform);
    return true;
}

static bool take_keys(const struct option *option, struct key_set *keys,
                      struct image_policy *policy, struct error *err)
{
    struct log log = {.program = "ispup verify", .fd = STDERR_FILENO};

    if (option->count == 0) {
        log_line(&log, "signature not checked: no --keys");
        return true;
    }
    if (!key_set_read(option->values[0], &log, keys, err))
        return false;
    policy->signature_required = true;
    policy->keys = keys;
    return true;
}

static bool take_running(const struct option *option, struct image_policy *policy,
                         struct error *err)
{
    struct image_version version;

    if (option->count == 0)
        return true;
    if (!image_version_parse(span_text(option->values[0]), &version))
        return error_set(err, ERROR_USAGE, "--downgrade-from is a version such as V1.00.00");
    policy->downgrade_refused = true;
    for (size_t i = 0; i < COMPONENT_COUNT; i++)
        policy->running[i] = version;
    return true;
}

static enum verb_status print_answer(const struct error *cause, struct error *err)
{
    char line[REPLY_TEXT_LIMIT + 1];

    /* A file that cannot be read is this machine's trouble, not a camera's answer. */
    if (cause->kind == ERROR_INTERNAL) {
        *err = *cause;
        return VERB_FAILED;
    }
    reply_error_line(cause, line);
    (void)printf("%s\n", line);
    return VERB_FAILED;
}

static enum verb_status run(int count, char **words, struct error *err)
{
    struct option options[OPTION_COUNT] = {
        [IMAGE] = {.limit = 1},
        [PLATFORM] = {.name = "platform", .limit = 1},
        [KEYS] = {.name = "keys", .limit = 1},
        [DOWNGRADE_FROM] = {.name = "downgrade-from", .limit = 1},
    };
    struct error cause = ERROR_EMPTY;
    struct checked_image image;
    struct image_policy policy;
    struct key_set keys;

    if (!option_parse(count, words, options, OPTION_COUNT, err) ||
        !option_need(&options[IMAGE], "an image", err) ||
        !take_platform(&options[PLATFORM], &policy, err) ||
        !take_running(&options[DOWNGRADE_FROM], &policy, err) ||
        !take_keys(&options[KEYS], &keys, &policy, err))
        return VERB_FAILED;
    if (!packed_file_verify(options[IMAGE].values[0], options[IMAGE].values[0], &policy, &image,
                            &cause))
        return print_answer(&cause, err);
    (void)puts("OK");
    return VERB_DONE;
}

const struct verb verb_verify = {
    .name = "verify",
    .arguments = "IMAGE --platform AANP [--keys FOLDER] [--downgrade-from VERSION]",
    .summary = "say what a camera would answer to an image",
    .help = "  --platform AANP           the camera's ISP platform, such as 0300\n"
            "  --keys FOLDER             public keys (*.pem): one of them must have signed it\n"
            "  --downgrade-from VERSION  what the camera has; an older component is refused\n"
            "Prints OK, or the very line that the camera would answer, and then exits with 1.\n"
            "The name that is checked is the file's own.\n",
    .run = run,
};
