/* SPDX-License-Identifier: Apache-2.0 */
/* One request to a camera that replays a recording, and its reply. */
#ifndef ISPUP_SIMULATE_REPLAYED_H
#define ISPUP_SIMULATE_REPLAYED_H

#include "ispup/record/recording.h"

#include <stdatomic.h>

/* What the processes of one camera share. */
struct simulate_replayed {
    _Atomic uint64_t uploaded_at;      /* clock_milliseconds; 0: no upload yet */
    bool has_replied[RECORDING_LIMIT]; /* for each entry */
};

/* Reads a request from the connection and replies like the recording; then returns. `authority`:
 * 127.0.0.1:PORT of the camera. */
void simulate_replayed_serve(int host, const struct recording *recording,
                             struct simulate_replayed *shared, const char *authority);

#endif
