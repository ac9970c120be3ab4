/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on a terminal that are drawn again in their place: one for each camera under way. */
#include "ispup/board.h"

#include "base/clock.h"

#include <inttypes.h>

/* A line has less than 80 columns: one that wraps could not be found again. */
enum { NAME_WIDTH = 22, BAR_WIDTH = 20, TEXT_SIZE = 64, SECOND = 1000 };

static void draw_bar(FILE *out, unsigned percent)
{
    unsigned full = percent * BAR_WIDTH / 100;

    (void)fputc('[', out);
    for (unsigned i = 0; i < BAR_WIDTH; i++)
        (void)fputc(i < full ? '#' : '.', out);
    (void)fprintf(out, "] %3u%%", percent);
}

/* Rate and time left, both from the whole upload so far. */
static void draw_rate(const struct board_row *row, FILE *out)
{
    uint64_t passed = clock_milliseconds() - row->upload_at;
    uint64_t sent = row->last.sent;
    uint64_t rate = passed == 0 ? 0 : sent * SECOND / passed;
    uint64_t left = rate == 0 || row->last.size < sent ? 0 : (row->last.size - sent) / rate;

    if (rate == 0)
        return;
    (void)fprintf(out, " %5" PRIu64 " KiB/s", rate / 1024);
    (void)fprintf(out, " %2" PRIu64 ":%02" PRIu64, left / 60, left % 60);
}

static void draw_row(const struct board_row *row, FILE *out)
{
    unsigned percent = row->last.percent > 100 ? 100 : row->last.percent;

    (void)fprintf(out, "\r%-*.*s %-10s ", NAME_WIDTH, NAME_WIDTH, row->target->label,
                  event_stage_name(row->last.stage));
    if (row->last.stage == STAGE_UPLOADING || row->last.stage == STAGE_WRITING)
        draw_bar(out, percent);
    if (row->last.stage == STAGE_UPLOADING)
        draw_rate(row, out);
    (void)fputs("\033[K\n", out);
}

void board_screen_clear(struct board *board)
{
    for (; board->drawn > 0; board->drawn--)
        (void)fputs("\033[1A\r\033[K", board->out);
}

void board_screen_draw(struct board *board)
{
    board_screen_clear(board);
    for (size_t i = 0; i < board->count; i++)
        if (board->rows[i].is_begun && !board->rows[i].is_ended) {
            draw_row(&board->rows[i], board->out);
            board->drawn++;
        }
    board->is_changed = false;
}
