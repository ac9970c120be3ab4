/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup record`: what a camera answers, as a file that may be given to others. */
#include "base/fd.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/option.h"
#include "ispup/cli/verbs.h"
#include "ispup/fleet/hosts.h"
#include "ispup/record/redact.h"
#include "ispup/record/tape.h"
#include "ispup/record/upload.h"
#include "ispup/remote/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORDS, OUTPUT, UPLOAD, FOREIGN, AGAIN, CACERT, INSECURE, WAIT, PASSWORD_FD, OPTION_COUNT };
enum { WAIT_DEFAULT = 300, STALL_DEFAULT = 60, SECONDS_MOST = 86400, IMAGE_TEXT_SIZE = 256 };

struct run {
    struct push_options options;
    struct image_file image; /* owned */
    struct hosts hosts;      /* owned: one */
    struct tape tape;        /* owned */
    const char *output;      /* borrowed */
    char *text;              /* owned: the file's, by malloc(3) */
    size_t size, count;      /* of the text, of the requests */
};

static void run_close(struct run *run)
{
    image_file_close(&run->image);
    hosts_close(&run->hosts);
    tape_close(&run->tape);
    free(run->text);
}

/* Questions that change nothing. The order is that of `ispup push`. */
static const struct question {
    const char *program, *command;
} questions[] = {
    {"update", "ISP_STATUS"}, {"system", "SYSTEM_LOG"},   {"system", "SYSTEM_INFO"},
    {"system", "LOGIN"},      {"update", "ISP_IMAGE"},    {"update", "ISP_FIRMWARE"},
    {"update", "ISP_DEV"},    {"update", "ISP_HARDWARE"},
};

/* If the first one gets no answer at all, the others would get none. */
static bool ask_all(struct run *run, struct error *err)
{
    CLEANUP(session_close) struct session session = {.reply = NULL};

    if (!session_open(&session, &run->hosts.targets[0], run->options.cacert,
                      run->options.is_insecure, err))
        return false;
    session.peer.witness = &run->tape.witness;
    for (size_t i = 0; i < COUNT_OF(questions); i++) {
        bool whole = session_get(&session, questions[i].program, questions[i].command, err);

        if (!whole && i == 0 && session.reply->status == 0)
            return false;
    }
    *err = ERROR_EMPTY;
    return true;
}

static bool make_text(struct run *run, struct error *err)
{
    CLEANUP(recording_close) struct recording raw = {.count = 0};
    const struct target *target = &run->hosts.targets[0];
    const struct redact_camera camera = {.user = target->user,
                                         .password = target->password.text,
                                         .host = target->host,
                                         .label = target->label};
    char image[IMAGE_TEXT_SIZE];
    bool is_cut = false;

    if (!tape_read(&run->tape, &raw, &is_cut, err))
        return false;
    if (is_cut)
        (void)fprintf(stderr, "ispup record: note: only the first %d requests are in the file\n",
                      RECORDING_LIMIT);
    raw.made_by = span_text("ispup " ISPUP_VERSION);
    (void)snprintf(image, sizeof(image), "%s %" PRIu64 " %s", run->image.file_name, run->image.size,
                   run->image.file_sha256);
    if (run->options.image != NULL)
        raw.image = span_text(image);
    run->count = raw.count;
    return redact(&raw, &camera, &run->text, &run->size, err);
}

static bool write_text(struct run *run, struct error *err)
{
    CLEANUP(fd_close) int fd = file_make(run->output, O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", run->output);
    if (fd_write(fd, span_of(run->text, run->size), err) && fd_commit(&fd, err))
        return true;
    (void)unlink(run->output);
    return error_prefix(err, "%s", run->output);
}

/* Before the camera is asked: an update is not made for a file that cannot be written. */
static bool check_output(const struct run *run, struct error *err)
{
    char folder[FILE_PATH_SIZE];

    if (access(run->output, F_OK) == 0)
        return error_set(err, ERROR_USAGE, "%s is there already: choose another -o", run->output);
    file_folder(run->output, folder);
    return access(folder, W_OK) == 0 ||
           error_system(err, ERROR_USAGE, "cannot make %s", run->output);
}

static bool record(struct run *run, struct verb_call *call, struct error *err)
{
    struct error ignored = ERROR_EMPTY;
    bool asked;

    run->options.witness = &run->tape.witness;
    if (!tape_open(&run->tape, err) || !http_begin(err))
        return false;
    asked = ask_all(run, err);
    http_end();
    if (!asked)
        return error_prefix(err, "no answer, nothing was recorded");
    if (run->options.image != NULL &&
        !record_upload(&run->options, &run->image, &run->hosts.targets[0], &call->status, &ignored))
        (void)fprintf(stderr, "ispup record: no update: %s\n", ignored.text);
    if (!make_text(run, err) || !write_text(run, err))
        return false;
    (void)printf("%zu requests are in %s. Read it before you give it away.\n", run->count,
                 run->output);
    return true;
}

static bool take_options(const struct option *given, struct run *run, struct error *err)
{
    struct push_options *options = &run->options;
    const char *image = option_value(&given[UPLOAD]);

    run->output = option_value(&given[OUTPUT]);
    options->image = image;
    options->may_be_foreign = given[FOREIGN].count > 0;
    options->again = given[AGAIN].count > 0;
    options->cacert = option_value(&given[CACERT]);
    options->is_insecure = given[INSECURE].count > 0;
    options->wait = WAIT_DEFAULT;
    options->stall = STALL_DEFAULT;
    return option_need(&given[WORDS], "a camera", err) &&
           option_need(&given[OUTPUT], "-o FILE", err) && check_output(run, err) &&
           option_number(&given[WAIT], 1, SECONDS_MOST, &options->wait, err) &&
           (image == NULL ||
            image_file_open(&run->image, image, options->may_be_foreign, NULL, err));
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(run_close) struct run run = {.image = IMAGE_FILE_NONE, .tape = TAPE_NONE};
    uint64_t fd = 0;
    struct option options[OPTION_COUNT] = {
        [WORDS] = {.limit = 1},
        [OUTPUT] = {.name = "", .letter = 'o', .limit = 1},
        [UPLOAD] = {.name = "upload", .limit = 1},
        [FOREIGN] = {.name = "foreign", .is_flag = true},
        [AGAIN] = {.name = "again", .is_flag = true},
        [CACERT] = {.name = "cacert", .limit = 1},
        [INSECURE] = {.name = "insecure", .is_flag = true},
        [WAIT] = {.name = "wait", .limit = 1},
        [PASSWORD_FD] = {.name = "password-fd", .limit = 1},
    };

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !take_options(options, &run, err) ||
        !option_number(&options[PASSWORD_FD], 0, INT16_MAX, &fd, err) ||
        !hosts_check_authority(run.options.cacert, run.options.is_insecure, err) ||
        !hosts_open(&run.hosts, (const char *const *)options[WORDS].values, 1, err) ||
        !hosts_authorise(&run.hosts, options[PASSWORD_FD].count > 0 ? (int)fd : FD_NONE, err))
        return false;
    hosts_warn(&run.hosts, "record", run.options.is_insecure, false);
    return record(&run, call, err);
}

const struct verb verb_record = {
    .name = "record",
    .arguments = "[http://|https://][USER@]HOST[:PORT] -o FILE [OPTION...]",
    .summary = "write what a camera answers to a file, to show it to others",
    .help =
        "  -o FILE            the file to make; it must not exist\n"
        "  --upload IMAGE     also update the camera with this image, and record that\n"
        "  --foreign          the image may be of the vendor's own format\n"
        "  --again            send the image even if it runs already\n"
        "  --password-fd N    read the password from this file descriptor\n"
        "                     (default: ~/.netrc, else a prompt)\n"
        "  --cacert FILE      the certificate authority (CA) of the camera (https://)\n"
        "  --insecure         do not check certificates\n"
        "  --wait SECONDS     time limit for restart and trial (default: 300)\n"
        "Without --upload it sends only questions. In the file passwords, addresses and serial\n"
        "numbers are replaced. It writes nothing if a password can still be found.\n"
        "ispup simulate can make a camera of the file.\n"
        "Exit status: 0 recorded, 1 not; with --upload that of ispup push.\n",
    .run = run,
};
