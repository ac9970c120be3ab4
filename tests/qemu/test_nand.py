# SPDX-License-Identifier: Apache-2.0
"""Banks on the kernel's own simulation of NAND, with bad blocks and one block that fails later."""

import hashlib

import pytest
from played import Played
from product import BROKEN, VERSIONS

BLOCK = 16 << 10
ROOM = 256  # blocks of each bank
# Blocks of each bank that are bad, and those whose second erasure fails.
BAD = ({5, 17}, {0, 30})
WEAK = (set(), {9})
SIZES = {"firmware": 1000000}


def listed(blocks, text="{}"):
    """In the form that the simulation takes, which counts through both banks."""
    return ",".join(text.format(bank * ROOM + block)
                    for bank, of_bank in enumerate(blocks) for block in sorted(of_bank))


class Nand(Played):
    """A board whose ISP firmware is on NAND."""

    def __init__(self, board):
        super().__init__(board)
        self.board.do(f"""
            for module in $(cat /modules/nand); do
                insmod $module first_id_byte=0x20 second_id_byte=0x33 parts={ROOM},{ROOM} \
                    badblocks={listed(BAD)} weakblocks={listed(WEAK, "{}:1")}
            done""")
        self.banks = self.board.do("""
            sed -n 's/^\\(mtd[0-9]*\\): .*"NAND simulator partition [01]"$/\\1/p' /proc/mtd""").split()
        assert len(self.banks) == 2
        self.configure(f"firmware = mtd:/dev/{self.banks[0]} mtd:/dev/{self.banks[1]}")

    def bad_blocks(self, bank):
        return int(self.board.do(f"cat /sys/class/mtd/{self.banks[bank]}/bad_blocks"))

    def digest(self, bank, size, bad):
        """The digest of the first bytes of a bank, read block by block without the bad ones."""
        good = [str(block) for block in range(ROOM) if block not in bad][:-(-size // BLOCK)]
        return self.board.do(f"""
            for block in {' '.join(good)}; do
                dd if=/dev/{self.banks[bank]} bs={BLOCK} skip=$block count=1 2>/dev/null
            done | head -c {size} | sha256sum""").split()[0]


@pytest.fixture
def nand(boards):
    return Nand(boards("two-banks"))


def check_installs(nand, image, bank, bad):
    assert nand.board.upload(image) == "OK\n"
    assert nand.restart() == "confirmed\n"
    assert nand.board.in_use("firmware") == f"/dev/{nand.banks[bank]}"
    firmware = image.components["firmware"]
    assert nand.digest(bank, len(firmware), bad) == hashlib.sha256(firmware).hexdigest()
    assert nand.board.versions()["firmware"] == VERSIONS["firmware"][2].format(image.version)


def test_images_go_around_bad_blocks_and_around_one_that_fails(nand, products):
    images = [products.image(f"V3.00.0{i}", sizes=SIZES) for i in range(3)]
    check_installs(nand, images[0], 1, BAD[1])
    check_installs(nand, images[1], 0, BAD[0])
    assert nand.bad_blocks(1) == len(BAD[1])
    check_installs(nand, images[2], 1, BAD[1] | WEAK[1])
    assert nand.bad_blocks(1) == len(BAD[1]) + 1


def test_an_image_that_makes_no_pictures_leaves_the_other_bank(nand, products):
    good, broken = (products.image("V3.00.00", sizes=SIZES),
                    products.image("V3.01.00", begin=BROKEN, sizes=SIZES))
    check_installs(nand, good, 1, BAD[1])
    assert nand.board.upload(broken) == "OK\n"
    assert nand.restart() == "rolled back\n"
    assert nand.board.in_use("firmware") == f"/dev/{nand.banks[1]}"
    assert nand.board.status()["ISP_STATE"] == "rolled-back"
    firmware = good.components["firmware"]
    assert nand.digest(1, len(firmware), BAD[1]) == \
        hashlib.sha256(firmware).hexdigest()
