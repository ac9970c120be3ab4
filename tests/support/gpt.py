# SPDX-License-Identifier: Apache-2.0
"""The partition table of an eMMC or SD card: GPT, as UEFI's specification has it."""

import random
import struct
import uuid
import zlib

SECTOR = 512
ENTRIES, ENTRY_SIZE = 128, 128
TABLE_SECTORS = ENTRIES * ENTRY_SIZE // SECTOR
LINUX_DATA = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4")


def unique_id(seed):
    return uuid.UUID(int=random.Random(str(seed)).getrandbits(128), version=4)


def entry(name, at, size, seed):
    return struct.pack("<16s16sQQQ72s", LINUX_DATA.bytes_le, unique_id((seed, name, at)).bytes_le,
                       at // SECTOR, (at + size) // SECTOR - 1, 0, name.encode("utf-16-le"))


def header(here, other, table_at, sectors, table, seed):
    def packed(checksum):
        return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, checksum, 0, here, other,
                           2 + TABLE_SECTORS, sectors - TABLE_SECTORS - 2, unique_id(seed).bytes_le,
                           table_at, ENTRIES, ENTRY_SIZE, zlib.crc32(table))

    return packed(zlib.crc32(packed(0))).ljust(SECTOR, b"\0")


def write(path, partitions, seed=0):
    """Writes the table into an image of a card. `partitions`: name, offset and size in bytes."""
    sectors = path.stat().st_size // SECTOR
    table = b"".join(entry(*partition, seed) for partition in partitions).ljust(
        ENTRIES * ENTRY_SIZE, b"\0")
    protective = struct.pack("<446x B3sB3sII 48x H", 0, b"\0\2\0", 0xee, b"\xff" * 3, 1,
                             min(sectors - 1, 0xffffffff), 0xaa55)
    last = sectors - 1
    with open(path, "r+b") as file:
        file.write(protective + header(1, last, 2, sectors, table, seed) + table)
        file.seek((last - TABLE_SECTORS) * SECTOR)
        file.write(table + header(last, 1, last - TABLE_SECTORS, sectors, table, seed))
