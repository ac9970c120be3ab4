/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/remote/ticket_field.h"

static bool is_ticket(struct span value)
{
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] != '-' && !byte_is_letter(value.data[i]) && !byte_is_digit(value.data[i]))
            return false;
    return value.size > 0 && value.size < TICKET_FIELD_SIZE;
}

void ticket_field_note(struct span line, char ticket[TICKET_FIELD_SIZE])
{
    struct span name, value;

    (void)span_split(&line, '\n', &value);
    value = span_trim(value, '\r');
    if (!span_split(&value, ':', &name) || !span_same_letters(name, span_text("X-ISP-Ticket")))
        return;
    value = span_trim(value, ' ');
    if (is_ticket(value))
        (void)!span_copy(value, ticket, TICKET_FIELD_SIZE);
}
