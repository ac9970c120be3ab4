/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/display_plain.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_WIDTH = 24, OUTCOME_WIDTH = 16 };

static const char *label(const struct display *display, size_t row)
{
    return display->rows[row].target->label;
}

static const char *name_of(const struct display *display, enum verdict outcome)
{
    return verdict_name(outcome, display->check_only);
}

void display_plain_outcome(struct display *display, size_t row, const struct event *event)
{
    (void)fprintf(display->out, "%s: %s: %s\n", label(display, row),
                  name_of(display, event->outcome.verdict), event->outcome.why);
}

static void print_stage(struct display *display, size_t row, const struct event *event)
{
    if (event->stage == STAGE_UPLOADING)
        (void)fprintf(display->out, "%s: uploading %s, %" PRIu64 " bytes\n", label(display, row),
                      display->file_name, event->size);
    else
        (void)fprintf(display->out, "%s: %s\n", label(display, row),
                      event_stage_name(event->stage));
}

void display_plain_note(struct display *display, size_t row, const struct event *event)
{
    (void)fprintf(display->out, "%s: note: %s\n", label(display, row), event->text);
}

static void print_event(struct display *display, size_t row, const struct event *event)
{
    if (event->kind == EVENT_STAGE)
        print_stage(display, row, event);
    else if (event->kind == EVENT_NOTE)
        display_plain_note(display, row, event);
    else if (event->kind == EVENT_OUTCOME)
        display_plain_outcome(display, row, event);
}

static void print_what_is_not_done(struct display *display, size_t row, const struct event *event)
{
    if (event->kind == EVENT_OUTCOME && event->outcome.verdict != VERDICT_DONE &&
        event->outcome.verdict != VERDICT_ALREADY)
        display_plain_outcome(display, row, event);
}

static int name_width(const struct display *display)
{
    size_t width = strlen("CAMERA");

    for (size_t i = 0; i < display->count; i++)
        if (strlen(label(display, i)) > width)
            width = strlen(label(display, i));
    return width > NAME_WIDTH * 2 ? NAME_WIDTH * 2 : (int)width;
}

static const char *or_dash(const char *text)
{
    return text[0] == '\0' ? "-" : text;
}

static void print_table(struct display *display)
{
    int width = name_width(display);

    (void)fprintf(display->out, "\n%-*s  %-*s  %-8s  %-8s  %s\n", width, "CAMERA", OUTCOME_WIDTH,
                  "OUTCOME", "BEFORE", "AFTER", "WHY");
    for (size_t i = 0; i < display->count; i++) {
        const struct outcome *outcome = &display->rows[i].last.outcome;

        (void)fprintf(display->out, "%-*s  %-*s  %-8s  %-8s  %s\n", width, label(display, i),
                      OUTCOME_WIDTH, name_of(display, outcome->verdict), or_dash(outcome->before),
                      or_dash(outcome->after), outcome->why);
    }
    for (enum verdict outcome = VERDICT_DONE; outcome < VERDICT_COUNT; outcome++)
        if (outcome != VERDICT_ALREADY || display_count(display, outcome) > 0)
            (void)fprintf(display->out, "%s%zu %s", outcome == VERDICT_DONE ? "" : ", ",
                          display_count(display, outcome), name_of(display, outcome));
    (void)fputc('\n', display->out);
}

void display_plain_finish(struct display *display)
{
    if (display->count > 1)
        print_table(display);
    if (display_count(display, VERDICT_UNKNOWN) > 0 && !display->check_only)
        (void)fputs(
            "unknown is neither done nor not done: check with ispup status before you send again\n",
            display->out);
}

const struct display_style display_plain = {
    .event = print_event,
    .finish = display_plain_finish,
};

const struct display_style display_quiet = {
    .event = print_what_is_not_done,
    .is_quiet = true,
};
