/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a list of cameras, `--cameras FILE`. */
#include "target.h"

#include "base/utf8.h"
#include "ispup/fleet/camera_list.h"
#include "packing.h"

#include <string.h>

/* With each value in quotes, which fits any value. */
static void write_value(struct packing *text, const char *value)
{
    packing_add_text(text, "\"");
    for (size_t i = 0; value[i] != '\0'; i++) {
        packing_add(text, span_of(value + i, 1));
        if (value[i] == '"')
            packing_add_text(text, "\"");
    }
    packing_add_text(text, "\"");
}

static void write_again(const struct camera_list *list, struct packing *text)
{
    for (size_t row = 0; row <= list->count; row++)
        for (size_t column = 0; column < list->column_count; column++) {
            write_value(text, list->cells[row * list->column_count + column]);
            packing_add_text(text, column + 1 == list->column_count ? "\r\n" : ",");
        }
}

static void expect_camera(const struct camera_list *list, size_t camera)
{
    target_expect(list->lines[camera] > (camera == 0 ? 1 : list->lines[camera - 1]),
                  "each camera has a line of its own");
    target_expect(list->targets[camera].host[0] != '\0', "a camera has a host");
    target_expect(list->targets[camera].password.text[0] == '\0', "no password comes from a list");
    for (size_t column = 0; column < list->column_count; column++)
        target_expect(utf8_is_valid(span_text(camera_list_value(list, camera, column))),
                      "a value is UTF-8");
}

static void expect_same(const struct camera_list *one, const struct camera_list *other)
{
    target_expect(one->count == other->count && one->column_count == other->column_count,
                  "what is written again has the same shape");
    for (size_t i = 0; i < (one->count + 1) * one->column_count; i++)
        target_expect(strcmp(one->cells[i], other->cells[i]) == 0,
                      "what is written again says the same");
}

void target_run(struct span input)
{
    CLEANUP(camera_list_close) struct camera_list list = CAMERA_LIST_NONE;
    CLEANUP(camera_list_close) struct camera_list again = CAMERA_LIST_NONE;
    CLEANUP(packing_free) struct packing text = {NULL, 0};
    struct error err = ERROR_EMPTY;

    if (!camera_list_parse(input, &list, &err)) {
        target_expect_reason(&err);
        target_expect(strncmp(err.text, "line ", 5) == 0, "a refusal names the line");
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        expect_camera(&list, i);
    write_again(&list, &text);
    target_expect(camera_list_parse(packing_span(&text), &again, &err),
                  "what was read can be written again");
    expect_same(&list, &again);
}
