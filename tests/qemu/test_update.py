# SPDX-License-Identifier: Apache-2.0
"""An update of an emulated camera: ARM, Linux, NOR flash, busybox httpd, and real restarts."""

import re

import pytest
from product import BROKEN, KINDS, SIZES, banks_of, versions_of
from sending import Sending

PICTURE = "/mnt/data/settings/picture.conf"


def send_with_curl(board, image):
    return board.upload(image)


def send_as_the_specification(board, image):
    with Sending(board, image) as sending:
        sending.send()
        return sending.reply()


def check_runs(board, image, kind):
    """The camera reports the image, and its flash holds it in the last bank of each component."""
    status = board.settled()
    assert (status["ISP_STATE"], status["ISP_IMAGE_SHA256"]) == ("confirmed", image.digest)
    assert status["ISP_RESULT"] == "OK"
    assert board.versions() == versions_of(image.version)
    for component, names in banks_of(KINDS[kind][0]).items():
        assert board.holds(image, component, names[-1]), component
        assert board.flash(names[-1])[SIZES[component]:].lstrip(b"\xff") == b"", component


@pytest.mark.parametrize("kind, send", [
    ("two-banks", send_with_curl),
    ("one-bank", send_as_the_specification),
    ("card", send_with_curl),
])
def test_an_update_is_in_flash_and_runs_after_the_restart(boards, products, kind, send):
    board = boards(kind)
    assert board.versions() == versions_of("V1.00.00")
    image = products.image("V1.01.00")
    board.run("echo 'brightness = 73' >/run/camera/settings/picture.conf")
    assert board.status()["BOOT_ID"] == board.boots()[0]
    assert send(board, image) == "OK\n"
    assert board.wait_for_boot(2) != board.boots()[0]
    check_runs(board, image, kind)
    assert board.status()["BOOT_ID"] == board.boots()[1]
    assert board.run(f"cat {PICTURE}") == "brightness = 73\nexit 0\n"
    if kind != "one-bank":
        assert board.holds(products.image("V1.00.00"), "firmware", "isp-a")


@pytest.mark.parametrize("kind", ["two-banks", "one-bank"])
def test_an_image_that_makes_no_pictures_goes_away_by_itself(boards, products, kind):
    board = boards(kind)
    before = products.image("V1.00.00")
    board.run("echo 'brightness = 73' >/run/camera/settings/picture.conf")
    assert board.upload(products.image("V1.02.00", begin=BROKEN)) == "OK\n"
    board.wait_for_boot(3)
    status = board.settled()
    assert (status["ISP_STATE"], status["ISP_UPDATE"]) == ("rolled-back", "1")
    assert status["ISP_IMAGE_SHA256"] == before.digest
    assert board.versions() == versions_of("V1.00.00")
    for component in SIZES:
        assert board.holds(before, component, board.in_use(component)), component
    assert board.run("cat /run/isp-started").startswith("0 mtd:isp-a\n")
    assert board.run(f"cat {PICTURE}") == "brightness = 50\nexit 0\n"


def test_a_refused_image_touches_no_flash(idle_board, products):
    before = (idle_board.folder / "isp.flash").read_bytes()
    refused = idle_board.upload(products.image("V1.01.00", platform="0400"))
    assert refused == "ERROR: ISP platform: image is for 0400, camera is 0300\n"
    assert (idle_board.folder / "isp.flash").read_bytes() == before
    assert idle_board.status()["ISP_UPDATE"] == "0"


def test_the_doctor_finds_nothing_to_mend(idle_board):
    told = idle_board.run("ispup-camera doctor")
    assert told.endswith("exit 0\n")
    assert not re.search(r"(?mi)^(error|warning)", told), told


def test_the_static_programs_take_an_update(boards, products):
    board = boards("two-banks")
    for name in ("/usr/lib/cgi-bin/update", "/usr/sbin/ispup-camera"):
        assert board.run(f"mv {name}-static {name}") == "exit 0\n"
    image = products.image("V1.01.00")
    assert board.upload(image) == "OK\n"
    board.wait_for_boot(2)
    check_runs(board, image, "two-banks")
