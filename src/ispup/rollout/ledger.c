/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/ledger.h"

#include "base/memory.h"
#include "ispup/cli/json.h"
#include "ispup/rollout/store_row.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const words[LEDGER_KINDS] = {
    [LEDGER_PLANNED] = "planned",     [LEDGER_BEGUN] = "run",       [LEDGER_PAUSED] = "paused",
    [LEDGER_WAVE] = "wave",           [LEDGER_SOAK] = "soak",       [LEDGER_STOPPED] = "stopped",
    [LEDGER_RAISED] = "budget",       [LEDGER_ASKED_STOP] = "stop", [LEDGER_OVER] = "over",
    [LEDGER_LEFT_OUT] = "left-out",   [LEDGER_KNOWN] = "known",     [LEDGER_WAITS] = "waits",
    [LEDGER_SENDING] = "sending",     [LEDGER_ENDED] = "ended",     [LEDGER_SOAKED] = "soaked",
    [LEDGER_RESTARTED] = "restarted", [LEDGER_RETRIED] = "retried", [LEDGER_CLOCK] = "clock",
};

const char *ledger_word(enum ledger_kind kind)
{
    return words[kind];
}

/* The text of an event while it is written. */
struct text {
    char *bytes; /* owned */
    size_t size;
    FILE *file;
    struct json json;
};

static bool text_begin(struct text *text, struct error *err)
{
    text->file = open_memstream(&text->bytes, &text->size);
    if (text->file == NULL)
        return error_system(err, ERROR_INTERNAL, "no memory");
    json_begin(&text->json, text->file);
    return true;
}

/* Adds the event to the open transaction. */
static bool text_end(struct text *text, struct store *store, const struct rollout_camera *camera,
                     enum ledger_kind kind, struct error *err)
{
    bool is_whole;

    json_end(&text->json);
    is_whole = ferror(text->file) == 0;
    is_whole = fclose(text->file) == 0 && is_whole;
    if (is_whole)
        text->bytes[strcspn(text->bytes, "\n")] = '\0'; /* an event is the object alone */
    is_whole = is_whole ? store_event(store, camera, words[kind], text->bytes, err)
                        : error_set(err, ERROR_INTERNAL, "no memory");
    memory_free(&text->bytes);
    return is_whole;
}

/* Ends the transaction: all or nothing. */
static bool finish(struct store *store, bool is_whole, struct error *err)
{
    if (is_whole)
        return database_commit(&store->database, err);
    database_rollback(&store->database);
    return false;
}

static void tell_known(struct json *json, const char *name, const char *value)
{
    if (value[0] != '\0')
        json_text(json, name, value);
}

static void tell_camera(const struct rollout_camera *camera, struct json *json)
{
    const struct outcome *outcome = &camera->outcome;

    if (camera->state == ROLLOUT_ENDED)
        json_text(json, "outcome", verdict_name(outcome->verdict, false));
    tell_known(json, "code", camera->code);
    tell_known(json, "why", outcome->why);
    tell_known(json, "id", outcome->id);
    tell_known(json, "platform", outcome->platform);
    tell_known(json, "before", outcome->before);
    tell_known(json, "after", outcome->after);
    tell_known(json, "image_sha256", outcome->image_sha256);
    tell_known(json, "update", outcome->update);
    tell_known(json, "boot_before", outcome->boot_before);
    tell_known(json, "boot_after", outcome->boot_after);
    json_number(json, "sends", camera->sends);
    json_number(json, "tries", camera->tries);
}

static bool add_camera(struct store *store, const struct rollout_camera *camera,
                       enum ledger_kind kind, struct error *err)
{
    struct text text = {.bytes = NULL};

    if (!text_begin(&text, err))
        return false;
    tell_camera(camera, &text.json);
    return text_end(&text, store, camera, kind, err);
}

bool ledger_camera(struct store *store, const struct rollout_camera *camera, enum ledger_kind kind,
                   struct error *err)
{
    return database_begin(&store->database, err) &&
           finish(store, store_row_save(store, camera, err) && add_camera(store, camera, kind, err),
                  err);
}

static void tell_plan(const struct rollout *rollout, struct json *json)
{
    json_number(json, "cameras", rollout->count);
    json_open(json, "policy");
    for (enum policy_item item = 0; item < POLICY_ITEMS; item++)
        json_text(json, policy_name(item), rollout->policy.texts[item]);
    json_close(json);
    json_open(json, "images");
    for (size_t i = 0; i < rollout->image_count; i++)
        json_text(json, rollout->images[i].file, rollout->images[i].file_sha256);
    json_close(json);
}

static bool add_plan(struct store *store, const struct rollout *rollout, struct error *err)
{
    struct text text = {.bytes = NULL};

    if (!text_begin(&text, err))
        return false;
    tell_plan(rollout, &text.json);
    if (!text_end(&text, store, NULL, LEDGER_PLANNED, err))
        return false;
    for (size_t i = 0; i < rollout->count; i++)
        if (rollout->cameras[i].state == ROLLOUT_ENDED &&
            !add_camera(store, &rollout->cameras[i], LEDGER_LEFT_OUT, err))
            return false;
    return true;
}

bool ledger_planned(struct store *store, const struct rollout *rollout, struct error *err)
{
    return database_begin(&store->database, err) &&
           finish(store, store_row_add_all(store, rollout, err) && add_plan(store, rollout, err),
                  err);
}

static bool save_rollout(struct store *store, const struct rollout *rollout, struct error *err)
{
    return store_set_number(store, "wave", (int64_t)rollout->wave, err) &&
           store_set_number(store, "wave-end", rollout->wave_end, err) &&
           store_set_number(store, "begun-at", rollout->begun_at, err) &&
           store_set_number(store, "longest", rollout->longest, err) &&
           store_set(store, "boot-id", rollout->boot, err) &&
           store_set_number(store, "booted-at", rollout->booted_at, err) &&
           store_set_number(store, "is-stopped", rollout->is_stopped, err) &&
           store_set_number(store, "is-over", rollout->is_over, err);
}

static bool add_change(struct store *store, const struct rollout *rollout, enum ledger_kind kind,
                       const char *name, const char *value, struct error *err)
{
    struct text text = {.bytes = NULL};

    if (!save_rollout(store, rollout, err) || !text_begin(&text, err))
        return false;
    json_number(&text.json, "wave", rollout->wave);
    if (name != NULL)
        json_text(&text.json, name, value);
    return text_end(&text, store, NULL, kind, err);
}

bool ledger_rollout(struct store *store, const struct rollout *rollout, enum ledger_kind kind,
                    const char *name, const char *value, struct error *err)
{
    return database_begin(&store->database, err) &&
           finish(store, add_change(store, rollout, kind, name, value, err), err);
}

static bool save_cameras(struct store *store, const struct rollout *rollout, struct error *err)
{
    for (size_t i = 0; i < rollout->count; i++)
        if (!store_row_save(store, &rollout->cameras[i], err))
            return false;
    return true;
}

bool ledger_clock(struct store *store, const struct rollout *rollout, int64_t seconds,
                  struct error *err)
{
    char text[32];

    (void)snprintf(text, sizeof(text), "%+" PRId64, seconds);
    return database_begin(&store->database, err) &&
           finish(store,
                  save_cameras(store, rollout, err) &&
                      add_change(store, rollout, LEDGER_CLOCK, "set_by", text, err),
                  err);
}

static bool save_budget(struct store *store, const struct policy *policy, struct error *err)
{
    return store_set(store, policy_name(POLICY_BUDGET), policy->texts[POLICY_BUDGET], err) &&
           store_set(store, policy_name(POLICY_BUDGET_SAME), policy->texts[POLICY_BUDGET_SAME],
                     err);
}

static bool add_budget(struct store *store, const struct rollout *rollout, const char *because,
                       struct error *err)
{
    struct text text = {.bytes = NULL};

    if (!save_rollout(store, rollout, err) || !save_budget(store, &rollout->policy, err) ||
        !text_begin(&text, err))
        return false;
    json_text(&text.json, "budget", rollout->policy.texts[POLICY_BUDGET]);
    json_utf8(&text.json, "because", because);
    return text_end(&text, store, NULL, LEDGER_RAISED, err);
}

bool ledger_cameras_open(struct ledger_cameras *cameras, const struct rollout *rollout,
                         struct error *err)
{
    void *memory = NULL;

    cameras->count = 0;
    if (!memory_allocate(&memory, rollout->count * sizeof(struct rollout_camera *), err))
        return false;
    cameras->list = memory;
    return true;
}

void ledger_cameras_close(struct ledger_cameras *cameras)
{
    memory_free(&cameras->list);
}

static bool add_cameras(struct store *store, const struct ledger_cameras *cameras,
                        enum ledger_kind kind, struct error *err)
{
    for (size_t i = 0; i < cameras->count; i++)
        if (!store_row_save(store, cameras->list[i], err) ||
            !add_camera(store, cameras->list[i], kind, err))
            return false;
    return true;
}

bool ledger_retried(struct store *store, const struct rollout *rollout,
                    const struct ledger_cameras *cameras, struct error *err)
{
    return database_begin(&store->database, err) &&
           finish(store,
                  add_cameras(store, cameras, LEDGER_RETRIED, err) &&
                      add_change(store, rollout, LEDGER_RETRIED, NULL, NULL, err),
                  err);
}

bool ledger_budget(struct store *store, const struct rollout *rollout, const char *because,
                   const struct ledger_cameras *cameras, struct error *err)
{
    return database_begin(&store->database, err) &&
           finish(store,
                  add_cameras(store, cameras, LEDGER_RAISED, err) &&
                      add_budget(store, rollout, because, err),
                  err);
}
