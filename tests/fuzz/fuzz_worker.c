/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: a byte of flags, then the body of an upload, or an image (image_plan.h) that the harness
 * puts into a valid form. The worker unpacks it, and the installer's parser reads the frames back.
 */
#include "target.h"

#include "base/fd.h"
#include "image_plan.h"
#include "input.h"
#include "update/install/intake.h"
#include "update/worker/worker.h"

#include <string.h>
#include <unistd.h>

enum { FLAG_BARE = 1, FLAG_SINGLE = 2, FLAG_FILE = 4 };

#define TYPE "multipart/form-data; boundary=XyZ"
#define BEGIN                                                                                      \
    "--XyZ\r\nContent-Disposition: form-data; "                                                    \
    "name=\"URL_FIRMWARE_IMAGE\";filename=\"ISP-U-0300-V1.00.00.bin\"\r\n\r\n"
#define END "\r\n--XyZ--\r\n"

/* What the worker sent: the kinds of frames, one byte each; a run of DATA counts as one. */
static void read_kinds(int fd, char kinds[16], struct error *err)
{
    struct frame_pipe pipe = frame_pipe_of(fd, 0);
    struct frame frame;
    size_t count = 0;

    memset(kinds, 0, 16);
    while (frame_receive(&pipe, &frame, err)) {
        CLEANUP(packing_free) struct packing bytes = {NULL, 0};

        packing_add_zeros(&bytes, frame.size);
        target_expect(frame_take(&pipe, bytes.data, frame.size, err), "a frame is whole");
        if (count > 0 && frame.kind == FRAME_DATA && kinds[count - 1] == 'D')
            continue;
        target_expect(count < 15, "there are no more frames than an image needs");
        kinds[count++] = "?NTSCDEF"[frame.kind];
    }
}

static bool begins(const char *whole, const char *kinds)
{
    return span_begins(span_text(whole), kinds);
}

/* A complete sequence or its beginning: a name; for an image its texts, the components in turn,
 * the end. */
static void expect_order(const char *kinds, bool is_single)
{
    target_expect(is_single ? begins("NCDE", kinds) || begins("NCE", kinds)
                            : begins("NTSCDE", kinds) || begins("NTSCDCDE", kinds) ||
                                  begins("NTSCDCDCDE", kinds),
                  "frames come in order");
}

/* Reads the same frames as the installer does. */
static bool check(int fd, const struct image_policy *policy, uint64_t length)
{
    static struct camera camera; /* ignored */
    struct frame_pipe pipe = frame_pipe_of(fd, length);
    struct intake intake = intake_of(&camera, &pipe, FAMILY_IMAGE, length);
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    if (intake_check(&intake, policy, &image, &err))
        return true;
    target_expect_reason(&err);
    return false;
}

static void run(struct span body, unsigned flags, const struct image_policy *policy)
{
    CLEANUP(input_file_close) struct input_file upload;
    CLEANUP(input_file_close) struct input_file sent;
    struct error err = ERROR_EMPTY;
    bool is_single = flags & FLAG_SINGLE;
    char kinds[16];

    input_file_make(&upload, body);
    input_file_make(&sent, SPAN_EMPTY);
    target_expect(lseek(upload.fd, 0, SEEK_SET) == 0, "a file can be read");
    target_expect(worker_run(&(struct worker_task){
                      .body = upload.fd,
                      .installer = sent.fd,
                      .length = body.size,
                      .family = is_single ? FAMILY_FIRMWARE : FAMILY_IMAGE,
                      .content_type = span_text(TYPE),
                      .file_name = flags & FLAG_FILE ? "ISP-U-0300-V1.00.00.bin" : NULL,
                  }) == 0,
                  "a worker tells how it ended");
    target_expect(lseek(sent.fd, 0, SEEK_SET) == 0, "a file can be read");
    read_kinds(sent.fd, kinds, &err);
    expect_order(kinds, is_single);
    if (strchr(kinds, 'E') == NULL)
        target_expect_reason(&err);
    target_expect(lseek(sent.fd, 0, SEEK_SET) == 0, "a file can be read");
    if (!is_single && check(sent.fd, policy, body.size))
        target_expect(begins(kinds, "NTS"), "only a worker that got so far is believed");
}

void target_run(struct span input)
{
    CLEANUP(packing_free) struct packing body = {NULL, 0};
    CLEANUP(image_plan_free) struct image_plan plan;
    unsigned flags = input_byte(&input);

    image_plan_make(&plan, input);
    if (flags & FLAG_BARE) {
        packing_add(&body, input);
    } else {
        packing_add_text(&body, flags & FLAG_FILE ? "" : BEGIN);
        packing_add(&body, packing_span(&plan.packed));
        packing_add_text(&body, flags & FLAG_FILE ? "" : END);
    }
    run(packing_span(&body), flags, &plan.policy);
}
