/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup push`: the command line, and the cameras side by side. What becomes of one camera is
 * push.c's story. */
#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "ispup/board.h"
#include "ispup/hosts.h"
#include "ispup/jobs.h"
#include "ispup/option.h"
#include "ispup/push.h"
#include "ispup/verb.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    WORDS,
    CHECK,
    FOREIGN,
    AGAIN,
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
    /* Below it the camera's own limit, and ours, would call the upload stalled. */
    RATE_LEAST = 4096,
};

struct run {
    struct jobs jobs; /* first: its address is the run's */
    struct push_wish wish;
    struct image_file image; /* owned */
    struct hosts hosts;      /* owned */
    struct board board;
    struct board_row *rows; /* owned */
    uint64_t job_limit;
    uint64_t password_fd;
    bool has_password_fd;
};

static void run_close(struct run *run)
{
    image_file_close(&run->image);
    hosts_close(&run->hosts);
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

static bool take_wish(const struct option *options, struct push_wish *wish, struct error *err)
{
    wish->image = option_value(&options[WORDS]);
    wish->check_only = options[CHECK].count > 0;
    wish->may_be_foreign = options[FOREIGN].count > 0;
    wish->again = options[AGAIN].count > 0;
    wish->keys = option_value(&options[KEYS]);
    wish->cacert = option_value(&options[CACERT]);
    wish->is_insecure = options[INSECURE].count > 0;
    wish->wait = WAIT_DEFAULT;
    wish->stall = STALL_DEFAULT;
    return take_rate(&options[RATE], &wish->rate, err) &&
           option_number(&options[WAIT], 1, SECONDS_MOST, &wish->wait, err) &&
           option_number(&options[STALL], 1, SECONDS_MOST, &wish->stall, err);
}

static enum board_style style_of(const struct option *options)
{
    const char *terminal = getenv("TERM");

    if (options[JSON].count > 0)
        return BOARD_JSON;
    if (options[QUIET].count > 0)
        return BOARD_QUIET;
    if (board_screen_fits(STDOUT_FILENO) && terminal != NULL &&
        !span_is(span_text(terminal), "dumb"))
        return BOARD_SCREEN;
    return BOARD_PLAIN;
}

static bool take_options(struct option *options, struct run *run, struct error *err)
{
    run->job_limit = JOBS_DEFAULT;
    run->has_password_fd = options[PASSWORD_FD].count > 0;
    run->board.style = style_of(options);
    run->board.out = stdout;
    if (options[JSON].count > 0 && options[QUIET].count > 0)
        return error_set(err, ERROR_USAGE, "--json and --quiet exclude each other");
    return take_wish(options, &run->wish, err) &&
           option_number(&options[JOBS], 1, JOBS_AT_ONCE, &run->job_limit, err) &&
           option_number(&options[PASSWORD_FD], 0, INT16_MAX, &run->password_fd, err);
}

static bool open_board(struct run *run, struct error *err)
{
    struct board *board = &run->board;
    void *rows = NULL;

    if (!memory_allocate(&rows, run->hosts.count * sizeof(struct board_row), err))
        return false;
    run->rows = rows;
    board->rows = run->rows;
    board->count = run->hosts.count;
    board->check_only = run->wish.check_only;
    board->file_name = run->image.file_name;
    for (size_t i = 0; i < board->count; i++)
        board->rows[i].target = &run->hosts.targets[i];
    return true;
}

/* What a camera would answer to it is the same wherever it goes. */
static bool open_image(struct run *run, struct error *err)
{
    const struct push_wish *wish = &run->wish;

    if (image_file_open(&run->image, wish->image, wish->may_be_foreign, wish->keys, err))
        return true;
    if (err->kind != ERROR_IMAGE && err->kind != ERROR_ROOM)
        return false;
    (void)error_prefix(err, "nothing was sent, a camera would refuse the image: ERROR");
    if (!wish->may_be_foreign && image_file_is_foreign(&run->image))
        (void)fputs("ispup push: is it of the vendor's own format? --foreign sends it, though only "
                    "its name, size and gzip can be checked\n",
                    stderr);
    return false;
}

static void run_job(struct jobs *self, size_t job, int records, int gate)
{
    struct run *run = (struct run *)self;

    push_run(&run->wish, &run->image, &run->hosts.targets[job], records, gate);
}

static void told(struct jobs *self, size_t job, const void *record)
{
    struct event event;

    if (event_read(record, &event))
        board_event(&((struct run *)self)->board, job, &event);
}

static void ended(struct jobs *self, size_t job)
{
    board_ended(&((struct run *)self)->board, job);
}

static void interrupted(struct jobs *self, unsigned times)
{
    board_interrupted(&((struct run *)self)->board, times);
}

static void ticked(struct jobs *self)
{
    board_tick(&((struct run *)self)->board);
}

static enum verb_status push_all(struct run *run, struct error *err)
{
    enum verb_status status;
    bool could_begin;

    run->jobs = (struct jobs){.count = run->hosts.count,
                              .limit = run->job_limit,
                              .record_size = sizeof(struct event),
                              .run = run_job,
                              .told = told,
                              .ended = ended,
                              .interrupted = interrupted,
                              .ticked = ticked};
    (void)fflush(stdout);
    could_begin = jobs_run(&run->jobs, err);
    board_finish(&run->board);
    status = (enum verb_status)board_exit_status(&run->board);
    /* Where no process could be made for one, the others' outcomes count all the same. */
    return could_begin || status != VERB_DONE ? status : VERB_FAILED;
}

static bool prepare(struct option *options, struct run *run, struct error *err)
{
    const struct option *words = &options[WORDS];

    if (!take_options(options, run, err))
        return false;
    if (words->count < 2)
        return error_set(err, ERROR_USAGE, "needs %s",
                         words->count == 0 ? "an image and a camera" : "a camera");
    return hosts_check_authority(run->wish.cacert, run->wish.is_insecure, err) &&
           hosts_open(&run->hosts, words->list + 1, words->count - 1, err) &&
           open_image(run, err) &&
           hosts_authorise(&run->hosts, run->has_password_fd ? (int)run->password_fd : FD_NONE,
                           err) &&
           open_board(run, err);
}

static enum verb_status run(int count, char **words, struct error *err)
{
    CLEANUP(run_close) struct run run = {.image = IMAGE_FILE_NONE};
    const char *list[HOSTS_LIMIT + 1];
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = HOSTS_LIMIT + 1, .list = list},
        [CHECK] = {.name = "check", .is_flag = true},
        [FOREIGN] = {.name = "foreign", .is_flag = true},
        [AGAIN] = {.name = "again", .is_flag = true},
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

    if (!option_parse(count, words, options, OPTION_COUNT, err) || !prepare(options, &run, err))
        return VERB_FAILED;
    hosts_warn(&run.hosts, "push", run.wish.is_insecure, run.board.style == BOARD_QUIET);
    return push_all(&run, err);
}

const struct verb verb_push = {
    .name = "push",
    .arguments = "IMAGE [http://|https://][USER@]HOST[:PORT]... [OPTION...]",
    .summary = "update cameras, and say what really became of it",
    .help = "  --check            say what the cameras would answer, send nothing (0: would be\n"
            "                     taken, 1: would be refused, 2: cannot tell)\n"
            "  --again            send it also where it runs already\n"
            "  --foreign          an image of the vendor's own format: name, size (64 MiB at\n"
            "                     most) and gzip are checked, no more can be\n"
            "  --keys FOLDER      public keys (*.pem): one of them must have signed the image\n"
            "  --password-fd N    read one password for all cameras from this descriptor; else\n"
            "                     ~/.netrc, else it is asked for\n"
            "  --cacert FILE      the authority of the cameras' certificates (https://)\n"
            "  --insecure         do not look at certificates\n"
            "  --limit-rate RATE  bytes a second for each camera, such as 500K\n"
            "  --stall SECONDS    give up an upload that moves less than 1 KiB/s for so long\n"
            "                     (60)\n"
            "  --wait SECONDS     how long restart and trial may take (300)\n"
            "  -j, --jobs N       cameras at a time (4)\n"
            "  --json             one object for each event\n"
            "  --quiet            only what is not done\n"
            "Exit status: 0 done, 1 not done, 2 unknown (of several cameras: 2 where one is\n"
            "unknown, else 1 where one is not done; 2 also where done could not be printed), 64\n"
            "a mistake in the command line.\n"
            "What was sent is never sent again by itself. Ctrl-C begins no new upload, and waits\n"
            "for those under way; a second one leaves them.\n",
    .unprinted = VERB_UNKNOWN,
    .run = run,
};
