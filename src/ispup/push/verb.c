/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup push`: the command line, and many cameras at once. push.c does one camera. */
#include "ispup/cli/verbs.h"

#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/option.h"
#include "ispup/fleet/hosts.h"
#include "ispup/push/display_json.h"
#include "ispup/push/display_plain.h"
#include "ispup/push/display_screen.h"
#include "ispup/push/push.h"
#include "ispup/push/verb.h"
#include "ispup/remote/jobs.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    WORDS,
    CAMERAS,
    CHECK,
    FOREIGN,
    AGAIN,
    ALLOW_OLDER,
    KEYS,
    CACERT,
    INSECURE,
    RATE,
    STALL,
    WAIT,
    PASSWORD_FD,
    JOBS,
    JSON,
    QUIET,
    OPTION_COUNT,
};

enum {
    JOBS_DEFAULT = 4,
    WAIT_DEFAULT = 300,
    STALL_DEFAULT = 60,
    SECONDS_MOST = 86400,
    /* A slower upload would count as stalled, for the camera and for --stall. */
    RATE_LEAST = 4096,
};

struct run {
    struct jobs jobs; /* first: its address is the run's */
    struct push_options options;
    struct image_file image; /* owned */
    struct hosts hosts;      /* owned */
    struct outlet outlet;    /* owned: standard output */
    struct display display;
    struct display_row *rows; /* owned */
    uint64_t job_limit;
    uint64_t password_fd;
    bool has_password_fd;
};

static void run_close(struct run *run)
{
    image_file_close(&run->image);
    hosts_close(&run->hosts);
    outlet_close(&run->outlet);
    memory_free(&run->rows);
}

static bool take_rate(const struct option *option, uint64_t *rate, struct error *err)
{
    if (option->count == 0)
        return true;
    if (number_parse_size(span_text(option->values[0]), UINT32_MAX, rate) && *rate >= RATE_LEAST)
        return true;
    return error_set(err, ERROR_USAGE,
                     "--limit-rate is bytes a second, 4K or more, such as 500K or 2M, not %s",
                     option->values[0]);
}

static bool take_push_options(const struct option *given, struct push_options *options,
                              struct error *err)
{
    options->image = option_value(&given[WORDS]);
    options->check_only = given[CHECK].count > 0;
    options->may_be_foreign = given[FOREIGN].count > 0;
    options->again = given[AGAIN].count > 0;
    options->allow_older = given[ALLOW_OLDER].count > 0;
    options->keys = option_value(&given[KEYS]);
    options->cacert = option_value(&given[CACERT]);
    options->is_insecure = given[INSECURE].count > 0;
    options->wait = WAIT_DEFAULT;
    options->stall = STALL_DEFAULT;
    return take_rate(&given[RATE], &options->rate, err) &&
           option_number(&given[WAIT], 1, SECONDS_MOST, &options->wait, err) &&
           option_number(&given[STALL], 1, SECONDS_MOST, &options->stall, err);
}

static const struct display_style *style_of(const struct option *options)
{
    const char *terminal = getenv("TERM");

    if (options[JSON].count > 0)
        return &display_json;
    if (options[QUIET].count > 0)
        return &display_quiet;
    if (display_screen_fits(STDOUT_FILENO) && terminal != NULL &&
        !span_is(span_text(terminal), "dumb"))
        return &display_screen;
    return &display_plain;
}

static bool take_options(struct option *options, struct run *run, struct error *err)
{
    run->job_limit = JOBS_DEFAULT;
    run->has_password_fd = options[PASSWORD_FD].count > 0;
    run->display.style = style_of(options);
    if (options[JSON].count > 0 && options[QUIET].count > 0)
        return error_set(err, ERROR_USAGE, "--json and --quiet cannot be used together");
    return take_push_options(options, &run->options, err) &&
           option_number(&options[JOBS], 1, JOBS_AT_ONCE, &run->job_limit, err) &&
           option_number(&options[PASSWORD_FD], 0, INT16_MAX, &run->password_fd, err);
}

static const struct image_file *image_of(const struct run *run)
{
    return run->options.order == NULL ? &run->image : NULL;
}

static const char *verb_name(const struct run *run)
{
    return run->options.order == NULL ? "push" : run->options.order->verb;
}

static bool open_display(struct run *run, struct error *err)
{
    struct display *display = &run->display;
    void *rows = NULL;

    if (!memory_allocate(&rows, run->hosts.count * sizeof(struct display_row), err))
        return false;
    run->rows = rows;
    if (!outlet_open(&run->outlet, STDOUT_FILENO, err))
        return false;
    display->out = run->outlet.file;
    display->fd = STDOUT_FILENO;
    display->rows = run->rows;
    display->count = run->hosts.count;
    display->check_only = run->options.check_only;
    display->verb = verb_name(run);
    display->is_of_orders = run->options.order != NULL;
    display->file_name = run->image.file_name;
    display->list = &run->hosts.list;
    for (size_t i = 0; i < display->count; i++) {
        display->rows[i].target = &run->hosts.targets[i];
        outcome_begin(&display->rows[i].last.outcome, image_of(run));
    }
    return true;
}

/* An image that one camera refuses, all refuse: checked before any camera is asked. */
static bool open_image(struct run *run, struct error *err)
{
    const struct push_options *options = &run->options;

    if (options->order != NULL)
        return true;
    if (image_file_open(&run->image, options->image, options->may_be_foreign, options->keys, err))
        return true;
    if (err->kind != ERROR_IMAGE && err->kind != ERROR_ROOM)
        return false;
    (void)error_prefix(err, "nothing was sent, a camera would refuse the image: ERROR");
    if (!options->may_be_foreign && image_file_is_foreign(&run->image))
        (void)fputs("ispup push: is it of the vendor's own format? --foreign sends it, but checks "
                    "only its name, size and gzip\n",
                    stderr);
    return false;
}

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    struct run *run = (struct run *)self;

    push_run(&run->options, image_of(run), &run->hosts.targets[job], records, gate);
}

static void told(struct jobs *self, size_t job, const void *record)
{
    struct event event;

    if (event_read(record, &event))
        display_event(&((struct run *)self)->display, job, &event);
}

static void ended(struct jobs *self, size_t job, int status)
{
    char cause[128] = "abandoned";

    if (self->interrupts < 2)
        jobs_explain_end(status, cause, sizeof(cause));
    display_ended(&((struct run *)self)->display, job, cause);
}

static void interrupted(struct jobs *self, unsigned times)
{
    display_interrupted(&((struct run *)self)->display, times);
}

/* A terminal that does not take the lines as they are needs no newer ones. */
static void ticked(struct jobs *self)
{
    if (outlet_awaits(self->out) == FD_NONE)
        display_tick(&((struct run *)self)->display);
}

static bool push_all(struct run *run, struct verb_call *call, struct error *err)
{
    bool could_begin;

    run->jobs = (struct jobs){.count = run->hosts.count,
                              .limit = run->job_limit,
                              .record_size = sizeof(struct event),
                              .out = &run->outlet,
                              .run = run_job,
                              .told = told,
                              .ended = ended,
                              .interrupted = interrupted,
                              .ticked = ticked};
    (void)fflush(stdout);
    could_begin = jobs_run(&run->jobs, err);
    display_finish(&run->display);
    call->is_unprinted = !outlet_finish(&run->outlet, run->jobs.interrupts > 1);
    call->status = display_exit_status(&run->display);
    /* If some cameras could not be begun, the outcomes of the others still count. */
    return could_begin;
}

static bool prepare(struct option *options, struct run *run, struct error *err)
{
    const struct option *words = &options[WORDS];
    size_t images = run->options.order == NULL ? 1 : 0;
    struct hosts_words given;

    if (!take_options(options, run, err))
        return false;
    if (images > words->count)
        return error_set(err, ERROR_USAGE, "needs an image and a camera");
    given = (struct hosts_words){
        .words = words->list + images,
        .count = words->count - images,
        .list = option_value(&options[CAMERAS]),
        .password_fd = run->has_password_fd ? (int)run->password_fd : FD_NONE,
    };
    return hosts_check_authority(run->options.cacert, run->options.is_insecure, err) &&
           hosts_take(&run->hosts, &given, err) && open_image(run, err) &&
           hosts_authorise(&run->hosts, given.password_fd, err) && open_display(run, err);
}

/* An order has no image. */
static void remove_options_of_images(struct option *options)
{
    static const int of_images[] = {CHECK, FOREIGN, AGAIN, ALLOW_OLDER, KEYS, RATE, STALL};

    for (size_t i = 0; i < COUNT_OF(of_images); i++)
        options[of_images[i]] = (struct option){.name = NULL};
}

bool push_verb_run(const struct push_order *order, struct verb_call *call, struct error *err)
{
    CLEANUP(run_close)
    struct run run = {.image = IMAGE_FILE_NONE, .outlet = OUTLET_NONE, .options = {.order = order}};
    CLEANUP(memory_free) void *words = NULL;
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = (size_t)call->count},
        [CAMERAS] = {.name = "cameras", .limit = 1},
        [CHECK] = {.name = "check", .is_flag = true},
        [FOREIGN] = {.name = "foreign", .is_flag = true},
        [AGAIN] = {.name = "again", .is_flag = true},
        [ALLOW_OLDER] = {.name = "allow-older", .is_flag = true},
        [KEYS] = {.name = "keys", .limit = 1},
        [CACERT] = {.name = "cacert", .limit = 1},
        [INSECURE] = {.name = "insecure", .is_flag = true},
        [RATE] = {.name = "limit-rate", .limit = 1},
        [STALL] = {.name = "stall", .limit = 1},
        [WAIT] = {.name = "wait", .limit = 1},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
        [JOBS] = {.name = "jobs", .letter = 'j', .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
        [QUIET] = {.name = "quiet", .is_flag = true},
    };

    if (!memory_allocate(&words, ((size_t)call->count + 1) * sizeof(char *), err))
        return false;
    options[WORDS].list = words;
    if (order != NULL)
        remove_options_of_images(options);
    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !prepare(options, &run, err))
        return false;
    hosts_warn(&run.hosts, verb_name(&run), run.options.is_insecure, run.display.style->is_quiet);
    return push_all(&run, call, err);
}

static bool run(struct verb_call *call, struct error *err)
{
    return push_verb_run(NULL, call, err);
}

const struct verb verb_push = {
    .name = "push",
    .arguments = "IMAGE [http://|https://][USER@]HOST[:PORT]...|--cameras FILE [OPTION...]",
    .summary = "update cameras, and report the verified outcome",
    .help =
        "  --cameras FILE     take the cameras from a list (CSV, column camera); -: standard\n"
        "                     input\n"
        "  --check            dry run: print what the cameras would answer, send nothing\n"
        "                     (0: would be taken, 1: would be refused, 2: cannot tell)\n"
        "  --again            send the image even if it runs already\n"
        "  --allow-older      send the image even if the camera runs something newer\n"
        "  --foreign          also send an image of the vendor's own format: only its name,\n"
        "                     size (at most 64 MiB) and gzip are checked\n"
        "  --keys FOLDER      public keys (*.pem): one of them must have signed the image\n"
        "  --password-fd N    read one password for all cameras from this file descriptor\n"
        "                     (default: ~/.netrc, else a prompt)\n"
        "  --cacert FILE      the certificate authority (CA) of the cameras (https://)\n"
        "  --insecure         do not check certificates\n"
        "  --limit-rate RATE  bytes a second for each camera, such as 500K\n"
        "  --stall SECONDS    give up an upload that moves less than 1 KiB/s for that time\n"
        "                     (default: 60)\n"
        "  --wait SECONDS     time limit for restart and trial (default: 300)\n"
        "  -j, --jobs N       cameras at a time (default: 4)\n"
        "  --json             print one object for each event\n"
        "  --quiet            print only the cameras that are not done\n"
        "Exit status: 0 done or already, 1 not done, 2 unknown, or done but not printed, 64 a\n"
        "mistake in the command line. Of several cameras: 2 if one is unknown, else 1 if one\n"
        "is not done.\n"
        "An image is never sent twice by itself. Ctrl-C begins no new upload and waits for the\n"
        "updates under way; a second Ctrl-C abandons them.\n",
    .unprinted = VERB_UNKNOWN,
    .run = run,
};
