# SPDX-License-Identifier: Apache-2.0
"""Banks in mtd partitions that FUSE simulates: the driver is the one that opens /dev/mtdN in a
camera. Skipped if the machine cannot mount FUSE."""

import pytest
from exchange import Ispupd
from flash_bytes import firmware, runs
from flash_mount import CannotMount, FlashMount
from upload import upload_request

SIZE = 100_000
BLOCK = 16384
BLOCKS = 7
NOR, NAND = "nor:256K:16K:1", "nand:256K:16K:2K"


@pytest.fixture
def flash(build, tmp_path):
    """Mounts chips, and unmounts them after the test."""
    mounted = []

    def mount(*chips):
        try:
            mounted.append(FlashMount(build, tmp_path / "flash", *chips))
        except CannotMount as why:
            pytest.skip(str(why))
        return mounted[0]

    yield mount
    for one in mounted:
        one.close()


@pytest.fixture
def made(flash, camera_with):
    """A camera and its chips, one for each bank."""

    def make(*chips, isp=""):
        mounted = flash(*chips)
        banks = (f"mtd:{mounted.device(number)}" for number in range(len(chips)))
        return camera_with(" ".join(banks), isp=isp), mounted

    return make


@pytest.fixture
def update(install):
    """An upload that must succeed, and its first boot."""

    def upload(camera, version):
        assert install(camera, version, size=SIZE) == "OK\n"
        assert camera.restart().returncode == 0
        assert runs(camera, version)

    return upload


def bytes_of(version):
    return firmware(version, SIZE)


@pytest.mark.parametrize("chip", [NOR, NAND])
def test_two_banks_take_turns(made, update, chip):
    camera, flash = made(chip, chip)
    for number, version in enumerate(("V1.00.00", "V1.01.00", "V1.02.00"), 1):
        before = flash.device(1 - number % 2).read_bytes()
        update(camera, version)
        assert flash.holds(number % 2, bytes_of(version))
        assert flash.device(1 - number % 2).read_bytes() == before
    assert flash.count(0, "twice") == flash.count(1, "twice") == 0
    assert camera.command("rollback").stdout == b"rolled back\n"
    assert camera.active("firmware") == f"0 mtd:{flash.device(0)}"


@pytest.mark.parametrize("chip", [NOR, NAND])
def test_one_bank_goes_forth_and_back(made, update, install, chip):
    camera, flash = made(chip)
    update(camera, "V1.00.00")
    assert install(camera, "V1.01.00", size=SIZE) == "OK\n"
    assert flash.holds(0, bytes_of("V1.01.00"))
    assert camera.command("rollback").stdout == b"rolled back\n"
    assert flash.holds(0, bytes_of("V1.00.00"))
    assert flash.count(0, "twice") == 0


def test_only_what_differs_is_written(made, update, install, workshop):
    camera, flash = made(NOR)
    update(camera, "V1.00.00")
    flash.tell(0, "count")
    update(camera, "V1.00.00")
    assert camera.status()["ISP_BLOCKS"] == f"0/{BLOCKS + 1}"
    assert flash.count(0, "erased") == flash.count(0, "programmed") == 0
    same_but_one = bytearray(bytes_of("V1.00.00"))
    same_but_one[3 * BLOCK + 7] ^= 0x10
    assert install(camera, "V1.01.00", content=same_but_one) == "OK\n"
    assert (flash.count(0, "erased"), flash.count(0, "programmed")) == (1, BLOCK)
    assert flash.holds(0, same_but_one)


# Erased pages at the end are not programmed.
LAST = -(-SIZE // 256) * 256
CUTS = ["cut-at-byte 1", "cut-at-byte 16384", "cut-at-byte 40001", f"cut-at-byte {LAST}",
        "cut-at-erase 1", "cut-at-erase 5"]


@pytest.mark.parametrize("chip", [NOR, NAND])
@pytest.mark.parametrize("cut", CUTS)
def test_a_cut_in_the_only_bank_is_ended_by_recover(made, update, install, chip, cut):
    camera, flash = made(chip)
    update(camera, "V1.00.00")
    flash.tell(0, cut)
    assert "OK" not in install(camera, "V1.01.00", size=SIZE)
    flash.tell(0, "power-on")
    assert b"update 2 was writing: new image starts, on trial" in camera.restart().stdout
    assert flash.holds(0, bytes_of("V1.01.00"))
    assert runs(camera, "V1.01.00")
    assert flash.count(0, "twice") == 0


@pytest.mark.parametrize("cut", CUTS)
def test_a_cut_in_the_spare_bank_drops_the_update(made, update, install, cut):
    camera, flash = made(NAND, NAND)
    update(camera, "V1.00.00")
    in_use = flash.device(1).read_bytes()
    flash.tell(0, cut)
    assert "OK" not in install(camera, "V1.01.00", size=SIZE)
    flash.tell(0, "power-on")
    flash.tell(1, "power-on")
    assert b"dropped an update that was not committed" in camera.restart().stdout
    assert flash.device(1).read_bytes() == in_use
    assert camera.active("firmware") == f"1 mtd:{flash.device(1)}"
    update(camera, "V1.01.00")
    assert flash.holds(0, bytes_of("V1.01.00"))


def test_a_cut_in_a_rollback_is_ended_by_recover(made, update):
    camera, flash = made(NOR)
    update(camera, "V1.00.00")
    update(camera, "V1.01.00")
    flash.tell(0, "cut-at-byte 30000")
    assert camera.command("rollback", check=False).returncode == -9
    flash.tell(0, "power-on")
    assert b"rolled back to the image before" in camera.restart().stdout
    assert flash.holds(0, bytes_of("V1.00.00"))
    assert camera.status()["ISP_VERSION"] == "V1.00.00"


def test_the_log_tells_what_was_unlocked(made, install):
    camera, flash = made(NOR)
    flash.tell(0, "tells-locks", "lock 0", "lock 6")
    assert install(camera, "V1.00.00", size=SIZE) == "OK\n"
    assert f"mtd:{flash.device(0)}: was locked, and is unlocked at 0x0\n" in \
        (camera.folder / "ram/run/log").read_text()


def test_blocks_that_go_bad_are_told_and_passed_over(made, update):
    camera, flash = made(NAND)
    flash.tell(0, "bad 1")
    update(camera, "V1.00.00")
    flash.tell(0, "program-fails 3")
    update(camera, "V1.01.00")
    content = flash.device(0).read_bytes()
    blocks = [content[at * BLOCK:(at + 1) * BLOCK] for at in (0, 2, 4, 5, 6, 7, 8)]
    assert b"".join(blocks)[:SIZE] == bytes_of("V1.01.00")
    assert flash.count(0, "twice") == 0
    # The next image finds the bank in its present state.
    update(camera, "V1.01.00")
    assert camera.status()["ISP_BLOCKS"] == f"0/{BLOCKS + 1}"


def test_the_same_image_mends_what_was_read_with_an_effort(made, update):
    camera, flash = made(NAND)
    update(camera, "V1.00.00")
    flash.tell(0, "weak 2")
    update(camera, "V1.00.00")
    assert camera.status()["ISP_BLOCKS"] == f"1/{BLOCKS + 1}"
    flash.tell(0, "unreadable 4")
    update(camera, "V1.00.00")
    assert flash.holds(0, bytes_of("V1.00.00"))


def test_a_factory_s_damaged_bank_can_be_updated(made, update):
    camera, flash = made(NAND)
    flash.tell(0, "unreadable 5")
    update(camera, "V1.00.00")
    log = (camera.folder / "work").parent / "ram/run/log"
    assert flash.holds(0, bytes_of("V1.00.00")), log.read_text()


def test_flash_that_fails_is_told_with_its_address(made, update, workshop):
    camera, flash = made(NOR, NOR)
    update(camera, "V1.00.00")
    flash.tell(0, "erase-fails 2")
    with Ispupd(camera) as server:
        image = workshop.image("V1.01.00", firmware=SIZE)
        reply = server.exchange(upload_request(image, "V1.01.00"))
    told = f"ERROR: firmware: mtd:{flash.device(0)}: erasing at 0x8000: Input/output error"
    assert reply.body.decode().startswith(told[:180])
    camera.settle()
    assert camera.status()["ISP_VERSION"] == "V1.00.00"
    assert not camera.was_asked_to_restart()


def test_the_doctor_opens_each_bank(made, update):
    camera, flash = made(NOR, NAND)
    flash.tell(1, "bad 3")
    update(camera, "V1.00.00")
    said = camera.command("doctor", check=False).stdout.decode()
    assert f"ok: flash: firmware 0: mtd:{flash.device(0)}: 262144 bytes\n" in said
    assert f"ok: flash: firmware 1: mtd:{flash.device(1)}: 245760 bytes\n" in said
    flash.tell(1, "unreadable 2")
    assert "more bits are wrong than can be corrected" in \
        camera.command("doctor", check=False).stdout.decode()


@pytest.fixture
def adopted(made):
    """A camera that a factory has adopted: its spare bank is blank."""

    def make(chip):
        camera, flash = made(chip, chip)
        assert b"adopted" in camera.command("adopt", "--factory").stdout
        return camera, flash

    return make


@pytest.mark.parametrize("chip", [NOR, NAND])
def test_a_blank_bank_is_not_erased_once(adopted, update, chip):
    camera, flash = adopted(chip)
    update(camera, "V1.00.00")
    assert flash.holds(1, bytes_of("V1.00.00"))
    assert flash.count(1, "erased") == 0
    update(camera, "V1.01.00")
    update(camera, "V1.02.00")
    assert flash.holds(1, bytes_of("V1.02.00"))
    assert flash.count(1, "erased") == BLOCKS


@pytest.mark.parametrize("chip", [NOR, NAND])
def test_what_a_cut_left_half_erased_is_erased_whole(adopted, update, install, chip):
    camera, flash = adopted(chip)
    flash.tell(1, "cut-at-byte 1")
    assert "OK" not in install(camera, "V1.00.00", size=SIZE)
    flash.tell(0, "power-on")
    flash.tell(1, "power-on", *(f"weak-erase {block}" for block in range(BLOCKS)))
    camera.restart()
    update(camera, "V1.00.00")
    assert flash.count(1, "erased") == BLOCKS
    for _ in range(3):
        assert flash.holds(1, bytes_of("V1.00.00"))
