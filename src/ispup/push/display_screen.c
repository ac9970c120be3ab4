/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/push/display_screen.h"

#include "base/clock.h"
#include "ispup/push/display_plain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

enum { STAGE_WIDTH = 10, PERCENT_WIDTH = 4, RATE_WIDTH = 12, LEFT_WIDTH = 6, PIECE_SIZE = 80 };
enum { BAR_LEAST = 5, BAR_MOST = 20, NAME_USUAL = 22, NAME_MOST = 48 };
/* On a smaller terminal nothing is drawn. */
enum { COLUMNS_LEAST = 24, LINES_LEAST = 2, SECOND = 1000, DRAW_EVERY = 200 };

/* Columns of a line. If it is too long, name and bar shrink first. */
struct widths {
    size_t whole, name, bar;
};

struct line {
    char *text; /* borrowed; DISPLAY_LINE_SIZE */
    size_t used, limit;
};

/* Leaves out a piece that does not fit: a number that is cut would be a wrong one. */
static PRINTF(2, 3) void add(struct line *line, const char *format, ...)
{
    char piece[PIECE_SIZE];
    size_t size;
    va_list values;

    va_start(values, format);
    (void)vsnprintf(piece, sizeof(piece), format, values);
    va_end(values);
    size = strlen(piece);
    if (size > line->limit - line->used)
        return;
    memcpy(line->text + line->used, piece, size + 1);
    line->used += size;
}

static size_t least(size_t one, size_t other)
{
    return one < other ? one : other;
}

static size_t longest_name(const struct display *display)
{
    size_t longest = 0;

    for (size_t i = 0; i < display->count; i++) {
        size_t size = strlen(display->rows[i].target->label);

        longest = size > longest ? size : longest;
    }
    return least(longest, NAME_MOST);
}

/* The last column stays empty: some terminals wrap the line after it, some do not. */
static struct widths widths_of(const struct display *display)
{
    const size_t numbers = 1 + STAGE_WIDTH + 1 + PERCENT_WIDTH; /* with the blanks before them */
    const size_t times = RATE_WIDTH + LEFT_WIDTH, frame = 3;    /* brackets and a blank */
    struct widths widths = {.whole = least(display->columns, DISPLAY_LINE_SIZE) - 1};
    size_t rest = widths.whole - numbers;
    size_t longest = longest_name(display);

    widths.name = least(NAME_USUAL, rest);
    rest -= widths.name;
    if (rest >= times + frame + BAR_LEAST) {
        widths.bar = least(BAR_MOST, rest - times - frame);
        rest -= times + frame + widths.bar;
        if (longest > widths.name)
            widths.name += least(longest - widths.name, rest);
    }
    return widths;
}

static void add_bar(struct line *line, unsigned percent, size_t width)
{
    char bar[BAR_MOST + 1] = "";
    size_t full = percent * width / 100;

    for (size_t i = 0; i < width; i++)
        bar[i] = i < full ? '#' : '.';
    if (width > 0)
        add(line, "[%s] ", bar);
    add(line, "%3u%%", percent);
}

/* Average rate of the upload so far, and the time left at that rate. */
static void add_rate(struct line *line, const struct display_row *row, uint64_t now)
{
    uint64_t passed = now - row->upload_at;
    uint64_t sent = row->last.sent;
    uint64_t rate = passed == 0 ? 0 : sent * SECOND / passed;
    uint64_t left = rate == 0 || row->last.size < sent ? 0 : (row->last.size - sent) / rate;

    if (rate == 0)
        return;
    add(line, " %5" PRIu64 " KiB/s", rate / 1024);
    add(line, " %2" PRIu64 ":%02" PRIu64, left / 60, left % 60);
}

/* Words may be cut. */
static void add_words(struct line *line, const char *words)
{
    size_t room = line->limit - line->used;

    if (room > 1)
        line->used += (size_t)snprintf(line->text + line->used, room + 1, "%.*s", (int)room, words);
    line->used = least(line->used, line->limit);
}

void display_screen_line(const struct display *display, size_t at, uint64_t now,
                         char text[DISPLAY_LINE_SIZE])
{
    const struct display_row *row = &display->rows[at];
    struct widths widths = widths_of(display);
    struct line line = {.text = text, .limit = widths.whole};

    text[0] = '\0';
    add(&line, "%-*.*s %-*s ", (int)widths.name, (int)widths.name, row->target->label, STAGE_WIDTH,
        event_stage_name(row->last.stage));
    if (row->last.stage == STAGE_UPLOADING || row->last.stage == STAGE_WRITING)
        add_bar(&line, row->last.percent > 100 ? 100 : row->last.percent, widths.bar);
    if (row->last.stage == STAGE_UPLOADING)
        add_rate(&line, row, now);
    if (row->last.stage == STAGE_WRITING && row->last.text[0] != '\0')
        add(&line, " ");
    if (row->last.stage > STAGE_UPLOADING)
        add_words(&line, row->last.text);
}

static bool measure(int fd, size_t *lines, size_t *columns)
{
    struct winsize size = {.ws_row = 0};

    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return false;
    *lines = size.ws_row;
    *columns = size.ws_col;
    return true;
}

static bool is_large_enough(size_t lines, size_t columns)
{
    return lines >= LINES_LEAST && columns >= COLUMNS_LEAST;
}

bool display_screen_fits(int fd)
{
    size_t lines, columns;

    return measure(fd, &lines, &columns) && is_large_enough(lines, columns);
}

/* Most terminals wrap the lines again when they become narrower: then a line takes several. Those
 * that do not wrap lose as many lines above. */
static size_t wrapped(struct display *display)
{
    size_t more = 0;

    for (size_t i = 0; i < display->count; i++) {
        struct display_row *row = &display->rows[i];

        if (row->width > display->columns && display->columns > 0)
            more += (row->width - 1) / display->columns;
        row->width = 0;
    }
    return more;
}

void display_screen_clear(struct display *display)
{
    size_t lines;

    (void)measure(display->fd, &display->lines, &display->columns);
    lines = display->drawn + wrapped(display);
    for (; lines > 0; lines--)
        (void)fputs("\033[1A\r\033[K", display->out);
    display->drawn = 0;
}

static bool is_under_way(const struct display_row *row)
{
    return row->is_begun && !row->is_ended;
}

static size_t count_under_way(const struct display *display)
{
    size_t count = 0;

    for (size_t i = 0; i < display->count; i++)
        count += is_under_way(&display->rows[i]);
    return count;
}

static void print_line(struct display *display, const char *text)
{
    (void)fprintf(display->out, "\r%s\033[K\n", text);
    display->drawn++;
}

/* At most `limit` rows that are under way. */
static void draw_rows(struct display *display, size_t limit)
{
    char text[DISPLAY_LINE_SIZE];
    uint64_t now = clock_milliseconds();

    for (size_t i = 0; i < display->count && display->drawn < limit; i++)
        if (is_under_way(&display->rows[i])) {
            display_screen_line(display, i, now, text);
            display->rows[i].width = strlen(text);
            print_line(display, text);
        }
}

/* A line that scrolls out at the top cannot be cleared: keep one line free for the cursor. */
void display_screen_draw(struct display *display)
{
    char text[DISPLAY_LINE_SIZE];
    size_t room, count = count_under_way(display);

    display_screen_clear(display);
    if (!is_large_enough(display->lines, display->columns))
        return;
    room = display->lines - 1;
    draw_rows(display, count <= room ? count : room - 1);
    if (count > room) {
        (void)snprintf(text, sizeof(text), "and %zu more", count - (room - 1));
        print_line(display, text);
    }
}

/* Notes and outcomes are printed above the moving lines, and scroll away. */
static void print_event(struct display *display, size_t row, const struct event *event)
{
    if (event->kind != EVENT_OUTCOME && event->kind != EVENT_NOTE)
        return;
    display_screen_clear(display);
    if (event->kind == EVENT_NOTE)
        display_plain_note(display, row, event);
    else
        display_plain_outcome(display, row, event);
    display_screen_draw(display);
}

static void tick(struct display *display)
{
    uint64_t now = clock_milliseconds();

    if (now - display->drawn_at < DRAW_EVERY)
        return;
    display->drawn_at = now;
    display_screen_draw(display);
    (void)fflush(display->out);
}

const struct display_style display_screen = {
    .event = print_event,
    .tick = tick,
    .clear = display_screen_clear,
    .draw = display_screen_draw,
    .finish = display_plain_finish,
};
