/* SPDX-License-Identifier: Apache-2.0 */
/* Nettle 4's base64_decode_update, which fails if the result needs more room than `size` says, on
 * Nettle 3, which only writes `size`. */
#ifndef NETTLE4_BASE64_H
#define NETTLE4_BASE64_H

#pragma GCC system_header /* the next line is an extension */
#include_next <nettle/base64.h>
#include <nettle/version.h>

#if NETTLE_VERSION_MAJOR < 4
#undef base64_decode_update
static inline int base64_decode_update(struct base64_decode_ctx *context, size_t *size,
                                       uint8_t *bytes, size_t text_size, const char *text)
{
    size_t room = *size;

    return nettle_base64_decode_update(context, size, bytes, text_size, text) && *size <= room;
}
#endif

#endif
