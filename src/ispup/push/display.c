/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/display.h"

#include "base/clock.h"
#include "ispup/cli/outlet.h"

enum { SECOND = 1000 };

/* Such a note comes once, not for each camera. */
static bool is_repeated(struct display *display, const struct event *event)
{
    bool is_repeated = event->once != EVENT_EACH && display->is_noted[event->once];

    display->is_noted[event->once] = true;
    return is_repeated;
}

void display_event(struct display *display, size_t row, const struct event *event)
{
    struct display_row *at = &display->rows[row];

    if (!at->is_begun)
        at->begun_at = clock_milliseconds();
    if (event->stage == STAGE_UPLOADING && at->last.stage != STAGE_UPLOADING)
        at->upload_at = clock_milliseconds();
    at->last = *event;
    at->is_begun = true;
    at->is_ended = event->kind == EVENT_OUTCOME;
    if (display->style->event != NULL && !is_repeated(display, event))
        display->style->event(display, row, event);
    (void)fflush(display->out);
}

static void make_up(struct display *display, size_t row, enum verdict verdict,
                    enum verdict_reason reason, const char *text)
{
    const struct display_row *at = &display->rows[row];
    struct event event = at->last;
    struct outcome *outcome = &event.outcome;

    event.kind = EVENT_OUTCOME;
    event.stage = STAGE_ENDED;
    outcome_end(outcome, verdict, reason);
    if (at->is_begun)
        outcome->seconds = (clock_milliseconds() - at->begun_at) / SECOND;
    span_printable(span_text(text), outcome->why, sizeof(outcome->why));
    display_event(display, row, &event);
}

/* Nothing was sent: the update is not done, and the answer to --check is unknown. */
static enum verdict untold(const struct display *display)
{
    return display->check_only ? VERDICT_UNKNOWN : VERDICT_NOT_DONE;
}

void display_ended(struct display *display, size_t row, const char *cause)
{
    char text[EVENT_TEXT_SIZE];
    const struct display_row *at = &display->rows[row];

    if (at->is_ended)
        return;
    if (at->last.is_body_sent || at->last.stage >= STAGE_UPLOADING) {
        (void)snprintf(text, sizeof(text), "%s while its update was under way", cause);
        make_up(display, row, VERDICT_UNKNOWN,
                display->is_abandoned ? REASON_ABANDONED : REASON_DIED, text);
    } else {
        (void)snprintf(text, sizeof(text), "%s before anything was sent", cause);
        make_up(display, row, untold(display),
                display->is_abandoned ? REASON_INTERRUPTED : REASON_DIED, text);
    }
}

static void clear(struct display *display)
{
    if (display->style->clear != NULL)
        display->style->clear(display);
}

static void tell_interrupt(const struct display *display)
{
    char text[256];

    if (display->is_abandoned)
        (void)snprintf(text, sizeof(text), "ispup %s: abandons the %s under way\n", display->verb,
                       display->is_of_orders ? "orders" : "updates");
    else
        (void)snprintf(text, sizeof(text),
                       "ispup %s: interrupted: no new %s begins; waiting for the %s under way "
                       "(Ctrl-C again abandons them)\n",
                       display->verb, display->is_of_orders ? "order" : "upload",
                       display->is_of_orders ? "orders" : "updates");
    outlet_tell(text);
}

void display_interrupted(struct display *display, unsigned times)
{
    display->is_interrupted = true;
    display->is_abandoned = times > 1;
    clear(display);
    /* Standard error is not buffered: clear first, then write to it. */
    (void)fflush(display->out);
    tell_interrupt(display);
    if (display->style->draw != NULL)
        display->style->draw(display);
    (void)fflush(display->out);
}

void display_tick(struct display *display)
{
    if (display->style->tick != NULL)
        display->style->tick(display);
}

size_t display_count(const struct display *display, enum verdict outcome)
{
    size_t count = 0;

    for (size_t i = 0; i < display->count; i++)
        count += display->rows[i].last.outcome.verdict == outcome;
    return count;
}

void display_finish(struct display *display)
{
    for (size_t i = 0; i < display->count; i++)
        if (!display->rows[i].is_begun)
            make_up(display, i, untold(display),
                    display->is_interrupted ? REASON_INTERRUPTED : REASON_LOCAL, "not begun");
    clear(display);
    if (display->style->finish != NULL)
        display->style->finish(display);
}

int display_exit_status(const struct display *display)
{
    if (display_count(display, VERDICT_UNKNOWN) > 0)
        return 2;
    return display_count(display, VERDICT_DONE) + display_count(display, VERDICT_ALREADY) ==
                   display->count
               ? 0
               : 1;
}
