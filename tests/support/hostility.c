/* SPDX-License-Identifier: Apache-2.0 */
#include "hostility.h"

#include "base/fd.h"

#include <string.h>
#include <unistd.h>

/* What a hostile worker does instead of sending one frame. Each returns whether it continues. */
static bool send(int pipe, enum frame_kind kind, const void *bytes, size_t size)
{
    struct error err = ERROR_EMPTY;

    return frame_send(pipe, kind, span_of(bytes, size), &err);
}

static bool send_step(int pipe, const struct hostile_step *step)
{
    return send(pipe, step->kind, step->bytes, step->size);
}

static bool send_raw(int pipe, const void *bytes, size_t size)
{
    struct error err = ERROR_EMPTY;

    return fd_write(pipe, span_of(bytes, size), &err);
}

static bool end_early(int pipe, const struct hostile_step *step)
{
    (void)pipe;
    (void)step;
    return false;
}

static bool cut(int pipe, const struct hostile_step *step)
{
    unsigned char head[8] = {(unsigned char)step->kind,       0, 0, 0, (unsigned char)step->size,
                             (unsigned char)(step->size >> 8)};

    (void)(send_raw(pipe, head, step->size == 0 ? 4 : 8) &&
           send_raw(pipe, step->bytes, step->size / 2));
    return false;
}

static bool be_silent(int pipe, const struct hostile_step *step)
{
    (void)pipe;
    (void)step;
    (void)pause(); /* until it is killed */
    return false;
}

static bool be_silent_within(int pipe, const struct hostile_step *step)
{
    (void)cut(pipe, step);
    return be_silent(pipe, step);
}

static bool send_garbage(int pipe, const struct hostile_step *step)
{
    unsigned char garbage[256];

    (void)step;
    for (size_t i = 0; i < sizeof(garbage); i++)
        garbage[i] = (unsigned char)(i * 89 + 9);
    return send_raw(pipe, garbage, sizeof(garbage));
}

static bool repeat_for_ever(int pipe, const struct hostile_step *step)
{
    while (send_step(pipe, step))
        continue;
    return false;
}

static bool send_data_for_ever(int pipe, const struct hostile_step *step)
{
    static const unsigned char zeros[HOSTILE_STEP_SIZE];

    (void)step;
    while (send(pipe, FRAME_DATA, zeros, sizeof(zeros)))
        continue;
    return false;
}

static bool leave_out(int pipe, const struct hostile_step *step)
{
    (void)pipe;
    (void)step;
    return true;
}

static bool send_twice(int pipe, const struct hostile_step *step)
{
    return send_step(pipe, step) && send_step(pipe, step);
}

static bool flip_first(int pipe, const struct hostile_step *step)
{
    struct hostile_step changed = *step;

    changed.bytes[0] ^= 1;
    return send_step(pipe, &changed);
}

static bool flip_last(int pipe, const struct hostile_step *step)
{
    struct hostile_step changed = *step;

    changed.bytes[changed.size == 0 ? 0 : changed.size - 1] ^= 1;
    return send_step(pipe, &changed);
}

static bool send_shorter(int pipe, const struct hostile_step *step)
{
    struct hostile_step changed = *step;

    changed.size -= changed.size > 0;
    return send_step(pipe, &changed);
}

static bool send_longer(int pipe, const struct hostile_step *step)
{
    struct hostile_step changed = *step;

    changed.size++;
    return send_step(pipe, &changed);
}

static bool claim_failure(int pipe, const struct hostile_step *step)
{
    static const char told[] = {ERROR_IMAGE, 'O', 'K', '\n', 'O', 'K'};

    (void)step;
    return send(pipe, FRAME_FAILED, told, sizeof(told));
}

static bool claim_success(int pipe, const struct hostile_step *step)
{
    (void)step;
    return send(pipe, FRAME_END, NULL, 0);
}

#define ENDED "internal error: the worker ended early"
#define SILENT "upload: no data from the worker for 0 seconds"
#define MALFORMED "internal error: malformed frame from the worker"
#define ORDER "internal error: frame out of order"
#define COMPONENT "internal error: component out of order"
#define MORE "internal error: more bytes than a component has"
#define SIZES " bytes, ISP-Image.desc says "
#define TEXTS "file name: ", "ISP-Image.desc: line ", "signature: malformed"
#define DIGEST ": digest differs from ISP-Image.desc"

static const struct hostility hostilities[] = {
    {end_early, {ENDED}, false, false},
    {cut, {ENDED}, false, false},
    {be_silent, {SILENT}, true, false},
    {be_silent_within, {SILENT}, true, false},
    {send_garbage, {MALFORMED}, false, false},
    {repeat_for_ever, {ORDER, MORE, SIZES}, false, true},
    {send_data_for_ever, {ORDER, MORE}, false, false},
    {leave_out, {ORDER, MORE, SIZES, ENDED}, false, false},
    {send_twice, {ORDER, MORE, SIZES}, false, true},
    {flip_first, {TEXTS, COMPONENT, DIGEST}, false, false},
    {flip_last, {TEXTS, COMPONENT, DIGEST}, false, false},
    {send_shorter, {TEXTS, MALFORMED, SIZES}, false, false},
    {send_longer, {TEXTS, MALFORMED, MORE}, false, false},
    {claim_failure, {"OK?OK"}, false, false},
    {claim_success, {ORDER, SIZES}, false, false},
};

const struct hostility hostility_none = {send_step, {NULL}, false, false};

const struct hostility *hostility_at(size_t i)
{
    return i < COUNT_OF(hostilities) ? &hostilities[i] : NULL;
}
