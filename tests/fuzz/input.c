/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include "base/fd.h"
#include "target.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* More pieces take time and find nothing new. */
enum { PIECE_SIZES = 14, PIECES = 2000 };

unsigned input_byte(struct span *rest)
{
    unsigned byte = rest->size > 0 ? rest->data[0] : 0;

    *rest = span_from(*rest, 1);
    return byte;
}

uint64_t input_number(struct span *rest, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number |= (uint64_t)input_byte(rest) << (8 * i);
    return number;
}

struct span input_bytes(struct span *rest, size_t size)
{
    struct span bytes = span_first(*rest, size);

    *rest = span_from(*rest, size);
    return bytes;
}

struct span input_line(struct span *rest)
{
    struct span line;

    (void)span_split(rest, '\n', &line);
    return line;
}

struct span input_piece(struct span *rest)
{
    return input_bytes(rest, (size_t)input_number(rest, 2));
}

void input_fill(struct span *rest, struct packing *to)
{
    unsigned char byte = (unsigned char)input_byte(rest);
    size_t size = (size_t)input_number(rest, 3) % (INPUT_FILL_LIMIT + 1);

    packing_add_zeros(to, size);
    if (size > 0)
        memset(to->data + to->size - size, byte, size);
}

void input_cut(struct source_memory *memory, struct span bytes, unsigned way)
{
    size_t piece = input_capacity(way, (size_t)1 << (PIECE_SIZES - 1));

    while (bytes.size / piece > PIECES)
        piece *= 2;
    source_memory_open(memory, bytes, piece);
    memory->seed = way / PIECE_SIZES + 1;
}

size_t input_capacity(unsigned way, size_t most)
{
    size_t capacity = (size_t)1 << (way % PIECE_SIZES);

    return capacity < most ? capacity : most;
}

void input_file_make(struct input_file *file, struct span bytes)
{
    struct error err = ERROR_EMPTY;

    file->fd = memfd_create("input", MFD_CLOEXEC);
    target_expect(file->fd != FD_NONE && fd_write(file->fd, bytes, &err), "a file can be made");
    (void)snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
}

void input_file_close(struct input_file *file)
{
    fd_close(&file->fd);
}
