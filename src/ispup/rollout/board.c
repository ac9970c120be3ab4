/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/board.h"

#include "ispup/fleet/duration.h"
#include "ispup/push/display_screen.h"
#include "ispup/rollout/summary.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BAR = 30, DRAW_EVERY = 500, SECOND = 1000, ENDED_LEAST = 3 };

void board_open(struct board *board, int fd)
{
    const char *terminal = getenv("TERM");

    *board = (struct board){.is_on = display_screen_fits(fd) && terminal != NULL &&
                                     strcmp(terminal, "dumb") != 0};
}

void board_clear(struct board *board, FILE *out)
{
    for (; board->drawn > 0; board->drawn--)
        (void)fputs("\033[1A\r\033[K", out);
}

static void print(struct board *board, FILE *out, const char *line)
{
    (void)fprintf(out, "%.*s\n", BOARD_WIDTH, line);
    board->drawn++;
}

static size_t ended(const struct summary *summary)
{
    return summary->counts[SUMMARY_DONE] + summary->counts[SUMMARY_ALREADY] +
           summary->counts[SUMMARY_NOT_DONE] + summary->counts[SUMMARY_UNKNOWN];
}

uint64_t board_left(uint64_t seconds, size_t ended, size_t left)
{
    return ended < ENDED_LEAST ? 0 : seconds * left / ended;
}

/* Without the soaks, which the line shows when they come. */
static void add_time_left(const struct board *board, size_t ended, size_t planned, char *line,
                          size_t capacity)
{
    uint64_t passed = (board->drawn_at - board->begun_at) / SECOND;
    uint64_t left = 0;
    char text[DURATION_TEXT_SIZE];

    if (board->begun_at != 0 && ended >= board->ended_before && planned > ended)
        left = board_left(passed, ended - board->ended_before, planned - ended);
    if (left == 0)
        return;
    duration_format(left, text);
    (void)snprintf(line + strlen(line), capacity - strlen(line), ", about %s left", text);
}

static void draw_wave(struct board *board, const struct rollout *rollout, const struct summary *all,
                      FILE *out)
{
    size_t planned = rollout_planned(rollout);
    size_t filled = planned == 0 ? BAR : BAR * ended(all) / planned;
    char bar[BAR + 1], line[2 * BOARD_WIDTH], wave[32] = "canary wave";

    memset(bar, '.', BAR);
    memset(bar, '#', filled);
    bar[BAR] = '\0';
    if (rollout->wave != ROLLOUT_CANARY)
        (void)snprintf(wave, sizeof(wave), "wave %zu of %zu", rollout->wave,
                       rollout->policy.wave_count);
    (void)snprintf(line, sizeof(line), "%s  [%s] %zu of %zu%s", wave, bar, ended(all), planned,
                   rollout->wave_end != 0 ? ", soaks" : "");
    if (rollout->wave_end == 0)
        add_time_left(board, ended(all), planned, line, sizeof(line));
    print(board, out, line);
}

static void draw_counts(struct board *board, const struct rollout *rollout,
                        const struct summary *all, FILE *out)
{
    struct budget_tally tally;
    char line[2 * BOARD_WIDTH];
    size_t uploads = 0;

    for (size_t i = 0; i < rollout->count; i++)
        uploads += rollout->cameras[i].is_uploading;
    rollout_tally(rollout, &tally);
    (void)snprintf(
        line, sizeof(line),
        "uploads %zu, restart or trial %zu, away %zu; failures %zu, allowed %" PRIu64, uploads,
        all->counts[SUMMARY_SENDING] > uploads ? all->counts[SUMMARY_SENDING] - uploads : 0,
        all->counts[SUMMARY_AWAY], tally.failed,
        budget_limit(&rollout->policy.budget, tally.planned));
    print(board, out, line);
}

static void draw_sites(struct board *board, const struct rollout *rollout, FILE *out)
{
    char line[4 * BOARD_WIDTH] = "sites:";
    struct summary summary;
    size_t shown = 0, more = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        size_t size = strlen(line);

        if (!summary_begins_site(rollout, i))
            continue;
        if (shown == BOARD_SITES) {
            more++;
            continue;
        }
        summary_of(rollout, rollout->cameras[i].site, &summary);
        (void)snprintf(line + size, sizeof(line) - size, "%s %.12s %zu", shown == 0 ? "" : ",",
                       rollout->cameras[i].site, ended(&summary));
        shown++;
    }
    if (more > 0)
        (void)snprintf(line + strlen(line), sizeof(line) - strlen(line), ", %zu more", more);
    if (shown > 0)
        print(board, out, line);
}

static bool is_failure(const struct rollout_camera *camera)
{
    enum summary_part part = summary_part_of(camera);

    return part == SUMMARY_NOT_DONE || part == SUMMARY_UNKNOWN;
}

/* The failed camera that ended last before `before`, or NULL. */
static const struct rollout_camera *failed_before(const struct rollout *rollout,
                                                  const struct rollout_camera *before)
{
    const struct rollout_camera *last = NULL;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct rollout_camera *camera = &rollout->cameras[i];
        bool is_earlier = before == NULL || camera->outcome.time < before->outcome.time ||
                          (camera->outcome.time == before->outcome.time && camera > before);

        if (is_failure(camera) && is_earlier &&
            (last == NULL || camera->outcome.time > last->outcome.time))
            last = camera;
    }
    return last;
}

static void draw_failures(struct board *board, const struct rollout *rollout, FILE *out)
{
    const struct rollout_camera *camera = NULL;
    char line[2 * BOARD_WIDTH];

    for (size_t i = 0; i < BOARD_FAILURES; i++) {
        camera = failed_before(rollout, camera);
        if (camera == NULL)
            return;
        (void)snprintf(line, sizeof(line), "  %.40s %s, %.24s", camera->word,
                       summary_name(summary_part_of(camera)), camera->code);
        print(board, out, line);
    }
}

void board_draw(struct board *board, const struct rollout *rollout, FILE *out)
{
    struct summary all;

    if (!board->is_on)
        return;
    board_clear(board, out);
    summary_of(rollout, NULL, &all);
    draw_wave(board, rollout, &all, out);
    draw_counts(board, rollout, &all, out);
    draw_sites(board, rollout, out);
    draw_failures(board, rollout, out);
}

void board_tick(struct board *board, const struct rollout *rollout, uint64_t now, FILE *out)
{
    if (!board->is_on || now - board->drawn_at < DRAW_EVERY)
        return;
    board->drawn_at = now;
    if (board->begun_at == 0) {
        struct summary all;

        summary_of(rollout, NULL, &all);
        board->begun_at = now;
        board->ended_before = ended(&all);
    }
    board_draw(board, rollout, out);
}
