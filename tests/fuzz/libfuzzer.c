/* SPDX-License-Identifier: Apache-2.0 */
/* What libFuzzer calls, by the name that it looks for. */
#include "target.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target_run(span_of(data, size));
    return 0;
}
