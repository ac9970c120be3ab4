/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/board.h"
#include "ispup/json.h"

void board_json_event(struct board *board, size_t row, const struct event *event)
{
    static const char *const names[EVENT_KIND_COUNT] = {
        [EVENT_STAGE] = "stage",
        [EVENT_TURN] = "progress",
        [EVENT_NOTE] = "note",
        [EVENT_OUTCOME] = "outcome",
    };
    struct json json;

    json_begin(&json, board->out);
    json_text(&json, "camera", board->rows[row].target->label);
    json_text(&json, "event", names[event->kind]);
    if (event->kind == EVENT_OUTCOME) {
        json_text(&json, "outcome", board_outcome_name(board, event->outcome));
        json_text(&json, "before", event->before);
        json_text(&json, "after", event->after);
        json_text(&json, "why", event->text);
    } else if (event->kind == EVENT_NOTE) {
        json_text(&json, "text", event->text);
    } else {
        json_text(&json, "stage", event_stage_name(event->stage));
        json_number(&json, "percent", event->percent);
        json_number(&json, "sent", event->sent);
        json_number(&json, "size", event->size);
    }
    json_end(&json);
}

void board_json_finish(struct board *board)
{
    size_t counts[TRUTH_COUNT] = {0};
    struct json json;

    for (size_t i = 0; i < board->count; i++)
        counts[board->rows[i].last.outcome]++;
    json_begin(&json, board->out);
    json_text(&json, "event", "sum");
    json_number(&json, board_outcome_name(board, TRUTH_DONE), counts[TRUTH_DONE]);
    json_number(&json, board_outcome_name(board, TRUTH_NOT_DONE), counts[TRUTH_NOT_DONE]);
    json_number(&json, board_outcome_name(board, TRUTH_UNKNOWN), counts[TRUTH_UNKNOWN]);
    json_end(&json);
}
