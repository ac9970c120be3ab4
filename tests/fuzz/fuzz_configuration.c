/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a configuration, read as the camera's programs read it and as ispupd does. */
#include "target.h"

#include "base/memory.h"
#include "camera/configuration.h"
#include "input.h"

static void expect_path(const char *path)
{
    struct span text = span_text(path);

    target_expect(text.size < FILE_PATH_SIZE, "a path fits");
    target_expect(text.size == 0 || text.data[0] == '/', "a path is absolute");
}

static void expect_command(const struct process_command *command)
{
    target_expect(command->count <= PROCESS_ARGUMENTS && command->arguments[command->count] == NULL,
                  "a command's words end");
    if (command->count > 0)
        expect_path(command->arguments[0]);
}

static void expect_banks(const struct configuration *configuration)
{
    unsigned count = 0;

    for (size_t i = 0; i < COMPONENT_COUNT; i++) {
        target_expect(configuration->flash[i].count <= 2, "a component has at most two banks");
        count += configuration->flash[i].count;
    }
    target_expect(count > 0, "there is flash");
}

static void expect_whole(const struct configuration *configuration)
{
    expect_path(configuration->platform_file);
    expect_path(configuration->accounts);
    expect_path(configuration->work);
    expect_path(configuration->run);
    expect_path(configuration->boot_id_file);
    expect_path(configuration->live);
    expect_path(configuration->saved);
    expect_path(configuration->keys);
    expect_command(&configuration->activate);
    expect_command(&configuration->hold);
    expect_command(&configuration->release);
    expect_command(&configuration->probe);
    expect_command(&configuration->save_command);
    expect_command(&configuration->restart.command);
    expect_banks(configuration);
    target_expect(!configuration->signature_required || configuration->keys[0] != '\0',
                  "where a signature is required there are keys");
    target_expect((configuration->platform[0] == '\0') != (configuration->platform_file[0] == '\0'),
                  "the platform comes from one place");
}

void target_run(struct span input)
{
    CLEANUP(input_file_close) struct input_file file;
    CLEANUP(memory_free) void *memory = NULL;
    struct error err = ERROR_EMPTY;
    struct configuration *configuration;

    input_file_make(&file, input);
    target_expect(memory_allocate(&memory, sizeof(*configuration), &err), "there is memory");
    configuration = memory;
    if (configuration_read_server(file.path, false, configuration, &err))
        expect_path(configuration->programs);
    else
        target_expect_reason(&err);
    if (configuration_read(file.path, false, configuration, &err))
        expect_whole(configuration);
    else
        target_expect_reason(&err);
}
