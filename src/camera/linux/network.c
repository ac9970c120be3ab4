/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/linux/network.h"

#include "camera/linux/sysfs.h"

#include <dirent.h>

enum { MULTICAST = 1, LOCALLY_ADMINISTERED = 2 };

static unsigned hex_value(unsigned char byte)
{
    return byte_is_digit(byte) ? (unsigned)(byte - '0') : (unsigned)((byte | 0x20) - 'a' + 10);
}

static bool is_hex(unsigned char byte)
{
    return byte_is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

bool network_is_address(struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        if (i % 3 == 2 ? text.data[i] != ':' : !is_hex(text.data[i]))
            return false;
    return text.size == NETWORK_ADDRESS_SIZE;
}

/* Made by the hardware's vendor: neither zero, nor multicast, nor locally administered. */
static bool is_of_vendor(struct span address)
{
    unsigned first, all = 0;

    if (!network_is_address(address))
        return false;
    first = hex_value(address.data[1]);
    for (size_t i = 0; i < address.size; i++)
        all |= i % 3 == 2 ? 0 : hex_value(address.data[i]);
    return all != 0 && (first & (MULTICAST | LOCALLY_ADMINISTERED)) == 0;
}

/* The lowest index of a device that is hardware: not a bridge, a tunnel or the loopback. */
static bool find_device(const char *folder, char device[SYSFS_VALUE_SIZE])
{
    DIR *list = opendir(folder);
    uint64_t lowest = UINT32_MAX;
    struct dirent *entry;

    while (list != NULL && (entry = readdir(list)) != NULL) {
        uint64_t index;

        if (entry->d_name[0] != '.' && sysfs_has(folder, entry->d_name, "device") &&
            sysfs_number(folder, entry->d_name, "ifindex", &index) && index < lowest &&
            span_copy(span_text(entry->d_name), device, SYSFS_VALUE_SIZE))
            lowest = index;
    }
    if (list != NULL)
        (void)closedir(list);
    return lowest < UINT32_MAX;
}

bool network_address(const char *folder, char address[NETWORK_ADDRESS_SIZE + 1])
{
    char device[SYSFS_VALUE_SIZE] = "eth0";
    char type[SYSFS_VALUE_SIZE], text[SYSFS_VALUE_SIZE];
    struct span value;

    if (!sysfs_has(folder, device, "address") && !find_device(folder, device))
        return false;
    if (!span_is(sysfs_read(folder, device, "addr_assign_type", type), "0"))
        return false;
    value = sysfs_read(folder, device, "address", text);
    return is_of_vendor(value) && span_copy(value, address, NETWORK_ADDRESS_SIZE + 1);
}
