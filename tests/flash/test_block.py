# SPDX-License-Identifier: Apache-2.0
"""Banks in partitions of a block device, as on an eMMC or SD card: here of a loop device."""

import os
import subprocess

import pytest
from doctor_lines import doctor
from flash_bytes import firmware, runs
from loop_device import Loop

MEGABYTE = 1 << 20
SIZE = 300_000  # five blocks of 64 KiB
BLOCKS = 5
ROOM = MEGABYTE // 2


@pytest.fixture
def card(tmp_path):
    """Makes a card with two partitions; it ends with the test."""
    made = []

    def make(*options):
        file = tmp_path / "card"
        file.write_bytes(b"\x5a" * 4 * MEGABYTE)
        made.append(Loop(file, *options, partitions=[(MEGABYTE, ROOM), (2 * MEGABYTE, ROOM)]))
        return made[-1]

    yield make
    for loop in made:
        loop.close()


@pytest.fixture
def bytes_at(tmp_path):
    def read(number, size=SIZE):
        with open(tmp_path / "card", "rb") as file:
            file.seek(number * MEGABYTE)
            return file.read(size)

    return read


@pytest.fixture
def update(install):
    def upload(camera, version, **options):
        assert install(camera, version, size=SIZE, **options) == "OK\n"
        assert camera.restart().returncode == 0
        assert runs(camera, version)

    return upload


def refused(camera):
    """The doctor's errors about the flash."""
    return [line for line in doctor(camera) if line.startswith("error: flash: ")]


def test_two_partitions_take_turns(card, camera_with, update, bytes_at):
    loop = card()
    camera = camera_with(f"block:{loop.partition(1)} block:{loop.partition(2)}")
    around = bytes_at(0, MEGABYTE), bytes_at(3, MEGABYTE)
    for number, version in enumerate(("V1.00.00", "V1.01.00", "V1.02.00"), 1):
        update(camera, version)
        assert bytes_at(1 + number % 2) == firmware(version, SIZE)
    assert bytes_at(1) == firmware("V1.01.00", SIZE)
    assert (bytes_at(0, MEGABYTE), bytes_at(3, MEGABYTE)) == around
    assert bytes_at(2, ROOM)[BLOCKS << 16:] == b"\x5a" * (ROOM - (BLOCKS << 16))
    assert camera.active("firmware") == f"1 block:{loop.partition(2)}"
    assert not refused(camera)
    assert camera.command("rollback").stdout == b"rolled back\n"


def test_one_partition_goes_forth_and_back(card, camera_with, update, install, bytes_at):
    camera = camera_with(f"block:{card().partition(2)}")
    update(camera, "V1.00.00")
    assert install(camera, "V1.01.00", size=SIZE) == "OK\n"
    assert bytes_at(2) == firmware("V1.01.00", SIZE)
    assert camera.command("rollback").stdout == b"rolled back\n"
    assert bytes_at(2) == firmware("V1.00.00", SIZE)


def test_only_blocks_that_differ_are_written(card, camera_with, update, bytes_at):
    camera = camera_with(f"block:{card().partition(1)}")
    update(camera, "V1.00.00")
    update(camera, "V1.00.00")
    assert camera.status()["ISP_BLOCKS"] == f"0/{BLOCKS + 1}"
    other = bytearray(firmware("V1.00.00", SIZE))
    other[200_000] ^= 1
    update(camera, "V1.01.00", content=other)
    assert camera.status()["ISP_BLOCKS"] == f"1/{BLOCKS}"
    assert bytes_at(1) == other


def test_an_image_that_does_not_fit_is_refused(card, camera_with, install):
    camera = camera_with(f"block:{card().partition(1)}")
    assert str(ROOM) in install(camera, "V1.00.00", size=ROOM + 1)
    assert install(camera, "V1.00.00", size=ROOM) == "OK\n"


def check_is_refused(camera, install, bytes_at, text):
    before = bytes_at(1, ROOM)
    [line] = refused(camera)
    assert text in line and not line.endswith("this user the right to write it"), line
    assert text in install(camera, "V1.00.00", size=SIZE)
    assert bytes_at(1, ROOM) == before


def test_a_whole_disk_with_partitions_is_refused(card, camera_with, install, bytes_at):
    loop = card()
    camera = camera_with(f"block:{loop.path}")
    check_is_refused(camera, install, bytes_at,
                     f"{loop.path} has partitions: name one of them, such as {loop.path}p")


def test_a_read_only_device_is_refused(card, camera_with, install, bytes_at):
    camera = camera_with(f"block:{card('--read-only').partition(1)}")
    check_is_refused(camera, install, bytes_at, "p1 is read-only: is it write-protected?")


def test_a_device_that_is_held_is_refused(card, camera_with, install, bytes_at):
    partition = card().partition(1)
    camera = camera_with(f"block:{partition}")
    holder = os.open(partition, os.O_RDWR | os.O_EXCL)
    try:
        check_is_refused(camera, install, bytes_at, "p1 is in use: it, its disk or one of its")
    finally:
        os.close(holder)
    assert not refused(camera)


def test_a_mounted_device_is_refused_and_says_where(card, camera_with, tmp_path):
    partition = card().partition(1)
    camera = camera_with(f"block:{partition}")
    (tmp_path / "mounted").mkdir()
    assert subprocess.run(["mke2fs", "-q", partition]).returncode == 0
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", 'mount "$1" "$2" && shift 2 && exec "$@"', "sh", partition,
         tmp_path / "mounted", camera.build / "src/ispup-camera/ispup-camera", "-c",
         camera.configuration, "doctor"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert f"{partition} is mounted at {tmp_path}/mounted: name another one" in done.stdout.decode()


def test_two_paths_of_one_device_are_one_place(card, camera_with, tmp_path):
    partition = card().partition(1)
    (tmp_path / "isp").symlink_to(partition)
    [line] = refused(camera_with(f"block:{tmp_path}/isp block:{partition}"))
    assert "firmware 0 and firmware 1 are the same place" in line


@pytest.mark.parametrize("where, text", [
    ("PARTLABEL=isp-none", "no partition has this name: correct it, or load the driver"),
    ("PARTUUID=00000000-0000-4000-8000-000000000000", "no partition has this name"),
    ("/dev/null", "/dev/null is no block device such as /dev/mmcblk0p3"),
    ("/dev/isp-none", "cannot open /dev/isp-none: No such file or directory"),
])
def test_what_is_no_block_device_is_told(camera_with, where, text):
    [line] = refused(camera_with(f"block:{where}"))
    assert f"firmware 0: bank block:{where}: {text}" in line
