/* SPDX-License-Identifier: Apache-2.0 */
/* The header of one part of a form: its lines, and what they say that we use. */
#ifndef PROTOCOL_PART_H
#define PROTOCOL_PART_H

#include "base/error.h"
#include "base/span.h"

struct part {
    struct span name;      /* borrowed from the header, like the file name; never empty */
    struct span file_name; /* as sent, nothing decoded; a \" stays so */
    bool has_file_name;
};

/* `head`: whole lines, each ended by CR LF, without the empty one behind them. Fields that are not
 * ours are passed over. ERROR_UPLOAD, "form: ..." (docs/protocol.md, "The form"). */
bool part_parse(struct span head, struct part *part, struct error *err) MUST_CHECK;

#endif
