/* SPDX-License-Identifier: Apache-2.0 */
/* Input: what a CGI program prints. */
#include "target.h"

#include "ispupd/output.h"

#include <stdlib.h>
#include <string.h>

static void expect_field(const struct output_field *field)
{
    target_expect(field->name.size > 0 && !span_has(field->name, ':'), "a field has a name");
    for (size_t i = 0; i < field->value.size; i++)
        target_expect(byte_is_printable(field->value.data[i]), "a value is printable ASCII");
}

void target_run(struct span input)
{
    struct output output = {.data = malloc(input.size + 1), .size = input.size};
    struct error err = ERROR_EMPTY;
    struct output_reply reply;

    target_expect(output.data != NULL, "there is memory");
    if (input.size > 0)
        memcpy(output.data, input.data, input.size);
    if (output_parse(&output, &reply, &err)) {
        target_expect(reply.status >= 200 && reply.status < 600, "a status is one of HTTP's");
        target_expect(reply.field_count <= OUTPUT_FIELDS_LIMIT, "fields are within their limit");
        for (size_t i = 0; i < reply.field_count; i++)
            expect_field(&reply.fields[i]);
        target_expect_inside(span_of(output.data, output.size), reply.body);
    } else {
        target_expect_reason(&err);
    }
    output_release(&output);
}
