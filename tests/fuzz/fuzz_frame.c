/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input: what a compromised worker writes into its pipe. A byte of flags, then either frames (each
 * a kind and a piece; the harness adds a valid head) or raw bytes. They are read frame by frame,
 * and as the installer reads them: an image, or a retired single image, which goes into the work
 * folder.
 */
#include "target.h"

#include "base/fd.h"
#include "fake_store.h"
#include "input.h"
#include "packing.h"
#include "update/install/intake.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { FLAG_SINGLE = 1, BARE = 0x80, PIPE_SIZE = 65536, LENGTH = 600 };

/* The capacity of a pipe without a reader. */
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

/* The read end of a pipe that holds these bytes and has no writer. */
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
    struct frame_pipe pipe = frame_pipe_of(fd, LENGTH);
    unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    struct frame frame;
    size_t taken = 0;

    while (frame_receive(&pipe, &frame, &err)) {
        CLEANUP(packing_free) struct packing bytes = {NULL, 0};

        target_expect(frame.kind >= FRAME_NAME && frame.kind < FRAME_FAILED,
                      "a frame is of a known kind");
        target_expect(frame.size <= FRAME_DATA_LIMIT, "a frame is within its limit");
        packing_add_zeros(&bytes, frame.size);
        data = bytes.data;
        if (!frame_take(&pipe, data, frame.size, &err))
            break;
        taken += 8 + frame.size;
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
        enum component which = image->descriptor.order[i];
        uint64_t left = image->descriptor.components[which].size;

        if (!intake_next(intake, which, left, err))
            return false;
        do {
            if (!intake_read(intake, piece, sizeof(piece), &got, err))
                return false;
            target_expect(got <= left, "a component gets no more bytes than it has");
            left -= got;
        } while (got > 0);
    }
    return intake_end(intake, err);
}

static void read_image(const struct packing *sent, struct camera *camera,
                       enum command_family family)
{
    static const struct image_policy policy = {.platform = {"0300"},
                                               .room = {1 << 20, 1 << 20, 1 << 20}};
    CLEANUP(fd_close) int fd = fill_pipe(sent);
    struct frame_pipe pipe = frame_pipe_of(fd, LENGTH);
    struct intake intake = intake_of(camera, &pipe, family, LENGTH);
    struct error err = ERROR_EMPTY;
    struct checked_image image;

    if (!intake_check(&intake, &policy, &image, &err) || !read_components(&intake, &image, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect(image_platform_same(&image.name.platform, &policy.platform) &&
                      image_platform_same(&image.descriptor.platform, &policy.platform),
                  "what passes is for this camera");
}

static void expect_bounded(struct store *store)
{
    struct error err = ERROR_EMPTY;
    struct store_entry entry;

    target_expect(store->operations->look(store, "/work/single-0.firmware", &entry, &err),
                  "a file can be looked at");
    target_expect(entry.kind == STORE_NOTHING || entry.size <= LENGTH,
                  "no more is kept than was uploaded");
}

void target_run(struct span input)
{
    CLEANUP(packing_free) struct packing sent = {NULL, 0};
    CLEANUP(fake_store_free) struct fake_store store;
    struct fake_power power = {.operations = 0};
    /* Progress has no reader here. */
    struct camera camera = {.store = &store.store,
                            .configuration = {.work = "/work", .run = "/nowhere"}};
    bool is_single = input_byte(&input) & FLAG_SINGLE;

    fake_store_make(&store, &power);
    fake_store_put_folder(&store, "/work");
    build(input, &sent);
    read_records(&sent);
    read_image(&sent, &camera, is_single ? FAMILY_FIRMWARE : FAMILY_IMAGE);
    expect_bounded(&store.store);
}
