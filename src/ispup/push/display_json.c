/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/display_json.h"

#include "ispup/cli/json.h"

static void print_event(struct display *display, size_t row, const struct event *event)
{
    static const char *const names[EVENT_KIND_COUNT] = {
        [EVENT_STAGE] = "stage",
        [EVENT_TURN] = "progress",
        [EVENT_NOTE] = "note",
        [EVENT_OUTCOME] = "outcome",
    };
    struct json json;

    json_begin(&json, display->out);
    json_text(&json, "camera", display->rows[row].target->label);
    json_text(&json, "event", names[event->kind]);
    if (event->kind == EVENT_OUTCOME) {
        outcome_print(&event->outcome, display->check_only, &json);
        camera_list_print(display->list, row, &json);
    } else if (event->kind == EVENT_NOTE) {
        json_text(&json, "text", event->text);
    } else {
        json_text(&json, "stage", event_stage_name(event->stage));
        json_number(&json, "percent", event->percent);
        json_number(&json, "sent", event->sent);
        json_number(&json, "size", event->size);
        if (event->text[0] != '\0')
            json_text(&json, "waits_for", event->text);
    }
    json_end(&json);
}

static void print_sum(struct display *display)
{
    struct json json;

    json_begin(&json, display->out);
    json_text(&json, "event", "sum");
    for (enum verdict outcome = VERDICT_DONE; outcome < VERDICT_COUNT; outcome++)
        json_number(&json, verdict_name(outcome, display->check_only),
                    display_count(display, outcome));
    json_end(&json);
}

const struct display_style display_json = {
    .event = print_event,
    .finish = print_sum,
};
