/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/identity.h"

#include "base/file.h"
#include "base/memory.h"
#include "camera/linux/network.h"

enum { FILE_LIMIT = IDENTITY_SIZE + 1 };

bool identity_is(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (!byte_is_letter(text.data[i]) && !byte_is_digit(text.data[i]) &&
            !span_has(span_text(":._-"), text.data[i]))
            return false;
    return text.size > 0 && text.size <= IDENTITY_SIZE;
}

bool identity_is_address(struct span text)
{
    return network_is_address(text);
}

static bool read_file(const char *path, char text[IDENTITY_SIZE + 1], struct error *err)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct span line;
    size_t size;

    if (!file_read(path, FILE_LIMIT, &data, &size, err)) {
        err->kind = ERROR_CONFIGURATION;
        return error_prefix(err, "id-file");
    }
    line = span_of(data, size);
    if (size > 0 && data[size - 1] == '\n')
        line.size--;
    if (!identity_is(line))
        return error_set(err, ERROR_CONFIGURATION, "id-file %s: must hold 1 to %d of A-Za-z0-9:._-",
                         path, IDENTITY_SIZE);
    return span_copy(line, text, IDENTITY_SIZE + 1);
}

bool identity_read(const struct identity_sources *sources, char text[IDENTITY_SIZE + 1],
                   struct error *err)
{
    text[0] = '\0';
    if (sources->id[0] != '\0')
        return span_copy(span_text(sources->id), text, IDENTITY_SIZE + 1);
    if (sources->file[0] != '\0')
        return read_file(sources->file, text, err);
    if (!network_address(sources->network, text))
        text[0] = '\0';
    return true;
}
