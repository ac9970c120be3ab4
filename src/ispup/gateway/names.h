/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of the names by which cameras and actions are known. */
#ifndef ISPUP_GATEWAY_NAMES_H
#define ISPUP_GATEWAY_NAMES_H

enum {
    DEVICE_CAMERA_SIZE = 640,     /* a camera's address as it is in the list */
    DEVICE_CONTROLLER_SIZE = 128, /* of hawkBit: printable ASCII */
    DEVICE_ACTION_SIZE = 40,
    DEVICE_STATE_SIZE = 24,
    DEVICE_CODE_SIZE = 32,
    DEVICE_FILE_SIZE = 256,
    DEVICE_KEY_SIZE = 80, /* of a file in the cache */
};

#endif
