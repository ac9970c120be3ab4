/* SPDX-License-Identifier: Apache-2.0 */
#include "form_reading.h"

#include "protocol/form.h"
#include "source_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool collect(struct source *file, struct form_outcome *outcome)
{
    struct span bytes;

    do {
        if (!source_next(file, &bytes, &outcome->err))
            return false;
        assert_true(bytes.size <= sizeof(outcome->data) - outcome->size);
        if (bytes.size > 0)
            memcpy(outcome->data + outcome->size, bytes.data, bytes.size);
        outcome->size += bytes.size;
    } while (bytes.size > 0);
    assert_true(source_next(file, &bytes, &outcome->err));
    assert_int_equal(bytes.size, 0);
    return true;
}

bool form_reading(struct span type, struct source *body, struct form_outcome *outcome)
{
    CLEANUP(form_close) struct form *form = NULL;
    struct span name;

    *outcome = (struct form_outcome){.err = ERROR_EMPTY};
    if (!form_open(&form, type, body, &outcome->err) || !form_find_file(form, &name, &outcome->err))
        return false;
    assert_true(span_copy(name, outcome->name, sizeof(outcome->name)));
    return collect(form_file(form), outcome) && form_finish(form, &outcome->err);
}

bool form_reading_cut(struct span type, struct span body, size_t first, size_t piece,
                      struct form_outcome *outcome)
{
    CLEANUP(source_memory_close) struct source_memory memory;

    source_memory_open(&memory, body, piece);
    memory.first = first;
    return form_reading(type, &memory.source, outcome);
}

static bool receive_every_way(struct span type, struct span body, struct form_outcome *outcome)
{
    bool good = form_reading_cut(type, body, 0, 0, outcome);
    struct form_outcome other;

    for (size_t way = 1; way < body.size + 90; way++) {
        size_t first = way < body.size ? way : 0;
        size_t piece = way < body.size ? 0 : way - body.size + 1;

        assert_int_equal(form_reading_cut(type, body, first, piece, &other), good);
        assert_int_equal(other.err.kind, outcome->err.kind);
        assert_string_equal(other.err.text, outcome->err.text);
        if (good) {
            assert_string_equal(other.name, outcome->name);
            assert_int_equal(other.size, outcome->size);
            assert_memory_equal(other.data, outcome->data, other.size);
        }
    }
    return good;
}

void form_reading_takes(const char *type, struct span body, const char *name, struct span data)
{
    struct form_outcome outcome;
    bool good = receive_every_way(span_text(type), body, &outcome);

    assert_string_equal(outcome.err.text, "");
    assert_true(good);
    assert_string_equal(outcome.name, name);
    assert_int_equal(outcome.size, data.size);
    assert_memory_equal(outcome.data, data.data, data.size);
}

void form_reading_refuses(const char *type, struct span body, const char *text)
{
    struct form_outcome outcome;
    bool good = receive_every_way(span_text(type), body, &outcome);

    assert_string_equal(outcome.err.text, text);
    assert_false(good);
    assert_int_equal(outcome.err.kind, ERROR_UPLOAD);
}
