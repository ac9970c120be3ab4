/* SPDX-License-Identifier: Apache-2.0 */
/* The hardware address of the camera's network device, as sysfs shows it. */
#ifndef CAMERA_LINUX_NETWORK_H
#define CAMERA_LINUX_NETWORK_H

#include "base/span.h"

#define NETWORK_FOLDER "/sys/class/net"

enum { NETWORK_ADDRESS_SIZE = 17 };

/* `00:0f:7c:00:00:01`, of eth0; without an eth0, of the network device with the lowest index that
 * has a device of its own. False if that device has no permanent address: then the address is no
 * identity. `folder` is NETWORK_FOLDER, except in tests. */
bool network_address(const char *folder, char address[NETWORK_ADDRESS_SIZE + 1]) MUST_CHECK;

/* Whether a text has the form of such an address. */
bool network_is_address(struct span text);

#endif
