/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup verify`: prints what a camera would answer to an image, in the same words. */
#include "base/file.h"
#include "ispup/release/examine.h"
#include "ispup/release/verify_report.h"
#include "protocol/reply.h"

#include <stdio.h>
#include <unistd.h>

enum { IMAGES, REPORT, PLATFORM, KEYS, DOWNGRADE_FROM, JSON, OPTION_COUNT };

struct verifying {
    struct examine examine; /* first: its address is this struct's */
    struct image_policy policy;
};

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

    if (option->count == 0)
        return true;
    if (!key_set_read(option->values[0], KEY_FOR_IMAGES, &log, keys, err))
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

/* Standard input has no name: it gets the one that its descriptor says. */
static bool check_stream(struct source *source, const struct image_policy *policy,
                         struct checked_image *image, struct error *err)
{
    CLEANUP(image_reader_close) struct image_reader reader = {.gzip = NULL};
    char text[IMAGE_NAME_SIZE + 1];
    struct image_name name;

    if (!image_reader_open(&reader, source, err))
        return false;
    name = (struct image_name){reader.descriptor.platform, reader.descriptor.version};
    image_name_format(&name, text);
    return check_name(span_text(text), policy, &name, err) &&
           check_description(&name, reader.description, reader.signature, policy, image, err) &&
           verify_components(&reader, &image->descriptor, err);
}

static bool check(const char *path, const struct image_policy *policy, struct error *err)
{
    CLEANUP(packed_file_close) struct packed_file file = PACKED_FILE_NONE;
    struct checked_image image;

    if (!examine_open(&file, path, err))
        return false;
    if (examine_is_stdin(path))
        return check_stream(&file.source, policy, &image, err);
    return verify_image(&file.source, image_name_base(span_text(path)), policy, &image, err);
}

static void print_line(const struct examine *examine, const char *path, const char *line)
{
    char name[FILE_PATH_SIZE];

    span_printable(span_text(path), name, sizeof(name));
    (void)printf("%s%s%s\n", examine->is_many ? name : "", examine->is_many ? ": " : "", line);
}

static void print_good(const struct verifying *verifying, const char *path)
{
    bool is_checked = verifying->policy.signature_required;
    struct json json;

    if (!verifying->examine.is_json) {
        print_line(&verifying->examine, path, is_checked ? "OK" : "OK, signature not checked");
        return;
    }
    examine_begin(&json, path, "ok");
    json_text(&json, "signature", is_checked ? "good" : "not checked");
    json_end(&json);
}

static bool verify_one(struct examine *self, const char *path, struct error *err)
{
    const struct verifying *verifying = (const struct verifying *)self;

    if (!check(path, &verifying->policy, err))
        return false;
    print_good(verifying, path);
    return true;
}

/* The line that a camera would answer. */
static void print_refused(const struct examine *self, const char *path, const struct error *cause)
{
    char line[REPLY_TEXT_LIMIT + 1];

    reply_error_line(cause, line);
    if (self->is_json)
        examine_print_fault(path, "refused", line);
    else
        print_line(self, path, line);
}

/* An image and a report in one call would need two kinds of keys. */
static bool run_reports(const struct option *options, int *status, struct error *err)
{
    if (options[IMAGES].count + options[PLATFORM].count + options[DOWNGRADE_FROM].count > 0)
        return error_set(err, ERROR_USAGE,
                         "--report takes no image, no --platform and no "
                         "--downgrade-from");
    return verify_reports(&options[REPORT], option_value(&options[KEYS]), options[JSON].count > 0,
                          status, err);
}

static bool run(struct verb_call *call, struct error *err)
{
    const char *paths[EXAMINE_LIMIT], *reports[EXAMINE_LIMIT];
    struct option options[OPTION_COUNT] = {
        [IMAGES] = {.limit = EXAMINE_LIMIT, .list = paths},
        [REPORT] = {.name = "report", .limit = EXAMINE_LIMIT, .list = reports},
        [PLATFORM] = {.name = "platform", .limit = 1},
        [KEYS] = {.name = "keys", .limit = 1},
        [DOWNGRADE_FROM] = {.name = "downgrade-from", .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
    };
    struct verifying verifying = {
        .examine = {.verb = "verify", .one = verify_one, .refused = print_refused}};
    struct key_set keys;

    call->status = EXAMINE_UNREAD;
    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err))
        return false;
    if (options[REPORT].count > 0)
        return run_reports(options, &call->status, err);
    if (!option_need(&options[IMAGES], "an image", err) ||
        !take_platform(&options[PLATFORM], &verifying.policy, err) ||
        !take_running(&options[DOWNGRADE_FROM], &verifying.policy, err) ||
        !take_keys(&options[KEYS], &keys, &verifying.policy, err))
        return false;
    verifying.examine.is_json = options[JSON].count > 0;
    call->status = examine_all(&verifying.examine, &options[IMAGES]);
    return true;
}

const struct verb verb_verify = {
    .name = "verify",
    .arguments = "IMAGE... --platform AANP [--keys FOLDER] [--downgrade-from VERSION] [--json]\n"
                 "       ispup verify --report FILE [--report FILE...] [--keys FOLDER] [--json]",
    .summary = "show what a camera would answer to an image; check a rollout's report",
    .help =
        "  --platform AANP           the camera's ISP platform, such as 0300\n"
        "  --keys FOLDER             public keys (*.pem): one of them must have signed it\n"
        "  --downgrade-from VERSION  version on the camera; an older component is refused\n"
        "  --json                    print one object for each image or report\n"
        "  --report FILE             the events of a rollout (jsonl): is none altered,\n"
        "                            removed, added or moved? With --keys one of these keys\n"
        "                            for reports must have signed them. This proves that they\n"
        "                            are unaltered since then, and no more\n"
        "Prints OK, or the line that the camera would answer. Without --keys it prints\n"
        "`OK, signature not checked`. Checks the file's own name, too. The image - is read\n"
        "from standard input, and has no name to check.\n"
        "Exit status: 0 OK, 1 refused, 2 a file or the keys could not be read, 64 a mistake in\n"
        "the command line. Of several files: 2 before 1 before 0.\n",
    .run = run,
};
