/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/gateway/memory.h"

#include "base/file.h"
#include "base/memory.h"
#include "ispup/gateway/memory_table.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME "gateway.db"
#define NEW NAME ".new"

static const struct database_kind gateway_database = {
    .name = NAME,
    .what = "the database of a gateway",
    .application = 0x69737047, /* `ispG` */
    .version = 2,
};

static bool make_tables(struct database *database, struct error *err)
{
    return database_create(database,
                           "CREATE TABLE accepted (camera TEXT PRIMARY KEY) WITHOUT ROWID;"
                           "CREATE TABLE server (name TEXT PRIMARY KEY) WITHOUT ROWID;",
                           err) &&
           table_create(database, &memory_device_table, err) &&
           table_create(database, &memory_action_table, err) &&
           table_create(database, &memory_item_table, err);
}

static bool fill(struct database *database, struct error *err)
{
    if (!database_begin(database, err))
        return false;
    if (make_tables(database, err))
        return database_commit(database, err) && database_end(database, err);
    database_rollback(database);
    return false;
}

/* Under another name until it is whole: this process may end at any moment. */
static bool make(const char *folder, const char *path, struct error *err)
{
    CLEANUP(database_close) struct database database = DATABASE_NONE;
    struct database_kind kind = gateway_database;
    char beside[FILE_PATH_SIZE];

    kind.name = NEW;
    if (!file_path(folder, NEW, beside, err))
        return false;
    if (unlink(beside) != 0 && errno != ENOENT)
        return error_system(err, ERROR_INTERNAL, "cannot remove %s", beside);
    if (!database_open(&database, &kind, folder, DATABASE_CREATE, err) || !fill(&database, err))
        return false;
    return rename(beside, path) == 0 ||
           error_system(err, ERROR_INTERNAL, "cannot rename %s", beside);
}

bool memory_is_there(const char *folder)
{
    struct error ignored = ERROR_EMPTY;
    char path[FILE_PATH_SIZE];

    return file_path(folder, NAME, path, &ignored) && access(path, F_OK) == 0;
}

bool memory_open(struct memory *memory, const char *folder, struct error *err)
{
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, NAME, path, err) ||
        (access(path, F_OK) != 0 && !make(folder, path, err)))
        return false;
    return database_open(&memory->database, &gateway_database, folder, DATABASE_WRITE, err);
}

bool memory_open_read(struct memory *memory, const char *folder, struct error *err)
{
    return database_open(&memory->database, &gateway_database, folder, DATABASE_READ, err);
}

void memory_close(struct memory *memory)
{
    database_close(&memory->database);
}

static struct device *find(struct device *devices, size_t count, const char *camera)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(devices[i].camera, camera) == 0)
            return &devices[i];
    return NULL;
}

/* What the configuration says of it stays. A target of another name has no attributes yet. */
static void take_device(struct device *device, const struct device *saved)
{
    char own[DEVICE_CONTROLLER_SIZE];

    memcpy(own, device->controller, sizeof(own));
    for (size_t i = 0; i < memory_device_table.count; i++)
        memcpy((char *)device + memory_device_table.fields[i].at,
               (const char *)saved + memory_device_table.fields[i].at,
               memory_device_table.fields[i].size);
    if (!device->has_own_controller || strcmp(device->controller, own) == 0)
        return;
    memcpy(device->controller, own, sizeof(own));
    device->attributes[0] = '\0';
}

static bool load_devices(struct memory *memory, struct device *devices, size_t count,
                         struct error *err)
{
    sqlite3_stmt *statement = NULL;
    struct device saved = {.camera = ""};
    bool has_row = true, is_well = true;

    if (!table_select(&memory->database, &memory_device_table, "camera", &statement, err))
        return false;
    while (is_well && has_row) {
        struct device *device;

        is_well =
            table_next(&memory->database, &memory_device_table, statement, &saved, &has_row, err);
        device = is_well && has_row ? find(devices, count, saved.camera) : NULL;
        if (device != NULL)
            take_device(device, &saved);
    }
    (void)sqlite3_finalize(statement);
    return is_well;
}

bool memory_actions(struct memory *memory, memory_tell *tell, void *context, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    struct device_action action = {.name = ""};
    bool has_row = true, is_well = true;

    if (!table_select(&memory->database, &memory_action_table, "begun_at, name", &statement, err))
        return false;
    while (is_well && has_row) {
        is_well =
            table_next(&memory->database, &memory_action_table, statement, &action, &has_row, err);
        if (is_well && has_row)
            is_well = tell(context, &action, err);
    }
    (void)sqlite3_finalize(statement);
    return is_well;
}

struct loading {
    struct device *devices;
    size_t count;
};

/* The last one stays. */
static bool take_action(void *context, const struct device_action *action, struct error *err)
{
    const struct loading *loading = context;
    struct device *device = find(loading->devices, loading->count, action->camera);

    (void)err;
    if (device != NULL)
        device->action = *action;
    return true;
}

static void append(struct device *device, struct outbox_item *item)
{
    struct outbox_item **end = &device->outbox;

    while (*end != NULL)
        end = &(*end)->next;
    *end = item;
}

static void free_item(struct outbox_item *item)
{
    if (item != NULL)
        memory_free(&item->text);
    memory_free(&item);
}

/* An item of a camera that left the list stays in the database. */
static void take_item(struct memory *memory, const struct loading *loading,
                      struct outbox_item *item)
{
    struct device *device = find(loading->devices, loading->count, item->camera);

    if (item->number > memory->last_item)
        memory->last_item = item->number;
    if (device == NULL)
        free_item(item);
    else
        append(device, item);
}

static bool next_item(struct memory *memory, sqlite3_stmt *statement, struct outbox_item **item,
                      bool *has_row, struct error *err)
{
    void *made = NULL;

    *item = NULL;
    if (!memory_allocate(&made, sizeof(struct outbox_item), err))
        return false;
    *item = made;
    if (table_next(&memory->database, &memory_item_table, statement, *item, has_row, err) &&
        *has_row)
        return true;
    free_item(*item);
    *item = NULL;
    return !*has_row;
}

static bool load_outbox(struct memory *memory, const struct loading *loading, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    struct outbox_item *item = NULL;
    bool has_row = true, is_well = true;

    if (!table_select(&memory->database, &memory_item_table, "number", &statement, err))
        return false;
    while (is_well && has_row) {
        is_well = next_item(memory, statement, &item, &has_row, err);
        if (item != NULL)
            take_item(memory, loading, item);
    }
    (void)sqlite3_finalize(statement);
    return is_well;
}

/* As memory_take_server does in the database. */
static void forget_server(const struct memory *memory, const struct loading *loading)
{
    for (size_t i = 0; i < loading->count && memory->is_of_other_server; i++) {
        struct device *device = &loading->devices[i];

        device->attributes[0] = device->confirmation[0] = device->action.controller[0] = '\0';
    }
}

bool memory_load(struct memory *memory, struct device *devices, size_t count, struct error *err)
{
    struct loading loading = {devices, count};

    if (!load_devices(memory, devices, count, err) ||
        !memory_actions(memory, take_action, &loading, err) || !load_outbox(memory, &loading, err))
        return false;
    forget_server(memory, &loading);
    return true;
}

bool memory_add(struct memory_change *change, const struct device *device, enum outbox_kind kind,
                const char *action, char *text, struct error *err)
{
    void *made = NULL;
    struct outbox_item *item;

    if (change->count == MEMORY_ITEMS || !memory_allocate(&made, sizeof(*item), err)) {
        memory_free(&text);
        return change->count < MEMORY_ITEMS ||
               error_set(err, ERROR_INTERNAL, "internal error: too much to tell");
    }
    item = made;
    memcpy(item->camera, device->camera, sizeof(item->camera));
    memcpy(item->controller,
           kind == OUTBOX_DEPLOYMENT ? device->action.controller : device->controller,
           sizeof(item->controller));
    (void)snprintf(item->action, sizeof(item->action), "%s", action);
    item->kind = kind;
    item->text = text;
    change->items[change->count++] = item;
    return true;
}

bool memory_add_last(struct memory_change *change, const struct device *device, char *text,
                     struct error *err)
{
    if (!memory_add(change, device, OUTBOX_DEPLOYMENT, device->action.id, text, err))
        return false;
    change->items[change->count - 1]->is_final = true;
    return true;
}

static bool with_camera(struct memory *memory, const char *text, const char *camera,
                        struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (!database_prepare(&memory->database, text, &statement, err))
        return false;
    (void)sqlite3_bind_text(statement, 1, camera, -1, SQLITE_STATIC);
    return database_step(&memory->database, statement, err);
}

static bool save_rows(struct memory *memory, const struct device *device,
                      struct memory_change *change, struct error *err)
{
    struct database *database = &memory->database;

    if (!table_save(database, &memory_device_table, device, err))
        return false;
    if (!device_is_stopped(device) &&
        !with_camera(memory, "DELETE FROM accepted WHERE camera = ?1;", device->camera, err))
        return false;
    if (device->action.state != DEVICE_NO_ACTION &&
        !table_save(database, &memory_action_table, &device->action, err))
        return false;
    for (size_t i = 0; i < change->count; i++) {
        change->items[i]->number = memory->last_item + i + 1;
        if (!table_save(database, &memory_item_table, change->items[i], err))
            return false;
    }
    return true;
}

static bool save(struct memory *memory, const struct device *device, struct memory_change *change,
                 struct error *err)
{
    if (!database_begin(&memory->database, err))
        return false;
    if (save_rows(memory, device, change, err))
        return database_commit(&memory->database, err);
    database_rollback(&memory->database);
    return false;
}

bool memory_save(struct memory *memory, struct device *device, struct memory_change *change,
                 struct error *err)
{
    bool is_saved = memory->is_dry || save(memory, device, change, err);

    for (size_t i = 0; i < change->count; i++) {
        if (is_saved && !memory->is_dry)
            append(device, change->items[i]);
        else
            free_item(change->items[i]);
    }
    if (is_saved)
        memory->last_item += change->count;
    change->count = 0;
    return is_saved;
}

bool memory_sent(struct memory *memory, struct device *device, struct error *err)
{
    struct database *database = &memory->database;
    struct outbox_item *item = device->outbox;

    if (!database_begin(database, err))
        return false;
    if (!table_remove(database, &memory_item_table, item, err)) {
        database_rollback(database);
        return false;
    }
    if (!database_commit(database, err))
        return false;
    device->outbox = item->next;
    free_item(item);
    return true;
}

bool memory_accept(struct memory *memory, const char *camera, struct error *err)
{
    return with_camera(memory, "INSERT OR REPLACE INTO accepted VALUES (?1);", camera, err);
}

bool memory_is_accepted(struct memory *memory, const char *camera)
{
    struct error ignored = ERROR_EMPTY;
    sqlite3_stmt *statement = NULL;
    bool is_accepted;

    if (!database_prepare(&memory->database, "SELECT 1 FROM accepted WHERE camera = ?1;",
                          &statement, &ignored))
        return false;
    (void)sqlite3_bind_text(statement, 1, camera, -1, SQLITE_STATIC);
    is_accepted = sqlite3_step(statement) == SQLITE_ROW;
    (void)sqlite3_finalize(statement);
    return is_accepted;
}
