/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/flash_command.h"

#include "base/executable.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/process.h"

#include <stdlib.h>
#include <string.h>

#define ROOM (UINT64_C(1) << 40)

struct flash_command {
    struct flash flash;
    struct process_command command;
    unsigned seconds;
    char *where; /* owned */
};

static bool command_write_whole(struct flash *flash, int fd, uint64_t size, struct error *err)
{
    const struct flash_command *command = (const struct flash_command *)flash;
    struct process_outcome outcome;

    (void)size;
    if (!process_run(&command->command, NULL, fd, command->seconds, &outcome, err)) {
        err->kind = ERROR_FLASH;
        return false;
    }
    if (outcome.status != 0)
        return error_set(err, ERROR_FLASH, "%s: ended with status %d%s%s", command->where,
                         outcome.status, outcome.last_line[0] != '\0' ? ": " : "",
                         outcome.last_line);
    return true;
}

static void command_close(struct flash *flash)
{
    struct flash_command *command = (struct flash_command *)flash;

    memory_free(&command->where);
    free(command);
}

static const struct flash_operations operations = {
    .write_whole = command_write_whole,
    .close = command_close,
};

static void discard(struct flash_command **command)
{
    if (*command != NULL)
        command_close(&(*command)->flash);
    *command = NULL;
}

/* PROGRAM[,size=N] */
static bool read_where(struct flash_command *command, struct span where, struct error *err)
{
    struct span program;
    bool more = span_split(&where, ',', &program);

    if (!process_split(program, &command->command, err))
        return error_prefix(err, "bank %s", command->where);
    if (command->command.count != 1)
        return error_set(err, ERROR_CONFIGURATION, "bank %s: needs one program", command->where);
    if (more && (!span_skip(&where, "size=") ||
                 !number_parse_size(where, ROOM, &command->flash.room) || command->flash.room == 0))
        return error_set(err, ERROR_CONFIGURATION,
                         "bank %s: unknown option, known is size, such as size=2M", command->where);
    return true;
}

bool flash_command_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                        bool for_writing, struct flash **flash, struct error *err)
{
    CLEANUP(discard) struct flash_command *command = NULL;
    void *memory;

    (void)for_writing;
    if (!memory_allocate(&memory, sizeof(*command), err))
        return false;
    command = memory;
    command->where = strdup(bank_name);
    if (command->where == NULL)
        return error_set(err, ERROR_INTERNAL, "internal error: no memory");
    command->seconds = opener->command_seconds;
    command->flash = (struct flash){.operations = &operations,
                                    .room = ROOM,
                                    .block = FLASH_COMMAND_BLOCK,
                                    .where = command->where};
    if (!read_where(command, where, err) ||
        !executable_check(command->command.arguments[0], ERROR_FLASH, err))
        return false;
    *flash = &command->flash;
    command = NULL;
    return true;
}
