/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/report.h"

#include "image/timestamp.h"
#include "ispup/rollout/ledger.h"
#include "ispup/rollout/summary.h"

#include <string.h>
#include <time.h>

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Rollout</title>\n<style>\n"
    "body{font:15px/1.4 system-ui,sans-serif;margin:2em auto;max-width:80em;padding:0 1em;"
    "color:#1c1c1c;background:#fff}\n"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .6em;"
    "border-bottom:1px solid #ddd;vertical-align:top;white-space:nowrap}\n"
    "th{font-weight:600}small{color:#555}td.w{white-space:normal;overflow-wrap:anywhere;width:99%}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}\n"
    ".done,.already{color:#14652b}.bad{color:#9b1c1c}.unknown{color:#7a4b00}"
    ".hash{overflow-wrap:anywhere}\n"
    "svg{width:100%;height:auto;margin:1em 0}svg text{font:12px system-ui,sans-serif;fill:#444}\n"
    "@page{size:A4 landscape;margin:12mm}\n"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:11px}"
    "thead{display:table-header-group}tr,svg{break-inside:avoid}h2{break-after:avoid}"
    "svg{max-height:7cm}}\n</style>\n";

/* Texts of cameras and lists come from strangers. */
static void escape(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            (void)fputs("&amp;", out);
        else if (*text == '<')
            (void)fputs("&lt;", out);
        else if (*text == '>')
            (void)fputs("&gt;", out);
        else if (*text == '"')
            (void)fputs("&quot;", out);
        else
            (void)fputc(*text, out);
    }
}

static const char *class_of(enum summary_part part)
{
    switch (part) {
    case SUMMARY_DONE:
        return "done";
    case SUMMARY_ALREADY:
        return "already";
    case SUMMARY_NOT_DONE:
        return "bad";
    case SUMMARY_UNKNOWN:
        return "unknown";
    default:
        return "";
    }
}

static void print_sums(const struct rollout *rollout, FILE *out)
{
    struct summary summary;

    summary_of(rollout, NULL, &summary);
    (void)fputs("<table><thead><tr>", out);
    for (enum summary_part part = 0; part < SUMMARY_PARTS; part++)
        (void)fprintf(out, "<th class=\"n\">%s</th>", summary_name(part));
    (void)fputs("</tr></thead><tbody><tr>", out);
    for (enum summary_part part = 0; part < SUMMARY_PARTS; part++)
        (void)fprintf(out, "<td class=\"n %s\">%zu</td>", class_of(part), summary.counts[part]);
    (void)fputs("</tr></tbody></table>\n", out);
}

static void print_time(const char *what, int64_t moment, FILE *out)
{
    char text[TIMESTAMP_SIZE + 1];

    timestamp_format((uint64_t)moment, text);
    (void)fprintf(out, "%s %s. ", what, text);
}

static void print_title(const struct rollout *rollout, FILE *out)
{
    (void)fputs("<h1>Rollout: ", out);
    summary_print_phase(rollout, out);
    (void)fputs("</h1>\n<p>", out);
    if (rollout->begun_at != 0)
        print_time("Begun", rollout->begun_at, out);
    (void)fprintf(out, "%zu of %zu cameras are planned.</p>\n", rollout_planned(rollout),
                  rollout->count);
    for (size_t i = 0; i < rollout->image_count; i++)
        (void)fprintf(out, "<p class=\"hash\">%s<br>SHA-256 %s</p>\n", rollout->images[i].file,
                      rollout->images[i].file_sha256);
}

static void print_cell(const char *text, FILE *out)
{
    (void)fputs("<td>", out);
    escape(text, out);
    (void)fputs("</td>", out);
}

static void print_address(const struct rollout_camera *camera, FILE *out)
{
    (void)fputs("<td>", out);
    escape(camera->word, out);
    if (camera->outcome.id[0] != '\0') {
        (void)fputs("<br><small>", out);
        escape(camera->outcome.id, out);
        (void)fputs("</small>", out);
    }
    (void)fputs("</td>", out);
}

/* The code, and in words what a person has to know. */
static void print_reason(const struct rollout_camera *camera, enum summary_part part, FILE *out)
{
    bool is_clear = part == SUMMARY_DONE || part == SUMMARY_ALREADY || part == SUMMARY_SENDING ||
                    camera->code[0] == '\0';

    (void)fputs("<td class=\"w\">", out);
    escape(camera->code, out);
    if (!is_clear && camera->outcome.why[0] != '\0') {
        (void)fputs(": ", out);
        escape(camera->outcome.why, out);
    }
    (void)fputs("</td>", out);
}

static void print_versions(const struct outcome *outcome, FILE *out)
{
    (void)fputs("<td>", out);
    escape(outcome->platform, out);
    (void)fputc(' ', out);
    escape(outcome->before, out);
    if (outcome->after[0] != '\0' && strcmp(outcome->before, outcome->after) != 0) {
        (void)fputs(" → ", out);
        escape(outcome->after, out);
    }
    (void)fputs("</td>", out);
}

static void print_camera(const struct rollout_camera *camera, FILE *out)
{
    const struct outcome *outcome = &camera->outcome;
    enum summary_part part = summary_part_of(camera);
    char time[TIMESTAMP_SIZE + 1] = "";

    if (camera->state == ROLLOUT_ENDED && outcome->time > 0)
        timestamp_format((uint64_t)outcome->time, time);
    (void)fputs("<tr>", out);
    print_address(camera, out);
    print_cell(camera->site, out);
    print_versions(outcome, out);
    (void)fprintf(out, "<td class=\"%s\">%s</td>", class_of(part), summary_name(part));
    print_reason(camera, part, out);
    print_cell(time, out);
    (void)fputs("</tr>\n", out);
}

static void print_cameras(const struct rollout *rollout, FILE *out)
{
    (void)fputs("<h2>Cameras</h2>\n<table><thead><tr><th>camera, id<th>site"
                "<th>platform, version<th>outcome<th>code, reason<th>time</tr></thead><tbody>\n",
                out);
    for (size_t i = 0; i < rollout->count; i++)
        print_camera(&rollout->cameras[i], out);
    (void)fputs("</tbody></table>\n", out);
}

static bool is_failure(const struct rollout_camera *camera)
{
    enum summary_part part = summary_part_of(camera);

    return part == SUMMARY_NOT_DONE || part == SUMMARY_UNKNOWN;
}

/* How many cameras failed with the code of this one; 0 if an earlier one has it. */
static size_t count_code(const struct rollout *rollout, size_t camera)
{
    const char *code = rollout->cameras[camera].code;
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        if (!is_failure(&rollout->cameras[i]) || strcmp(rollout->cameras[i].code, code) != 0)
            continue;
        if (i < camera)
            return 0;
        count++;
    }
    return count;
}

static void print_codes(const struct rollout *rollout, FILE *out)
{
    const char *before = "<p>Failures by code: ";

    for (size_t i = 0; i < rollout->count; i++) {
        size_t count = is_failure(&rollout->cameras[i]) ? count_code(rollout, i) : 0;

        if (count == 0)
            continue;
        (void)fputs(before, out);
        escape(rollout->cameras[i].code, out);
        (void)fprintf(out, " %zu", count);
        before = ", ";
    }
    if (before[0] == ',')
        (void)fputs("</p>\n", out);
}

/* What the page shows of the events. It says whether they are whole. */
struct page_events {
    char hash[DIGEST_TEXT_SIZE + 1];
    struct report_waves waves;
};

static int64_t moment_of(struct span text)
{
    char copy[TIMESTAMP_SIZE + 1];
    struct tm at = {.tm_sec = 0};

    if (!span_copy(text, copy, sizeof(copy)) || strptime(copy, "%Y-%m-%dT%H:%M:%SZ", &at) == NULL)
        return 0;
    return (int64_t)timegm(&at);
}

/* The first wave begins with the first run, unless there is a canary wave before it. */
static bool see_event(void *context, const struct chain_event *event, struct error *err)
{
    struct page_events *seen = context;
    struct report_waves *waves = &seen->waves;

    (void)err;
    memcpy(seen->hash, event->hash, sizeof(event->hash));
    if ((span_is(event->kind, ledger_word(LEDGER_WAVE)) ||
         (span_is(event->kind, ledger_word(LEDGER_BEGUN)) && waves->count == 0 &&
          !waves->has_canary)) &&
        waves->count < POLICY_WAVES)
        waves->begins[waves->count++] = moment_of(event->at);
    return true;
}

bool report_html(struct store *store, const struct rollout *rollout, FILE *out, struct error *err)
{
    struct page_events seen = {.waves = {.has_canary = rollout->policy.canary > 0}};

    if (!store_events(store, see_event, &seen, err))
        return false;
    (void)fputs(head, out);
    print_title(rollout, out);
    print_sums(rollout, out);
    print_codes(rollout, out);
    report_plot(rollout, &seen.waves, out);
    print_cameras(rollout, out);
    (void)fprintf(out, "<p class=\"hash\">Last event: %s</p>\n</html>\n", seen.hash);
    return true;
}
