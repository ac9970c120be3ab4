/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: what a worker that was taken over writes into its pipe. Records as a kind and a piece,
 * whose head is then right, or bytes as they are. Read record by record, and as the installer
 * does.
 */
#include "target.h"

#include "base/fd.h"
#include "input.h"
#include "packing.h"
#include "update/intake.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { BARE = 0x80, PIPE_SIZE = 65536 };

/* As much as the pipe takes without a reader. */
static void build(struct span input, struct packing *sent)
{
    while (input.size > 0 && sent->size < PIPE_SIZE) {
        unsigned kind = input_byte(&input);
        struct span bytes = input_piece(&input);
        unsigned char head[8] = {(unsigned char)kind,
                                 0,
                                 0,
                                 0,
                                 (unsigned char)bytes.size,
                                 (unsigned char)(bytes.size >> 8)};

        if (!(kind & BARE))
            packing_add(sent, span_of(head, sizeof(head)));
        packing_add(sent, bytes);
    }
    if (sent->size > PIPE_SIZE)
        sent->size = PIPE_SIZE;
}

/* The end of a pipe that has these bytes in it and nobody behind it. */
static int fill_pipe(const struct packing *sent)
{
    struct error err = ERROR_EMPTY;
    int ends[2];

    target_expect(pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
    target_expect(fd_write(ends[1], packing_span(sent), &err), "a pipe takes 64 KiB");
    fd_close(&ends[1]);
    return ends[0];
}

static void read_records(const struct packing *sent)
{
    CLEANUP(fd_close) int fd = fill_pipe(sent);
    unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    struct record record;
    size_t taken = 0;

    while (record_receive(fd, &record, &err)) {
        CLEANUP(packing_free) struct packing bytes = {NULL, 0};

        target_expect(record.kind >= RECORD_NAME && record.kind < RECORD_FAILED,
                      "a record is of a known kind");
        target_expect(record.size <= RECORD_DATA_LIMIT, "a record is within its limit");
        packing_add_zeros(&bytes, record.size);
        data = bytes.data;
        if (!record_take(fd, data, record.size, &err))
            break;
        taken += 8 + record.size;
    }
    target_expect(taken <= sent->size, "no more is read than was sent");
    target_expect_reason(&err);
    target_expect(err.kind == ERROR_INTERNAL || err.kind == ERROR_UPLOAD || err.kind == ERROR_IMAGE,
                  "a worker cannot say what only others know");
}

static bool read_components(struct intake *intake, const struct checked_image *image,
                            struct error *err)
{
    unsigned char piece[4096];
    size_t got;

    for (size_t i = 0; i < image->descriptor.count; i++) {
        if (!intake_next(intake, image->descriptor.order[i], err))
            return false;
        do {
            if (!intake_read(intake, piece, sizeof(piece), &got, err))
                return false;
        } while (got > 0);
    }
    return intake_end(intake, err);
}

static void read_image(const struct packing *sent)
{
    CLEANUP(fd_close) int fd = fill_pipe(sent);
    static const struct image_policy policy = {.platform = {"0300"},
                                               .room = {1 << 20, 1 << 20, 1 << 20}};
    static struct camera camera; /* of which only the run folder is looked at: none */
    struct intake intake = intake_of(&camera, fd, FAMILY_IMAGE, PIPE_SIZE);
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    intake.total = UINT64_MAX;
    if (!intake_check(&intake, &policy, &image, &err) || !read_components(&intake, &image, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect(image_platform_same(&image.name.platform, &policy.platform) &&
                      image_platform_same(&image.descriptor.platform, &policy.platform),
                  "what passes is for this camera");
}

void target_run(struct span input)
{
    CLEANUP(packing_free) struct packing sent = {NULL, 0};

    build(input, &sent);
    read_records(&sent);
    read_image(&sent);
}
