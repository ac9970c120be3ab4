/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/board.h"

#include "base/clock.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_WIDTH = 24, OUTCOME_WIDTH = 16, DRAW_EVERY = 200 };

const char *board_outcome_name(const struct board *board, enum truth outcome)
{
    static const char *const checked[TRUTH_COUNT] = {
        [TRUTH_WAIT] = "under way",
        [TRUTH_DONE] = "would be taken",
        [TRUTH_NOT_DONE] = "would be refused",
        [TRUTH_UNKNOWN] = "cannot tell",
    };

    return board->check_only ? checked[outcome] : truth_name(outcome);
}

static const char *label(const struct board *board, size_t row)
{
    return board->rows[row].target->label;
}

static void print_outcome(struct board *board, size_t row)
{
    const struct event *event = &board->rows[row].last;

    (void)fprintf(board->out, "%s: %s: %s\n", label(board, row),
                  board_outcome_name(board, event->outcome), event->text);
}

static void print_stage(struct board *board, size_t row, const struct event *event)
{
    if (event->stage == STAGE_UPLOADING)
        (void)fprintf(board->out, "%s: uploading %s, %" PRIu64 " bytes\n", label(board, row),
                      board->file_name, event->size);
    else
        (void)fprintf(board->out, "%s: %s\n", label(board, row), event_stage_name(event->stage));
}

static void print_note(struct board *board, size_t row, const struct event *event)
{
    (void)fprintf(board->out, "%s: note: %s\n", label(board, row), event->text);
}

static void tell_plain(struct board *board, size_t row, const struct event *event)
{
    if (event->kind == EVENT_STAGE)
        print_stage(board, row, event);
    else if (event->kind == EVENT_NOTE)
        print_note(board, row, event);
    else if (event->kind == EVENT_OUTCOME)
        print_outcome(board, row);
}

/* Notes, and what has ended, scroll away above the lines that move. */
static void tell_screen(struct board *board, size_t row, const struct event *event)
{
    board->is_changed = true;
    if (event->kind != EVENT_OUTCOME && event->kind != EVENT_NOTE)
        return;
    board_screen_clear(board);
    if (event->kind == EVENT_NOTE)
        print_note(board, row, event);
    else
        print_outcome(board, row);
    board_screen_draw(board);
}

static void tell(struct board *board, size_t row, const struct event *event)
{
    switch (board->style) {
    case BOARD_PLAIN:
        tell_plain(board, row, event);
        break;
    case BOARD_SCREEN:
        tell_screen(board, row, event);
        break;
    case BOARD_JSON:
        board_json_event(board, row, event);
        break;
    case BOARD_QUIET:
        if (event->kind == EVENT_OUTCOME && event->outcome != TRUTH_DONE)
            print_outcome(board, row);
        break;
    }
    (void)fflush(board->out);
}

void board_event(struct board *board, size_t row, const struct event *event)
{
    struct board_row *at = &board->rows[row];

    if (event->stage == STAGE_UPLOADING && at->last.stage != STAGE_UPLOADING)
        at->upload_at = clock_milliseconds();
    at->last = *event;
    at->is_begun = true;
    at->is_ended = event->kind == EVENT_OUTCOME;
    tell(board, row, event);
}

static void make_up(struct board *board, size_t row, enum truth outcome, const char *text)
{
    struct event event = board->rows[row].last;

    event.kind = EVENT_OUTCOME;
    event.stage = STAGE_ENDED;
    event.outcome = outcome;
    event_say(&event, "%s", text);
    board_event(board, row, &event);
}

/* Nothing was sent. What the camera would have said nobody knows. */
static enum truth untold(const struct board *board)
{
    return board->check_only ? TRUTH_UNKNOWN : TRUTH_NOT_DONE;
}

void board_ended(struct board *board, size_t row)
{
    const struct board_row *at = &board->rows[row];

    if (at->is_ended)
        return;
    if (at->last.is_body_sent || at->last.stage >= STAGE_UPLOADING)
        make_up(board, row, TRUTH_UNKNOWN, "left while its update was under way");
    else
        make_up(board, row, untold(board), "left before anything was sent");
}

void board_interrupted(struct board *board, unsigned times)
{
    if (board->style == BOARD_SCREEN)
        board_screen_clear(board);
    /* Else the lines would be cleared after this one was written, and it with them. */
    (void)fflush(board->out);
    (void)fputs(times > 1
                    ? "ispup push: leaving\n"
                    : "ispup push: interrupted: no new upload begins; waiting for those under "
                      "way (again: leaves them)\n",
                stderr);
    if (board->style == BOARD_SCREEN)
        board_screen_draw(board);
    (void)fflush(board->out);
}

void board_tick(struct board *board)
{
    uint64_t now = clock_milliseconds();

    if (board->style != BOARD_SCREEN || now - board->drawn_at < DRAW_EVERY)
        return;
    board->drawn_at = now;
    board_screen_draw(board);
    (void)fflush(board->out);
}

static size_t count_of(const struct board *board, enum truth outcome)
{
    size_t count = 0;

    for (size_t i = 0; i < board->count; i++)
        count += board->rows[i].last.outcome == outcome;
    return count;
}

static int name_width(const struct board *board)
{
    size_t width = strlen("CAMERA");

    for (size_t i = 0; i < board->count; i++)
        if (strlen(label(board, i)) > width)
            width = strlen(label(board, i));
    return width > NAME_WIDTH * 2 ? NAME_WIDTH * 2 : (int)width;
}

static const char *or_dash(const char *text)
{
    return text[0] == '\0' ? "-" : text;
}

static void print_table(struct board *board)
{
    int width = name_width(board);

    (void)fprintf(board->out, "\n%-*s  %-*s  %-8s  %-8s  %s\n", width, "CAMERA", OUTCOME_WIDTH,
                  "OUTCOME", "BEFORE", "AFTER", "WHY");
    for (size_t i = 0; i < board->count; i++) {
        const struct event *event = &board->rows[i].last;

        (void)fprintf(board->out, "%-*s  %-*s  %-8s  %-8s  %s\n", width, label(board, i),
                      OUTCOME_WIDTH, board_outcome_name(board, event->outcome),
                      or_dash(event->before), or_dash(event->after), event->text);
    }
    (void)fprintf(board->out, "%zu %s, %zu %s, %zu %s\n", count_of(board, TRUTH_DONE),
                  board_outcome_name(board, TRUTH_DONE), count_of(board, TRUTH_NOT_DONE),
                  board_outcome_name(board, TRUTH_NOT_DONE), count_of(board, TRUTH_UNKNOWN),
                  board_outcome_name(board, TRUTH_UNKNOWN));
}

static void print_end(struct board *board)
{
    if (board->count > 1)
        print_table(board);
    if (count_of(board, TRUTH_UNKNOWN) > 0 && !board->check_only)
        (void)fputs("unknown is neither: look with ispup status before anything is sent again\n",
                    board->out);
}

void board_finish(struct board *board)
{
    if (board->style == BOARD_SCREEN)
        board_screen_clear(board);
    for (size_t i = 0; i < board->count; i++)
        if (!board->rows[i].is_begun)
            make_up(board, i, untold(board), "not begun");
    if (board->style == BOARD_SCREEN)
        board_screen_clear(board);
    if (board->style == BOARD_JSON)
        board_json_finish(board);
    else if (board->style != BOARD_QUIET)
        print_end(board);
}

int board_exit_status(const struct board *board)
{
    if (count_of(board, TRUTH_UNKNOWN) > 0)
        return 2;
    return count_of(board, TRUTH_DONE) == board->count ? 0 : 1;
}
