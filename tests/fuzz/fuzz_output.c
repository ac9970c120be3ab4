/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a byte that says how the output is cut, one that says how often the rest is repeated,
 * and the rest: the output of a CGI program. */
#include "target.h"

#include "base/fd.h"
#include "input.h"
#include "ispupd/server/output.h"

#include <fcntl.h>
#include <unistd.h>

static void expect_field(const struct output_field *field)
{
    target_expect(field->name.size > 0 && !span_has(field->name, ':'), "a field has a name");
    for (size_t i = 0; i < field->value.size; i++)
        target_expect(byte_is_printable(field->value.data[i]), "a value is printable ASCII");
}

/* Writes pieces into a pipe; each is taken out before the next one is written. */
static void pass(struct span printed, unsigned way, struct output *output)
{
    CLEANUP(source_memory_close) struct source_memory memory;
    struct error err = ERROR_EMPTY;
    bool has_ended = false;
    struct span piece;
    int ends[2];

    target_expect(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0, "a pipe can be made");
    input_cut(&memory, printed, way);
    while (source_next(&memory.source, &piece, &err) && piece.size > 0) {
        target_expect(fd_write(ends[1], piece, &err), "a pipe takes a piece");
        target_expect(output_take(output, ends[0], &has_ended, &err) && !has_ended,
                      "a program that has not ended is waited for");
    }
    fd_close(&ends[1]);
    target_expect(output_take(output, ends[0], &has_ended, &err) && has_ended,
                  "a program's end is seen");
    fd_close(&ends[0]);
}

static void parse(const struct output *output)
{
    struct error err = ERROR_EMPTY;
    struct output_reply reply;

    if (!output_parse(output, &reply, &err)) {
        target_expect_reason(&err);
        return;
    }
    target_expect(reply.status >= 200 && reply.status < 600, "a status is one of HTTP's");
    target_expect(reply.field_count <= OUTPUT_FIELDS_LIMIT, "fields are within their limit");
    for (size_t i = 0; i < reply.field_count; i++)
        expect_field(&reply.fields[i]);
    target_expect_inside(span_of(output->data, output->size), reply.body);
}

void target_run(struct span input)
{
    CLEANUP(packing_free) struct packing printed = {NULL, 0};
    CLEANUP(output_release) struct output output = {0};
    unsigned way = input_byte(&input);
    size_t times = (size_t)1 << input_byte(&input) % 9;

    for (size_t i = 0; i < times && printed.size <= OUTPUT_LIMIT; i++)
        packing_add(&printed, input);
    pass(packing_span(&printed), way, &output);
    target_expect(output.is_too_long == (printed.size > OUTPUT_LIMIT), "a limit is a limit");
    target_expect(span_same(span_of(output.data, output.size),
                            span_first(packing_span(&printed), OUTPUT_LIMIT)),
                  "what is printed is what was taken");
    parse(&output);
}
