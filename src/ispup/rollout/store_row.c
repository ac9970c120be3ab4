/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/rollout/store_row.h"

#include "ispup/push/outcome_row.h"

#include <sqlite3.h>

static const char *const state_names[ROLLOUT_STATE_COUNT] = {
    [ROLLOUT_WAITING] = "waiting",
    [ROLLOUT_SENDING] = "sending",
    [ROLLOUT_ENDED] = "ended",
};

#define FIELD(kind, type, member) TABLE_FIELD(kind, struct type, member)

static const struct table_field camera_fields[] = {
    FIELD(NUMBER, rollout_camera, number), /* first: the key */
    FIELD(TEXT, rollout_camera, word),
    FIELD(TEXT, rollout_camera, site),
    FIELD(TEXT, rollout_camera, group),
    FIELD(OWNED, rollout_camera, extra),
    FIELD(NUMBER, rollout_camera, position),
    {"state", TABLE_WORD, TABLE_PLACE(struct rollout_camera, state), state_names,
     ROLLOUT_STATE_COUNT},
    FIELD(TEXT, rollout_camera, code),
    OUTCOME_ROW(rollout_camera, "id"),
    FIELD(FLAG, rollout_camera, is_outside),
    FIELD(FLAG, rollout_camera, is_exempt),
    FIELD(FLAG, rollout_camera, is_away),
    FIELD(FLAG, rollout_camera, is_canary),
    FIELD(FLAG, rollout_camera, is_soaked),
    FIELD(FLAG, rollout_camera, was_restarted),
    FIELD(FLAG, rollout_camera, is_resend),
    FIELD(NUMBER, rollout_camera, sends),
    FIELD(NUMBER, rollout_camera, tries),
    FIELD(NUMBER, rollout_camera, waits),
    FIELD(NUMBER, rollout_camera, next_at),
    FIELD(NUMBER, rollout_camera, begun_at),
};

static const struct table_field image_fields[] = {
    FIELD(TEXT, rollout_image, file),        FIELD(TEXT, rollout_image, platform),
    FIELD(TEXT, rollout_image, version),     FIELD(TEXT, rollout_image, sha256),
    FIELD(TEXT, rollout_image, file_sha256), FIELD(FLAG, rollout_image, is_foreign),
};

static const struct table cameras = {"camera", camera_fields, COUNT_OF(camera_fields)};
static const struct table images = {"image", image_fields, COUNT_OF(image_fields)};

bool store_row_save(struct store *store, const struct rollout_camera *camera, struct error *err)
{
    return table_save(&store->database, &cameras, camera, err);
}

static bool add_policy(struct store *store, const struct rollout *rollout, struct error *err)
{
    for (enum policy_item item = 0; item < POLICY_ITEMS; item++)
        if (!store_set(store, policy_name(item), rollout->policy.texts[item], err))
            return false;
    return true;
}

bool store_row_add_all(struct store *store, const struct rollout *rollout, struct error *err)
{
    if (!store_create(store, err) || !table_create(&store->database, &cameras, err) ||
        !table_create(&store->database, &images, err) || !add_policy(store, rollout, err))
        return false;
    for (size_t i = 0; i < rollout->image_count; i++)
        if (!table_save(&store->database, &images, &rollout->images[i], err))
            return false;
    for (size_t i = 0; i < rollout->count; i++)
        if (!store_row_save(store, &rollout->cameras[i], err))
            return false;
    return true;
}

static bool load_images(struct store *store, struct rollout *rollout, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = true, is_well = true;

    if (!table_select(&store->database, &images, "file", &statement, err))
        return false;
    while (is_well && has_row && rollout->image_count < ROLLOUT_IMAGES) {
        is_well = table_next(&store->database, &images, statement,
                             &rollout->images[rollout->image_count], &has_row, err);
        rollout->image_count += is_well && has_row;
    }
    (void)sqlite3_finalize(statement);
    return is_well;
}

static bool load_cameras(struct store *store, struct rollout *rollout, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    bool has_row = true, is_well = true;

    if (!rollout_allocate(rollout, table_count(&store->database, &cameras), err) ||
        !table_select(&store->database, &cameras, "position, number", &statement, err))
        return false;
    for (size_t i = 0; is_well && i < rollout->count; i++)
        is_well = table_next(&store->database, &cameras, statement, &rollout->cameras[i], &has_row,
                             err) &&
                  (has_row || database_fail(&store->database, err));
    (void)sqlite3_finalize(statement);
    return is_well;
}

static bool load_policy(struct store *store, struct rollout *rollout, struct error *err)
{
    char text[POLICY_TEXT_SIZE];

    for (enum policy_item item = 0; item < POLICY_ITEMS; item++)
        if (!store_text(store, policy_name(item), text, sizeof(text)) ||
            !policy_take(&rollout->policy, item, text, err))
            return error_set(err, ERROR_INTERNAL, "rollout.db: its policy has no valid %s",
                             policy_name(item));
    return true;
}

bool store_row_load(struct store *store, struct rollout *rollout, struct error *err)
{
    *rollout = (struct rollout){.count = 0};
    if (!load_policy(store, rollout, err) || !load_images(store, rollout, err) ||
        !load_cameras(store, rollout, err)) {
        rollout_close(rollout);
        return false;
    }
    rollout->wave = (size_t)store_number(store, "wave", 0);
    rollout->wave_end = store_number(store, "wave-end", 0);
    rollout->begun_at = store_number(store, "begun-at", 0);
    rollout->longest = store_number(store, "longest", 0);
    (void)store_text(store, "boot-id", rollout->boot, sizeof(rollout->boot));
    rollout->booted_at = store_number(store, "booted-at", 0);
    rollout->is_stopped = store_number(store, "is-stopped", 0) != 0;
    rollout->is_over = store_number(store, "is-over", 0) != 0;
    return true;
}
