# SPDX-License-Identifier: Apache-2.0
"""A file as a block device with partitions. Skipped, with the reason, if the machine has none."""

import ctypes
import fcntl
import os
import struct
import subprocess
from pathlib import Path

import pytest

BLKPG, ADD, DELETE = 0x1269, 1, 2  # <linux/blkpg.h>


def run(*command):
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Loop:
    """`partitions`: offset and size in bytes of each."""

    def __init__(self, file, *options, partitions=()):
        if os.geteuid() != 0:
            pytest.skip("only root can make a loop device")
        try:
            done = run("losetup", "--find", "--show", "--partscan", *options, file)
        except FileNotFoundError:
            pytest.skip("no losetup here")
        if done.returncode != 0:
            pytest.skip(f"no loop devices here: {done.stdout.decode().strip()}")
        self.path = Path(done.stdout.decode().strip())
        self.count = len(partitions)
        try:
            for number, partition in enumerate(partitions, 1):
                self.change(ADD, number, *partition)
        except OSError as error:
            run("losetup", "--detach", self.path)
            pytest.skip(f"no partitions on a loop device here: {error}")

    def change(self, action, number, at=0, size=0):
        partition = ctypes.create_string_buffer(struct.pack("@qqi64s64s4x", at, size, number, b"", b""))
        request = struct.pack("@iiiP", action, 0, len(partition) - 1, ctypes.addressof(partition))
        fd = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, BLKPG, request)
        finally:
            os.close(fd)

    def close(self):
        for number in range(1, self.count + 1):
            self.change(DELETE, number)
        assert run("losetup", "--detach", self.path).returncode == 0

    def partition(self, number):
        path = Path(f"{self.path}p{number}")
        if not path.exists():
            pytest.skip("this machine makes no devices for the partitions of a loop device")
        return path
