/* SPDX-License-Identifier: Apache-2.0 */
/* `X-ISP-Ticket` in a camera's reply: sent back, it spares the camera a hash of the password
 * (docs/protocol.md, "Who may send stage 3"). */
#ifndef ISPUP_REMOTE_TICKET_FIELD_H
#define ISPUP_REMOTE_TICKET_FIELD_H

#include "base/span.h"

enum { TICKET_FIELD_SIZE = 128 };

/* `line`: one of the reply's head, with its end. Unless it holds a ticket of letters, digits and
 * hyphens that fits, `ticket` stays as it is. */
void ticket_field_note(struct span line, char ticket[TICKET_FIELD_SIZE]);

#endif
