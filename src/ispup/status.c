/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup status`: what cameras say of themselves, side by side. */
#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "ispup/ask.h"
#include "ispup/hosts.h"
#include "ispup/jobs.h"
#include "ispup/json.h"
#include "ispup/option.h"
#include "ispup/verb.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WORDS, CACERT, INSECURE, PASSWORD_FD, JOBS, JSON, OPTION_COUNT };
enum { JOBS_DEFAULT = 16 };

_Static_assert(sizeof(struct seen) <= JOBS_RECORD_SIZE, "a pipe takes what was seen whole");

struct run {
    struct jobs jobs;   /* first: its address is the run's */
    struct hosts hosts; /* owned */
    struct seen *seen;  /* owned: of each camera, all zero where nothing came */
    const char *cacert; /* borrowed */
    bool is_insecure, as_json;
};

static void run_close(struct run *run)
{
    hosts_close(&run->hosts);
    memory_free(&run->seen);
}

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    const struct run *run = (struct run *)self;
    CLEANUP(session_close) struct session session = {.reply = NULL};
    struct error err = ERROR_EMPTY;
    struct seen seen = {.is_reached = false};

    (void)gate;
    if (http_begin(&err) &&
        session_open(&session, &run->hosts.targets[job], run->cacert, run->is_insecure, &err))
        ask(&session, false, &seen);
    else
        span_printable(span_text(err.text), seen.words, sizeof(seen.words));
    http_end();
    if (!fd_write(records, span_of(&seen, sizeof(seen)), &err))
        return; /* nobody wants to know any more */
}

static void told(struct jobs *self, size_t job, const void *record)
{
    memcpy(&((struct run *)self)->seen[job], record, sizeof(struct seen));
}

/* Also of those that a signal kept from being begun. */
static void note_unasked(struct run *run)
{
    for (size_t i = 0; i < run->hosts.count; i++) {
        struct seen *seen = &run->seen[i];

        if (seen->words[0] == '\0' && !seen->is_reached)
            (void)snprintf(seen->words, sizeof(seen->words), "not asked");
    }
}

static bool is_known(const struct seen *seen)
{
    return seen->has_record || seen->has_versions;
}

static void print_object(const struct target *target, const struct seen *seen)
{
    static const char *const log_names[VERSIONS_COUNT] = {"ISP_FIRMWARE", "ISP_DEVICE_RESOURCE",
                                                          "ISP_HARDWARE"};
    struct json json;

    json_begin(&json, stdout);
    json_text(&json, "camera", target->label);
    json_text(&json, "known", seen->has_record ? "record" : seen->has_versions ? "log" : "nothing");
    for (enum status_key key = 0; seen->has_record && key < STATUS_COUNT; key++)
        json_text(&json, status_key_name(key), seen->status.values[key]);
    for (size_t i = 0; seen->has_versions && i < VERSIONS_COUNT; i++)
        json_text(&json, log_names[i], seen->versions.texts[i]);
    if (!is_known(seen))
        json_text(&json, "why", seen->words);
    json_end(&json);
}

static const char *or_dash(const char *text)
{
    return text[0] == '\0' ? "-" : text;
}

static void print_row(const char *label, int width, const char *const columns[5],
                      const char *result)
{
    (void)printf("%-*s  %-8s  %-8s  %-8s  %-11s  %-6s  %s\n", width, label, or_dash(columns[0]),
                 or_dash(columns[1]), or_dash(columns[2]), or_dash(columns[3]), or_dash(columns[4]),
                 or_dash(result));
}

static void print_record(const char *label, int width, const struct status *status)
{
    const char *const columns[] = {
        status->values[STATUS_ISP_PLATFORM], status->values[STATUS_ISP_VERSION],
        status->values[STATUS_ISP_PREVIOUS], status->values[STATUS_ISP_STATE],
        status->values[STATUS_ISP_UPDATE]};

    print_row(label, width, columns, status->values[STATUS_ISP_RESULT]);
}

/* The vendor's own cameras tell no more than three names. */
static void print_log(const char *label, int width, const struct seen *seen)
{
    char text[VERSIONS_COUNT * VERSIONS_TEXT_SIZE + 32];
    const struct versions *versions = &seen->versions;
    struct image_platform platform = {""};
    bool is_known_platform = ask_platform(seen, &platform);
    const char *const columns[] = {is_known_platform ? platform.text : "", "", "", "", ""};

    (void)snprintf(text, sizeof(text), "no record; log: %s %s %s", or_dash(versions->texts[0]),
                   or_dash(versions->texts[1]), or_dash(versions->texts[2]));
    print_row(label, width, columns, text);
}

static void print_table(const struct run *run)
{
    static const char *const heads[] = {"PLATFORM", "VERSION", "PREVIOUS", "STATE", "UPDATE"};
    static const char *const nothing[] = {"", "", "", "", ""};
    int width = (int)strlen("CAMERA");

    for (size_t i = 0; i < run->hosts.count; i++)
        if ((int)strlen(run->hosts.targets[i].label) > width)
            width = (int)strlen(run->hosts.targets[i].label);
    print_row("CAMERA", width, heads, "RESULT");
    for (size_t i = 0; i < run->hosts.count; i++) {
        const char *label = run->hosts.targets[i].label;
        const struct seen *seen = &run->seen[i];

        if (seen->has_record)
            print_record(label, width, &seen->status);
        else if (seen->has_versions)
            print_log(label, width, seen);
        else
            print_row(label, width, nothing, seen->words);
    }
}

static enum verb_status print_all(const struct run *run)
{
    bool all_known = true;

    if (!run->as_json)
        print_table(run);
    for (size_t i = 0; i < run->hosts.count; i++) {
        if (run->as_json)
            print_object(&run->hosts.targets[i], &run->seen[i]);
        all_known = all_known && is_known(&run->seen[i]);
    }
    return all_known ? VERB_DONE : VERB_FAILED;
}

static bool ask_all(struct run *run, uint64_t limit, struct error *err)
{
    void *seen = NULL;

    if (!memory_allocate(&seen, run->hosts.count * sizeof(struct seen), err))
        return false;
    run->seen = seen;
    run->jobs = (struct jobs){.count = run->hosts.count,
                              .limit = limit,
                              .record_size = sizeof(struct seen),
                              .run = run_job,
                              .told = told};
    (void)fflush(stdout);
    return jobs_run(&run->jobs, err);
}

static bool prepare(const struct option *options, struct run *run, uint64_t *limit,
                    struct error *err)
{
    uint64_t fd = 0;
    bool has_fd = options[PASSWORD_FD].count > 0;

    run->cacert = option_value(&options[CACERT]);
    run->is_insecure = options[INSECURE].count > 0;
    run->as_json = options[JSON].count > 0;
    return option_need(&options[WORDS], "a camera", err) &&
           hosts_check_authority(run->cacert, run->is_insecure, err) &&
           option_number(&options[PASSWORD_FD], 0, INT16_MAX, &fd, err) &&
           option_number(&options[JOBS], 1, JOBS_AT_ONCE, limit, err) &&
           hosts_open(&run->hosts, options[WORDS].list, options[WORDS].count, err) &&
           hosts_authorise(&run->hosts, has_fd ? (int)fd : FD_NONE, err);
}

static enum verb_status run(int count, char **words, struct error *err)
{
    CLEANUP(run_close) struct run run = {.seen = NULL};
    uint64_t limit = JOBS_DEFAULT;
    const char *list[HOSTS_LIMIT];
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = HOSTS_LIMIT, .list = list},
        [CACERT] = {.name = "cacert", .limit = 1},
        [INSECURE] = {.name = "insecure", .is_flag = true},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
        [JOBS] = {.name = "jobs", .letter = 'j', .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
    };

    if (!option_parse(count, words, options, OPTION_COUNT, err) ||
        !prepare(options, &run, &limit, err))
        return VERB_FAILED;
    hosts_warn(&run.hosts, "status", run.is_insecure, false);
    if (!ask_all(&run, limit, err))
        return VERB_FAILED;
    note_unasked(&run);
    return print_all(&run);
}

const struct verb verb_status = {
    .name = "status",
    .arguments = "[http://|https://][USER@]HOST[:PORT]... [OPTION...]",
    .summary = "say what cameras run, and how their last update went",
    .help = "  --password-fd N  read one password for all cameras from this descriptor; else\n"
            "                   ~/.netrc, else it is asked for\n"
            "  --cacert FILE    the authority of the cameras' certificates (https://)\n"
            "  --insecure       do not look at certificates\n"
            "  -j, --jobs N     cameras at a time (16)\n"
            "  --json           one object for each camera\n"
            "Exit status: 0 all cameras answered, 1 one or more did not, 64 a mistake in the\n"
            "command line.\n",
    .run = run,
};
