# SPDX-License-Identifier: Apache-2.0
"""The example of docs/porting.md with UBI: the kernel's own UBI, on its simulation of NAND."""

import hashlib
import os
import random

import pytest
from pages import Example
from played import Played
from product import BROKEN, SIZES
from sending import Sending

EXAMPLE = Example("NAND with UBI")
BLOCKS = 300  # of 16 KiB
SEED = os.environ.get("SEED") or str(random.randrange(1 << 32))
ONE_BANK = "firmware = ubi:ubi0:isp-a"
TWO_BANKS = "firmware = ubi:ubi0:isp-a ubi:ubi0:isp-b"
BY_NUMBER = "firmware = ubi:ubi0:0"


class Ubi(Played):
    """New volumes on new NAND for each test."""

    def begin(self, flash=EXAMPLE.flash, rows=EXAMPLE.rows):
        self.board.do(f"""
            while read -r module; do
                case $module in
                *nandsim*) insmod $module first_id_byte=0x20 second_id_byte=0x33 parts={BLOCKS} ;;
                *) insmod $module || grep -q ^ubi /proc/modules ;;
                esac
            done </modules/ubi
            ubi attach $(sed -n 's/^mtd\\([0-9]*\\): .*"NAND simulator partition 0"$/\\1/p' /proc/mtd)
            """ + "\n".join(f"ubi make {' '.join(row)}" for row in rows))
        self.configure(flash)

    def end(self):
        self.board.run("ubi detach; rmmod nandsim")

    def volume(self, name):
        """Its folder in sysfs has the same name as its device."""
        return self.board.do(f"grep -lx {name} /sys/class/ubi/ubi0_*/name").split("/")[4]

    def holds(self, name, component):
        size = len(component)
        found = self.board.do(f"head -c {size} /dev/{self.volume(name)} | sha256sum").split()[0]
        return found == hashlib.sha256(component).hexdigest()

    def fact(self, name, which):
        return self.board.do(f"cat /sys/class/ubi/{self.volume(name)}/{which}").strip()


@pytest.fixture(scope="module")
def module_board(stock, tmp_path_factory):
    with stock.running("two-banks", tmp_path_factory.mktemp("ubi") / "board") as board:
        yield board


@pytest.fixture
def ubi(module_board):
    made = Ubi(module_board)
    yield made
    made.end()


def check_installs(ubi, image, bank):
    assert ubi.board.upload(image) == "OK\n"
    assert ubi.restart() == "confirmed\n"
    assert ubi.board.run("ispup-camera active firmware").startswith(f"{bank} ")
    for name, component in zip((("isp-a", "isp-b")[bank], "isp-dev", "isp-hw"), SIZES):
        assert ubi.holds(name, image.components[component]), name
    assert ubi.board.status()["ISP_IMAGE_SHA256"] == image.digest


def test_images_go_into_the_volumes_of_the_example(ubi, products):
    ubi.begin()
    first, second = products.image("V4.00.00"), products.image("V4.01.00")
    check_installs(ubi, first, 1)
    assert ubi.fact("isp-b", "data_bytes") == str(SIZES["firmware"])
    check_installs(ubi, second, 0)
    assert ubi.holds("isp-b", first.components["firmware"])
    blocks = ubi.board.status()["ISP_BLOCKS"].split("/")[1]
    assert ubi.board.upload(second) == "OK\n"
    ubi.restart()
    assert ubi.board.status()["ISP_BLOCKS"] == f"0/{blocks}"
    told = ubi.board.run("ispup-camera doctor")
    assert told.count("ok: flash: ") == 4 and "error" not in told, told


def test_an_image_that_makes_no_pictures_leaves_the_other_volume(ubi, products):
    ubi.begin(TWO_BANKS, [("isp-a", "dynamic", "1100000"), ("isp-b", "dynamic", "1100000")])
    sizes = {"firmware": SIZES["firmware"]}
    good = products.image("V4.00.00", sizes=sizes)
    broken = products.image("V4.01.00", begin=BROKEN, sizes=sizes)
    assert ubi.board.upload(good) == "OK\n"
    assert ubi.restart() == "confirmed\n"
    assert ubi.board.upload(broken) == "OK\n"
    assert ubi.restart() == "rolled back\n"
    assert ubi.board.status()["ISP_STATE"] == "rolled-back"
    assert ubi.board.run("ispup-camera active firmware") == "1 ubi:ubi0:isp-b\nexit 0\n"
    assert ubi.holds("isp-b", good.components["firmware"])
    large = ubi.board.upload(products.image("V4.02.00", sizes={"firmware": 1200000}))
    assert large.startswith("ERROR: ") and "1200000" in large


def test_a_volume_whose_update_was_cut_is_an_unknown_bank(ubi, products):
    ubi.begin(ONE_BANK, EXAMPLE.rows[:1])
    assert "exit 137" in ubi.board.run("ubi tear /dev/ubi0_0")
    assert ubi.fact("isp-a", "upd_marker") == "1"
    told = ubi.board.run("ispup-camera adopt")
    assert told.endswith("exit 0\n") and "its last update was not finished" not in told, told
    image = products.image("V4.00.00", sizes={"firmware": SIZES["firmware"]})
    assert ubi.board.upload(image) == "OK\n"
    assert ubi.restart() == "confirmed\n"
    assert ubi.holds("isp-a", image.components["firmware"])
    ubi.board.run("ubi tear /dev/ubi0_0")
    told = ubi.board.run("ispup-camera doctor")
    assert "error: flash: firmware 0: ubi:ubi0:isp-a: its last update was not finished" in told
    assert ubi.board.upload(image) == "OK\n"
    ubi.restart()
    assert ubi.holds("isp-a", image.components["firmware"])


def begin_with_three_images(ubi, products, flash, rows):
    """The first of the images is installed."""
    ubi.begin(flash, rows)
    images = [products.image(f"V4.0{i}.00", sizes={"firmware": SIZES["firmware"]}) for i in range(3)]
    assert ubi.board.upload(images[0]) == "OK\n"
    assert ubi.restart() == "confirmed\n"
    return images


def check_takes(ubi, image):
    assert ubi.board.upload(image) == "OK\n"
    assert ubi.restart() == "confirmed\n"
    assert ubi.holds("isp-a", image.components["firmware"])


def kill_in_the_update_of(ubi, volume, image):
    """Sends the image. Kills its processes when the kernel has set the volume's update marker."""
    with Sending(ubi.board, image) as sending:
        sending.send(len(sending.request) // 2)
        ubi.board.do(f"""
            until set -- $(pidof update); [ $# -eq 3 ]; do usleep 10000; done
            (
                until read -r marker </sys/class/ubi/{volume}/upd_marker; [ "$marker" = 1 ]; do :; done
                kill -9 "$@"
            ) >/dev/null 2>&1 &""")
        sending.send()
        assert sending.reply() == ""


def test_a_volume_that_was_killed_in_its_update_is_written_at_the_next_boot(ubi, products):
    images = begin_with_three_images(ubi, products, ONE_BANK, EXAMPLE.rows[:1])
    kill_in_the_update_of(ubi, ubi.volume("isp-a"), images[1])
    assert ubi.fact("isp-a", "upd_marker") == "1"
    assert ubi.board.status()["ISP_STATE"] == "writing"
    assert ubi.restart() == "confirmed\n"
    assert ubi.holds("isp-a", images[1].components["firmware"])
    check_takes(ubi, images[2])


def test_a_spare_volume_that_was_killed_in_its_update_starts_nothing(ubi, products):
    images = begin_with_three_images(ubi, products, TWO_BANKS, EXAMPLE.rows[:2])
    kill_in_the_update_of(ubi, ubi.volume("isp-a"), images[1])
    assert ubi.restart() == "no image on trial\n"
    assert ubi.fact("isp-a", "upd_marker") == "1"
    assert ubi.board.run("ispup-camera active firmware") == "1 ubi:ubi0:isp-b\nexit 0\n"
    assert ubi.holds("isp-b", images[0].components["firmware"])
    check_takes(ubi, images[2])


def kill_at(ubi, image, seconds):
    """Sends the image, and kills the installer, which has then forked nothing that goes on."""
    with Sending(ubi.board, image) as sending:
        sending.send_most()
        sending.send()
        ubi.board.run(f"usleep {int(seconds * 1000000)}; kill -9 $(pidof update)")
        return sending.reply() == "OK\n"


@pytest.mark.parametrize("number", range(2), ids=lambda number: f"SEED={SEED}-{number}")
def test_an_installer_that_is_killed_leaves_what_recover_finishes(ubi, products, number):
    images = begin_with_three_images(ubi, products, BY_NUMBER, EXAMPLE.rows[:1])
    promised = kill_at(ubi, images[1], random.Random(f"{SEED} {number}").random())
    assert ubi.restart() in ("confirmed\n", "no image on trial\n")
    now = ubi.board.status()["ISP_IMAGE_SHA256"]
    held = next(image for image in images[:2] if image.digest == now)
    assert held is images[1] or not promised
    assert ubi.holds("isp-a", held.components["firmware"])
    assert ubi.fact("isp-a", "upd_marker") == "0"
    check_takes(ubi, images[2])
