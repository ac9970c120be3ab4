# SPDX-License-Identifier: Apache-2.0
"""The power goes at a random moment of an update: the next boot finds an image whole, the settings
that belong to it, and takes the next update.

CUTS and SEED in the environment say how many, and which; every cut depends on the seed and its own
number alone.
"""

import os
import random
import time

import pytest
from board import RECOVERING
from product import SIZES
from sending import Sending

CUTS = int(os.environ.get("CUTS") or 5)
SEED = os.environ.get("SEED") or str(random.randrange(1 << 32))
# Most happens at the first places: with fewer cuts than places, the last places are left out.
PLACES = (("one-bank", "commit"), ("two-banks", "commit"), ("one-bank", "recover"),
          ("two-banks", "upload"), ("card", "commit"), ("one-bank", "restart"),
          ("two-banks", "recover"), ("one-bank", "upload"), ("two-banks", "restart"),
          ("card", "recover"), ("card", "upload"), ("card", "restart"))


class Rig:
    """A board that survives many cuts, and its image and settings."""

    def __init__(self, board, products):
        self.board, self.products = board, products
        self.image = products.image("V1.00.00")
        self.brightness = 50
        self.count = 0
        self.seconds = 2.0  # time that the last update took from its last byte to its reply
        self.is_sound = True

    def next(self):
        """Another image, and other settings, for the next update."""
        self.count += 1
        version = f"V2.{self.count // 100:02}.{self.count % 100:02}"
        self.board.run(f"echo 'brightness = {100 + self.count}' >/run/camera/settings/picture.conf")
        return self.products.image(version), 100 + self.count

    def is_now(self, image, brightness):
        self.image, self.brightness = image, brightness


@pytest.fixture(scope="module")
def rigs(stock, products, tmp_path_factory):
    """The rig of a kind; a new one if the last one is damaged."""
    made = {}

    def get(kind):
        if kind not in made or not made[kind].is_sound:
            end(kind)
            board = stock.copy(kind, tmp_path_factory.mktemp("rig") / kind)
            made[kind] = Rig(board, products)
            board.power_on()
        return made[kind]

    def end(kind):
        if kind in made:
            made[kind].board.dispose()

    yield get
    for kind in made:
        end(kind)


def cut_while_sending(rig, sending, chance):
    sending.send(int(chance.random() * len(sending.request)))
    time.sleep(chance.random() * 0.2)
    rig.board.cut_power()


def cut_before_the_reply(rig, sending, chance):
    sending.send_most()
    sending.send()
    time.sleep(chance.random() * rig.seconds)
    rig.board.cut_power()


def cut_after_the_reply(rig, sending, chance):
    sending.send()
    assert sending.reply() == "OK\n"
    time.sleep(chance.random() * 3)
    rig.board.cut_power()


def cut_twice(rig, sending, chance):
    """A cut before the reply, and another one while the boot repairs the result."""
    cut_before_the_reply(rig, sending, chance)
    rig.board.power_on_until(RECOVERING)
    time.sleep(chance.random() * rig.seconds)
    rig.board.cut_power()


CUT = {"upload": cut_while_sending, "commit": cut_before_the_reply,
       "restart": cut_after_the_reply, "recover": cut_twice}


def is_whole(board, image):
    """Whether the banks in use hold this image."""
    return all(board.holds(image, component, board.in_use(component)) for component in SIZES)


def check_after(rig, image, brightness, has_promised):
    """One of the two images is in the camera, whole, with its settings; the new one if the camera
    has answered OK."""
    board = rig.board
    status = board.settled()
    digest = status["ISP_IMAGE_SHA256"]
    assert digest in ((image.digest,) if has_promised else (image.digest, rig.image.digest)), status
    if digest == image.digest:
        rig.is_now(image, brightness)
        assert status["ISP_STATE"] == "confirmed", status
    assert is_whole(board, rig.image), status
    assert board.run("cat /mnt/data/settings/picture.conf") == \
        f"brightness = {rig.brightness}\nexit 0\n"


def update(rig):
    """A complete update works."""
    image, brightness = rig.next()
    boot = len(rig.board.boots())
    with Sending(rig.board, image) as sending:
        sending.send_most()
        begin = time.monotonic()
        sending.send()
        assert sending.reply() == "OK\n"
        rig.seconds = time.monotonic() - begin
    rig.board.wait_for_boot(boot + 1)
    check_after(rig, image, brightness, has_promised=True)


@pytest.mark.parametrize("number", range(CUTS), ids=lambda number: f"SEED={SEED}-{number}")
def test_a_cut_leaves_one_image_whole_with_its_settings(rigs, number):
    kind, place = PLACES[number % len(PLACES)]
    rig, chance = rigs(kind), random.Random(f"{SEED} {number}")
    rig.is_sound = False
    image, brightness = rig.next()
    with Sending(rig.board, image) as sending:
        CUT[place](rig, sending, chance)
        has_promised = sending.reply() == "OK\n"
    rig.board.power_on()
    check_after(rig, image, brightness, has_promised)
    update(rig)
    rig.is_sound = True
