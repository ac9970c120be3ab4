/* SPDX-License-Identifier: Apache-2.0 */
#include "update/family.h"

bool family_is_single(enum command_family family, enum component *which)
{
    static const struct single {
        enum command_family family;
        enum component which;
    } singles[] = {
        {FAMILY_FIRMWARE, COMPONENT_FIRMWARE},
        {FAMILY_DEVICE_RESOURCE, COMPONENT_DEVICE_RESOURCE},
        {FAMILY_HARDWARE, COMPONENT_HARDWARE},
    };

    for (size_t i = 0; i < COUNT_OF(singles); i++)
        if (singles[i].family == family) {
            *which = singles[i].which;
            return true;
        }
    return false;
}
