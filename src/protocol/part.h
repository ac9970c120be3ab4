/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the header of one part of a form. */
#ifndef PROTOCOL_PART_H
#define PROTOCOL_PART_H

#include "base/error.h"
#include "base/span.h"

struct part {
    struct span name;      /* borrowed from the header, like file_name; never empty */
    struct span file_name; /* as sent, nothing decoded; a \" is kept */
    bool has_file_name;
    bool is_encoded; /* Content-Transfer-Encoding is another than binary, 8bit or 7bit */
};

/* `head` is whole lines, each ended by CR LF, without the empty line after them. Unknown fields are
 * ignored. ERROR_UPLOAD, "form: ..." (docs/protocol.md, "The form"). */
bool part_parse(struct span head, struct part *part, struct error *err) MUST_CHECK;

#endif
