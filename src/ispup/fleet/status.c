/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup status`: what cameras say of themselves, in one table. */
#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/option.h"
#include "ispup/cli/json.h"
#include "ispup/cli/verbs.h"
#include "ispup/fleet/hosts.h"
#include "ispup/remote/ask.h"
#include "ispup/remote/attention.h"
#include "ispup/remote/jobs.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WORDS, CAMERAS, CACERT, INSECURE, PASSWORD_FD, JOBS, JSON, OPTION_COUNT };
enum { JOBS_DEFAULT = 16 };

_Static_assert(sizeof(struct seen) <= JOBS_RECORD_SIZE, "a record has room for what was seen");

struct run {
    struct jobs jobs;   /* first: its address is the run's */
    struct hosts hosts; /* owned */
    struct seen *seen;  /* owned: one for each camera; all zero if no record arrived */
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
        return; /* the caller has ended */
}

static void told(struct jobs *self, size_t job, const void *record)
{
    memcpy(&((struct run *)self)->seen[job], record, sizeof(struct seen));
}

/* It has sent no record if it was killed. */
static void ended(struct jobs *self, size_t job, int status)
{
    struct seen *seen = &((struct run *)self)->seen[job];

    if (seen->words[0] == '\0' && !seen->is_reached && self->interrupts < 2)
        jobs_explain_end(status, seen->words, sizeof(seen->words));
}

/* A signal may have ended the run before each camera was asked. */
static void note_unasked(struct run *run)
{
    for (size_t i = 0; i < run->hosts.count; i++) {
        struct seen *seen = &run->seen[i];

        if (seen->words[0] == '\0' && !seen->is_reached)
            (void)snprintf(seen->words, sizeof(seen->words), "not asked");
    }
}

static void note_query(const struct run *run)
{
    for (size_t i = 0; i < run->hosts.count; i++) {
        if (!run->seen[i].uses_query)
            continue;
        (void)fprintf(stderr,
                      "ispup status: note: %s does not know X-ISP-Account: the password is in the "
                      "URL\n",
                      run->hosts.targets[i].label);
        return;
    }
}

static bool is_known(const struct seen *seen)
{
    return seen->has_record || seen->has_versions;
}

static const char *or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void print_object(const struct run *run, size_t camera)
{
    const struct seen *seen = &run->seen[camera];
    static const char *const log_names[VERSIONS_COUNT] = {"ISP_FIRMWARE", "ISP_DEVICE_RESOURCE",
                                                          "ISP_HARDWARE"};
    struct json json;

    json_begin(&json, stdout);
    json_text(&json, "camera", run->hosts.targets[camera].label);
    json_text(&json, "attention", or_empty(attention_word(seen)));
    json_text(&json, "known", seen->has_record ? "record" : seen->has_versions ? "log" : "nothing");
    for (enum status_key key = 0; seen->has_record && key < STATUS_COUNT; key++)
        json_text(&json, status_key_name(key), seen->status.values[key]);
    for (size_t i = 0; seen->has_versions && i < VERSIONS_COUNT; i++)
        json_text(&json, log_names[i], seen->versions.texts[i]);
    if (!is_known(seen))
        json_text(&json, "why", seen->words);
    camera_list_print(&run->hosts.list, camera, &json);
    json_end(&json);
}

static const char *or_dash(const char *text)
{
    return text[0] == '\0' ? "-" : text;
}

static void print_row(const char *label, int width, const char *const columns[6],
                      const char *result)
{
    (void)printf("%-*s  %-8s  %-8s  %-8s  %-12s  %-6s  %-15s  %s\n", width, label,
                 or_dash(columns[0]), or_dash(columns[1]), or_dash(columns[2]), or_dash(columns[3]),
                 or_dash(columns[4]), or_dash(columns[5]), or_dash(result));
}

static void print_record(const char *label, int width, const struct seen *seen)
{
    const struct status *status = &seen->status;
    const char *const columns[] = {
        status->values[STATUS_ISP_PLATFORM], status->values[STATUS_ISP_VERSION],
        status->values[STATUS_ISP_PREVIOUS], status->values[STATUS_ISP_STATE],
        status->values[STATUS_ISP_UPDATE],   or_empty(attention_word(seen))};

    print_row(label, width, columns, status->values[STATUS_ISP_RESULT]);
}

/* The log of the vendor's own cameras has three names, nothing else. */
static void print_log(const char *label, int width, const struct seen *seen)
{
    char text[VERSIONS_COUNT * VERSIONS_TEXT_SIZE + 32];
    const struct versions *versions = &seen->versions;
    struct image_platform platform = {""};
    bool is_known_platform = ask_platform(seen, &platform);
    const char *const columns[] = {is_known_platform ? platform.text : "", "", "", "", "", ""};

    (void)snprintf(text, sizeof(text), "no record; log: %s %s %s", or_dash(versions->texts[0]),
                   or_dash(versions->texts[1]), or_dash(versions->texts[2]));
    print_row(label, width, columns, text);
}

static void print_table(const struct run *run)
{
    static const char *const heads[] = {"PLATFORM", "VERSION", "PREVIOUS",
                                        "STATE",    "UPDATE",  "ATTENTION"};
    int width = (int)strlen("CAMERA");

    for (size_t i = 0; i < run->hosts.count; i++)
        if ((int)strlen(run->hosts.targets[i].label) > width)
            width = (int)strlen(run->hosts.targets[i].label);
    print_row("CAMERA", width, heads, "RESULT");
    for (size_t i = 0; i < run->hosts.count; i++) {
        const char *label = run->hosts.targets[i].label;
        const struct seen *seen = &run->seen[i];

        if (seen->has_record)
            print_record(label, width, seen);
        else if (seen->has_versions)
            print_log(label, width, seen);
        else
            print_row(label, width,
                      (const char *const[]){"", "", "", "", "", or_empty(attention_word(seen))},
                      seen->words);
    }
}

static bool print_all(const struct run *run)
{
    bool all_well = true;

    if (!run->as_json)
        print_table(run);
    for (size_t i = 0; i < run->hosts.count; i++) {
        if (run->as_json)
            print_object(run, i);
        all_well = all_well && attention_word(&run->seen[i]) == NULL;
    }
    return all_well;
}

/* If some cameras could not be asked, the answers of the others are printed. */
static bool ask_all(struct run *run, uint64_t limit, struct error *err)
{
    run->jobs = (struct jobs){.count = run->hosts.count,
                              .limit = limit,
                              .record_size = sizeof(struct seen),
                              .run = run_job,
                              .told = told,
                              .ended = ended};
    (void)fflush(stdout);
    return jobs_run(&run->jobs, err);
}

static bool allocate(struct run *run, struct error *err)
{
    void *seen = NULL;

    if (!memory_allocate(&seen, run->hosts.count * sizeof(struct seen), err))
        return false;
    run->seen = seen;
    return true;
}

static bool prepare(const struct option *options, struct run *run, uint64_t *limit,
                    struct error *err)
{
    uint64_t fd = 0;
    bool has_fd = options[PASSWORD_FD].count > 0;
    struct hosts_words given = {.words = options[WORDS].list,
                                .count = options[WORDS].count,
                                .list = option_value(&options[CAMERAS])};

    run->cacert = option_value(&options[CACERT]);
    run->is_insecure = options[INSECURE].count > 0;
    run->as_json = options[JSON].count > 0;
    if (!hosts_check_authority(run->cacert, run->is_insecure, err))
        return false;
    if (!option_number(&options[PASSWORD_FD], 0, INT16_MAX, &fd, err))
        return false;
    if (!option_number(&options[JOBS], 1, JOBS_AT_ONCE, limit, err))
        return false;
    given.password_fd = has_fd ? (int)fd : FD_NONE;
    return hosts_take(&run->hosts, &given, err) &&
           hosts_authorise(&run->hosts, given.password_fd, err);
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(run_close) struct run run = {.seen = NULL};
    uint64_t limit = JOBS_DEFAULT;
    CLEANUP(memory_free) void *words = NULL;
    bool could_begin;
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = (size_t)call->count},
        [CAMERAS] = {.name = "cameras", .limit = 1},
        [CACERT] = {.name = "cacert", .limit = 1},
        [INSECURE] = {.name = "insecure", .is_flag = true},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
        [JOBS] = {.name = "jobs", .letter = 'j', .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
    };

    if (!memory_allocate(&words, ((size_t)call->count + 1) * sizeof(char *), err))
        return false;
    options[WORDS].list = words;
    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !prepare(options, &run, &limit, err))
        return false;
    hosts_warn(&run.hosts, "status", run.is_insecure, false);
    if (!allocate(&run, err))
        return false;
    could_begin = ask_all(&run, limit, err);
    note_unasked(&run);
    note_query(&run);
    call->status = print_all(&run) ? VERB_DONE : VERB_FAILED;
    return could_begin;
}

const struct verb verb_status = {
    .name = "status",
    .arguments = "[http://|https://][USER@]HOST[:PORT]...|--cameras FILE [OPTION...]",
    .summary = "show what cameras run, and how their last update ended",
    .help =
        "  --cameras FILE   take the cameras from a list (CSV, column camera); -: standard input\n"
        "  --password-fd N  read one password for all cameras from this file descriptor\n"
        "                   (default: ~/.netrc, else a prompt)\n"
        "  --cacert FILE    the certificate authority (CA) of the cameras (https://)\n"
        "  --insecure       do not check certificates\n"
        "  -j, --jobs N     cameras at a time (default: 16)\n"
        "  --json           one object for each camera\n"
        "Exit status: 0 no camera needs a person, 1 one or more do (ATTENTION says why), 64 a\n"
        "mistake in the command line.\n",
    .run = run,
};
