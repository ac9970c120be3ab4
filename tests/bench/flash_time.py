# SPDX-License-Identifier: Apache-2.0
"""The time that an update takes of flash chips, by their data sheets: the chips are simulated
(tests/support/flash_mount.c), their clock counts the erasures and the programmed pages."""

import random
import time
from dataclasses import dataclass

from client import paced_upload
from flash_mount import FlashMount
from payload import KIB, MIB, SIZES, Payload
from rivals import Ours

SIZE = SIZES["2.5"]
CHANGED = 4 * KIB  # the size of a change, at every hundredth place
ERASED = 64 * KIB  # half of the bytes are 0xff: 64 KiB in turn


@dataclass
class Chip:
    """As the data sheets of Winbond's W25Q128JV (NOR) and W25N01GV (NAND) say; microseconds."""
    name: str
    kind: str
    block: int
    page: int  # bytes that are programmed at once
    typical: tuple  # of an erasure, of programming a page
    maximal: tuple

    @property
    def mount(self):
        least = self.page if self.kind == "nand" else 1
        return f"{self.kind}:{4 * MIB}:{self.block}:{least}"


CHIPS = (Chip("NOR, 64 KiB", "nor", 64 * KIB, 256, (150_000, 400), (2_000_000, 3_000)),
         Chip("NOR, 4 KiB", "nor", 4 * KIB, 256, (45_000, 400), (400_000, 3_000)),
         Chip("NAND", "nand", 128 * KIB, 2 * KIB, (2_000, 250), (10_000, 700)))
KINDS = ("blank", "new", "1 % changed", "half 0xff")


def changed(data):
    made = bytearray(data)
    for at in range(CHANGED * 50, len(made), CHANGED * 100):
        made[at:at + CHANGED] = bytes(byte ^ 0x55 for byte in made[at:at + CHANGED])
    return bytes(made)


def half_erased(data):
    made = bytearray(data)
    for at in range(ERASED, len(made), 2 * ERASED):
        made[at:at + ERASED] = b"\xff" * ERASED
    return bytes(made)


def contents():
    """The bytes of each kind of update, which are installed in this order into one bank."""
    dice = random.Random(3)
    first, second, third = (dice.randbytes(SIZE) for _ in range(3))
    return dict(zip(KINDS, (first, second, changed(second), half_erased(third))))


def prepare(folder, ispup):
    """The images of each kind, and the small one that is installed between them."""
    made = {}
    for number, (kind, data) in enumerate([*contents().items(), ("between", b"between" * 100)]):
        made[kind] = Payload(folder / f"flash-{number}", f"V1.00.{number:02}")
        made[kind].plain.write_bytes(data)
        made[kind].pack_image(ispup)
    return made


def least(chip, times, before, after):
    """Microseconds of the least work that turns one content into the other. Every page that is not
    0xff must be programmed after its block was erased; on NAND also those before it."""
    erase, program = times
    spent = 0
    for at in range(0, len(after), chip.block):
        old, new = before[at:at + chip.block], after[at:at + chip.block].ljust(chip.block, b"\xff")
        if old == new:
            continue
        spent += erase * (old.count(0xff) < len(old))
        pages = [new[page:page + chip.page].count(0xff) < chip.page
                 for page in range(0, chip.block, chip.page)]
        if chip.kind == "nand":
            while pages and not pages[-1]:
                pages.pop()
            spent += program * len(pages)
        else:
            spent += program * sum(pages)
    return spent


class FlashCamera(Ours):
    """A camera with two chips as banks."""

    def __init__(self, name, folder, ram, build, chip, times):
        super().__init__(name, folder, ram, build)
        self.chip, self.times = chip, times

    def banks(self):
        self.mount = FlashMount(self.build, self.folder / "chips", self.chip.mount, self.chip.mount)
        for number in (0, 1):
            self.mount.tell(number, f"erase-us {self.times[0]}", f"program-us {self.times[1]}",
                            f"program-page {self.chip.page}")
        return f"mtd:{self.mount.device(0)} mtd:{self.mount.device(1)}"

    def __enter__(self):
        entered = super().__enter__()
        self.command("adopt", "--factory")
        return entered

    def __exit__(self, *reasons):
        self.settle()
        self.mount.close()
        super().__exit__(*reasons)

    def check(self, payload):
        number = int(self.command("active", "firmware").split()[0])
        assert self.mount.holds(number, payload.plain.read_bytes()), "the bank holds other bytes"


def measure_flash(camera, made):
    """For each kind: the chip's time over the least possible one, and bytes read for each byte of
    the image. All of them go to bank 1; a small image goes to bank 0 between them."""
    found = {}
    for kind in KINDS:
        before = camera.mount.device(1).read_bytes()
        camera.mount.tell(1, "count")
        camera.install(made[kind])
        busy, read = (camera.mount.count(1, name) for name in ("busy-us", "read"))
        camera.check(made[kind])
        wanted = least(camera.chip, camera.times, before, made[kind].plain.read_bytes())
        found[kind] = busy / 1e6, busy / wanted, read / SIZE
        camera.install(made["between"])
    return found


def measure_line(camera, made, bits):
    """A new image over a line of so many bits a second, into chips that take their time: seconds of
    the whole update, of the line and of the chip."""
    camera.install(made["blank"])
    camera.install(made["between"])
    camera.mount.tell(1, "count", "takes-time 1")
    begin = time.monotonic()
    body, reply = paced_upload(camera.port, made["new"], bits)
    whole = time.monotonic() - begin
    if not reply.endswith("OK\n"):
        raise RuntimeError(reply)
    camera.settle()
    busy = camera.mount.count(1, "busy-us") / 1e6
    camera.mount.tell(1, "takes-time 0")
    camera.confirm()
    camera.check(made["new"])
    return whole, body * 8 / bits, busy
