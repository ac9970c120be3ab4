/* SPDX-License-Identifier: Apache-2.0 */
/* The function that libFuzzer calls; libFuzzer prescribes its name. */
#include "target.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    target_run(span_of(data, size));
    return 0;
}
