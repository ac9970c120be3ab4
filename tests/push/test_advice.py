# SPDX-License-Identifier: Apache-2.0
"""Advice follows every text that docs/protocol.md lists as an answer of a camera."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from odd_camera import OddCamera, RecordCamera

SECONDS = 120  # what takes this long hangs
AT_ONCE = 24
PLACES = {"number": "7", "component": "firmware", "bank": "isp-a", "platform": "0300",
          "version": "V1.00.00", "address": "200000", "cause": "Input/output error",
          "command": "ISP_IMAGE_SAVE", "section": "firmware"}


def listed():
    """The texts that an upload may be answered with, each placeholder filled."""
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
    section = page.split("\n## Every ERROR text\n")[1].split("\nFrom `ispup-camera` alone")[0]
    return [re.sub("<([^<>]*)>", lambda place: PLACES.get(place[1], "something"), text)
            for text in re.findall(r"(?m)^\| `([^`]*)` \|", section)]


def ask(ispup, image, cameras):
    done = subprocess.run([ispup, "push", image, *(camera.host for camera in cameras), "-j",
                           str(len(cameras)), "--json", "--password-fd", "0"],
                          input=b"123456\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=SECONDS)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return {event["camera"]: event for event in events if event["event"] == "outcome"}


class Refuser(RecordCamera):
    def __init__(self):
        self.line = ""
        super().__init__()

    def receive(self, request):
        self.say(request, f"{self.line}\n")


@pytest.fixture(scope="module")
def told(tmp_path_factory, build, workshop):
    """By text: the outcome that `ispup push` prints if a camera answers it."""
    image = tmp_path_factory.mktemp("advice") / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00"))
    cameras = [Refuser() for _ in range(AT_ONCE)]
    found, texts = {}, [*listed(), "internal error: no pipe"]
    try:
        while texts:
            asked, texts = texts[:AT_ONCE], texts[AT_ONCE:]
            for camera, text in zip(cameras, asked):
                camera.line = f"ERROR: {text}"
            said = ask(build / "src" / "ispup" / "ispup", image, cameras[:len(asked)])
            found.update((text, said[camera.label]) for camera, text in zip(cameras, asked))
    finally:
        for camera in cameras:
            camera.stop()
    return found


@pytest.mark.parametrize("text", listed())
def test_each_text_of_the_protocol_gets_its_advice(told, text):
    assert told[text]["why"].startswith(f"the camera says: ERROR: {text}; "), told[text]


def test_every_code_of_an_error_is_that_of_a_text(told):
    page = (Path(__file__).parents[2] / "docs" / "push.md").read_text()
    codes = set(re.findall("`(error-[a-z-]+)`", page))
    assert {said["code"] for said in told.values()} == codes


@pytest.mark.parametrize("text, advice", [
    ("work folder: needs 7 bytes, has 7", "free space on the camera"),
    ("firmware: has 7 bytes, flash holds 7", "take the image for this camera"),
    ("gzip: cut short: the file is not whole", "the image is damaged or incomplete: download it"),
    ("ISP platform: image is for 0300, camera is 0300", "take the image for the camera's platform"),
    ("ISP platform: ISP-Image.desc says 0300, file name says 0300", "the file was renamed"),
    ("ISP-Image.desc: line 7: format is not 1, the only one known here", "the image is for newer cameras"),
    ("isp-a: writing at 0x200000: Input/output error", "check the camera's flash"),
    ("firmware: isp-a: ended with status 7: something", "check the programs"),
    ("upload: has 7 bytes, limit is 7", "raise [image] limit"),
])
def test_the_advice_is_that_of_the_cause(told, text, advice):
    assert told[text]["why"].startswith(f"the camera says: ERROR: {text}; {advice}"), told[text]


def test_of_another_makers_camera_no_such_thing_is_claimed(ispup, image):
    camera = OddCamera()
    camera.receive = lambda request: camera.say(request, "ERROR: ISP flash: writing at 0x100\n")
    done = ispup.run("push", image(), camera.host)
    camera.stop()
    assert done.out.endswith("not done: the camera says: ERROR: ISP flash: writing at 0x100\n")
