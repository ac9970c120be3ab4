/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on a terminal that are drawn again in their place: one for each camera under way. */
#include "ispup/board.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

enum { STAGE_WIDTH = 10, PERCENT_WIDTH = 4, RATE_WIDTH = 12, LEFT_WIDTH = 6, PIECE_SIZE = 80 };
enum { BAR_LEAST = 5, BAR_MOST = 20, NAME_USUAL = 22, NAME_MOST = 48 };
/* Smaller ones are no place for this. */
enum { COLUMNS_LEAST = 24, LINES_LEAST = 2, SECOND = 1000 };

/* What a line is divided into: the name and the bar give way first. */
struct widths {
    size_t whole, name, bar;
};

struct line {
    char *text; /* borrowed; BOARD_LINE_SIZE */
    size_t used, limit;
};

/* A piece that does not fit is left out: half a number would be a wrong one. */
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

static size_t longest_name(const struct board *board)
{
    size_t longest = 0;

    for (size_t i = 0; i < board->count; i++) {
        size_t size = strlen(board->rows[i].target->label);

        longest = size > longest ? size : longest;
    }
    return least(longest, NAME_MOST);
}

/* The last column stays empty: there, terminals differ in what they do next. */
static struct widths widths_of(const struct board *board)
{
    const size_t numbers = 1 + STAGE_WIDTH + 1 + PERCENT_WIDTH; /* with the blanks before them */
    const size_t times = RATE_WIDTH + LEFT_WIDTH, frame = 3;    /* brackets and a blank */
    struct widths widths = {.whole = least(board->columns, BOARD_LINE_SIZE) - 1};
    size_t rest = widths.whole - numbers;
    size_t longest = longest_name(board);

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

/* Rate and time left, both from the whole upload so far. */
static void add_rate(struct line *line, const struct board_row *row, uint64_t now)
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

void board_screen_line(const struct board *board, size_t at, uint64_t now,
                       char text[BOARD_LINE_SIZE])
{
    const struct board_row *row = &board->rows[at];
    struct widths widths = widths_of(board);
    struct line line = {.text = text, .limit = widths.whole};

    text[0] = '\0';
    add(&line, "%-*.*s %-*s ", (int)widths.name, (int)widths.name, row->target->label, STAGE_WIDTH,
        event_stage_name(row->last.stage));
    if (row->last.stage == STAGE_UPLOADING || row->last.stage == STAGE_WRITING)
        add_bar(&line, row->last.percent > 100 ? 100 : row->last.percent, widths.bar);
    if (row->last.stage == STAGE_UPLOADING)
        add_rate(&line, row, now);
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

bool board_screen_fits(int fd)
{
    size_t lines, columns;

    return measure(fd, &lines, &columns) && is_large_enough(lines, columns);
}

void board_screen_clear(struct board *board)
{
    for (; board->drawn > 0; board->drawn--)
        (void)fputs("\033[1A\r\033[K", board->out);
}

static bool is_under_way(const struct board_row *row)
{
    return row->is_begun && !row->is_ended;
}

static size_t count_under_way(const struct board *board)
{
    size_t count = 0;

    for (size_t i = 0; i < board->count; i++)
        count += is_under_way(&board->rows[i]);
    return count;
}

static void print_line(struct board *board, const char *text)
{
    (void)fprintf(board->out, "\r%s\033[K\n", text);
    board->drawn++;
}

/* The first `limit` that are under way. */
static void draw_rows(struct board *board, size_t limit)
{
    char text[BOARD_LINE_SIZE];
    uint64_t now = clock_milliseconds();

    for (size_t i = 0; i < board->count && board->drawn < limit; i++)
        if (is_under_way(&board->rows[i])) {
            board_screen_line(board, i, now, text);
            print_line(board, text);
        }
}

/* What scrolls out at the top cannot be cleared: below the lines there is one for the cursor. */
void board_screen_draw(struct board *board)
{
    char text[BOARD_LINE_SIZE];
    size_t room, count = count_under_way(board);

    board_screen_clear(board);
    board->is_changed = false;
    (void)measure(fileno(board->out), &board->lines, &board->columns);
    if (!is_large_enough(board->lines, board->columns))
        return;
    room = board->lines - 1;
    draw_rows(board, count <= room ? count : room - 1);
    if (count > room) {
        (void)snprintf(text, sizeof(text), "and %zu more", count - (room - 1));
        print_line(board, text);
    }
}
