/* SPDX-License-Identifier: Apache-2.0 */
/* The plot of the HTML report: cameras over time, a line for each outcome, and a mark for each
 * wave. */
#include "ispup/rollout/report.h"

#include "base/memory.h"
#include "image/timestamp.h"
#include "ispup/rollout/summary.h"

#include <inttypes.h>
#include <string.h>

enum { WIDTH = 860, HEIGHT = 200, STEP = 4, LEGEND_STEP = 110, LABEL_WIDTH = 60 };

struct range {
    int64_t first, last;
    size_t count; /* of cameras that are plotted */
};

static bool is_plotted(const struct rollout_camera *camera)
{
    return camera->state == ROLLOUT_ENDED && camera->outcome.time > 0;
}

static void measure(const struct rollout *rollout, struct range *range)
{
    *range = (struct range){.first = rollout->begun_at};
    for (size_t i = 0; i < rollout->count; i++) {
        int64_t at = rollout->cameras[i].outcome.time;

        if (!is_plotted(&rollout->cameras[i]))
            continue;
        range->count++;
        range->first = range->first == 0 || at < range->first ? at : range->first;
        range->last = at > range->last ? at : range->last;
    }
    if (range->last <= range->first)
        range->last = range->first + 1;
}

/* How many cameras had that outcome at that moment. */
static size_t count_at(const struct rollout *rollout, enum summary_part part, int64_t moment)
{
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++)
        count += is_plotted(&rollout->cameras[i]) &&
                 summary_part_of(&rollout->cameras[i]) == part &&
                 rollout->cameras[i].outcome.time <= moment;
    return count;
}

static void print_line(const struct rollout *rollout, const struct range *range,
                       enum summary_part part, const char *colour, FILE *out)
{
    (void)fprintf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
                  colour);
    for (int x = 0; x <= WIDTH; x += STEP) {
        int64_t moment = range->first + (range->last - range->first) * x / WIDTH;
        size_t count = count_at(rollout, part, moment);

        (void)fprintf(out, "%d,%.1f ", x,
                      HEIGHT - (double)count * HEIGHT / (double)rollout_planned(rollout));
    }
    (void)fputs("\"/>\n", out);
}

static void print_axes(const struct rollout *rollout, const struct range *range, FILE *out)
{
    char first[TIMESTAMP_SIZE + 1], last[TIMESTAMP_SIZE + 1];

    timestamp_format((uint64_t)range->first, first);
    timestamp_format((uint64_t)range->last, last);
    (void)fprintf(out,
                  "<path d=\"M0 0V%dH%d\" fill=\"none\" stroke=\"#999\"/>\n"
                  "<text x=\"-6\" y=\"6\" text-anchor=\"end\">%zu</text>"
                  "<text x=\"-6\" y=\"%d\" text-anchor=\"end\">0</text>\n"
                  "<text x=\"0\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\" "
                  "text-anchor=\"end\">%s</text>\n",
                  HEIGHT, WIDTH, rollout_planned(rollout), HEIGHT, HEIGHT + 16, first, WIDTH,
                  HEIGHT + 16, last);
}

static void print_waves(const struct report_waves *waves, const struct range *range, FILE *out)
{
    int64_t free = 0; /* from there on a label has room */

    for (size_t i = 0; i < waves->count; i++) {
        int64_t x = (waves->begins[i] - range->first) * WIDTH / (range->last - range->first);

        if (x < 0 || x > WIDTH)
            continue;
        (void)fprintf(out,
                      "<path d=\"M%" PRId64 " -4V%d\" stroke=\"#999\" "
                      "stroke-dasharray=\"3 3\"/>\n",
                      x, HEIGHT);
        if (x < free)
            continue;
        (void)fprintf(out, "<text x=\"%" PRId64 "\" y=\"-8\">wave %zu</text>\n", x, i + 1);
        free = x + LABEL_WIDTH;
    }
}

void report_plot(const struct rollout *rollout, const struct report_waves *waves, FILE *out)
{
    static const struct {
        enum summary_part part;
        const char *colour;
    } lines[] = {
        {SUMMARY_DONE, "#14652b"},
        {SUMMARY_ALREADY, "#5a8f6a"},
        {SUMMARY_NOT_DONE, "#9b1c1c"},
        {SUMMARY_UNKNOWN, "#b97a00"},
    };
    struct range range;

    measure(rollout, &range);
    if (range.count == 0 || rollout_planned(rollout) == 0)
        return;
    (void)fprintf(out,
                  "<h2>Cameras over time</h2>\n<svg viewBox=\"-40 -24 %d %d\" role=\"img\" "
                  "aria-label=\"cameras over time, by outcome\">\n",
                  WIDTH + 80, HEIGHT + 68);
    print_axes(rollout, &range, out);
    print_waves(waves, &range, out);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (count_at(rollout, lines[i].part, range.last) > 0)
            print_line(rollout, &range, lines[i].part, lines[i].colour, out);
        (void)fprintf(out,
                      "<rect x=\"%zu\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>"
                      "<text x=\"%zu\" y=\"%d\">%s</text>\n",
                      LEGEND_STEP * i, HEIGHT + 26, lines[i].colour, LEGEND_STEP * i + 18,
                      HEIGHT + 36, summary_name(lines[i].part));
    }
    (void)fputs("</svg>\n", out);
}
