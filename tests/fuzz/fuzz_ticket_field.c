/* SPDX-License-Identifier: Apache-2.0 */
/* Input: a line of a camera's reply, with its end. What is kept can be sent back as one line. */
#include "target.h"

#include "ispup/remote/ticket_field.h"

#include <stdio.h>
#include <string.h>

void target_run(struct span input)
{
    static const char before[] = "1-before";
    char ticket[TICKET_FIELD_SIZE], again[TICKET_FIELD_SIZE], line[TICKET_FIELD_SIZE + 32];
    struct span kept;
    size_t at;

    memset(ticket, 'x', sizeof(ticket));
    memcpy(ticket, before, sizeof(before));
    ticket_field_note(input, ticket);
    target_expect(memchr(ticket, '\0', sizeof(ticket)) != NULL, "it fits");
    kept = span_text(ticket);
    for (size_t i = 0; i < kept.size; i++)
        target_expect(kept.data[i] == '-' || byte_is_letter(kept.data[i]) ||
                          byte_is_digit(kept.data[i]),
                      "a ticket has letters, digits and hyphens");
    target_expect(span_is(kept, before) || span_find(input, kept, &at), "it is what the line says");
    (void)snprintf(line, sizeof(line), "X-ISP-Ticket: %s\r\n", ticket);
    again[0] = '\0';
    ticket_field_note(span_text(line), again);
    target_expect(span_is(kept, again), "written again it reads the same");
}
