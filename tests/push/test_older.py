# SPDX-License-Identifier: Apache-2.0
"""An image that is older than what the camera runs: by its record component by component, by its log,
and by the file name's version for an image of another format."""

import gzip

import pytest
from said import outcome


@pytest.fixture
def foreign(tmp_path):
    """Makes an image of a vendor's own format."""
    def make(version):
        path = tmp_path / f"ISP-U-0300-{version}.bin"
        path.write_bytes(gzip.compress(b"a vendor's own"))
        return path

    return make


def refuse(camera):
    camera.receive = lambda request: camera.say(request, "ERROR: heard\n")


def expect_unsent(ispup, camera, *words):
    """By push and by --check; --allow-older sends it."""
    refuse(camera)
    for check in ([], ["--check"]):
        said = outcome(ispup.events("push", *words, camera.host, *check))
        assert said["code"] == "older" and camera.uploads == [], said
        assert said["outcome"] == ("would be refused" if check else "not done")
    assert outcome(ispup.events("push", *words, camera.host, "--allow-older"))["tries"] == 1
    assert len(camera.uploads) == 1
    return said["why"]


def expect_sent(ispup, camera, *words):
    refuse(camera)
    said = outcome(ispup.events("push", *words, camera.host))
    assert said["code"] == "refused" and len(camera.uploads) == 1, said


@pytest.mark.parametrize("key, newer", [
    ("ISP_FIRMWARE", "ISP-F-0300-V1.01.01"), ("ISP_DEVICE_RESOURCE", "C0300-V1.01.01"),
    ("ISP_HARDWARE", "ISP-H-0300-V2.00.00"),
])
def test_one_older_component_is_enough(ispup, image, camera, key, newer):
    camera.record[key] = newer
    why = expect_unsent(ispup, camera, image(firmware=100, device_resource=100, hardware=100))
    assert f"V1.01.00, the camera runs {newer}; nothing was sent" in why


@pytest.mark.parametrize("key, runs", [
    ("ISP_FIRMWARE", "ISP-F-0300-V1.01.00"), ("ISP_FIRMWARE", "ISP-F-0300-V1.00.99"),
    ("ISP_FIRMWARE", "UNKNOWN"), ("ISP_FIRMWARE", ""), ("ISP_HARDWARE", "ISP-H-0300-V2.00.00"),
])
def test_equal_unknown_and_what_the_image_has_not_are_not_older(ispup, image, camera, key, runs):
    camera.record[key] = runs
    expect_sent(ispup, camera, image())


def test_a_camera_without_a_record_is_known_by_its_log(ispup, image, vendor):
    why = expect_unsent(ispup, vendor, image("V0.99.99"))
    assert "its firmware is ISP-F-0300-V0.99.99, the camera runs ISP-F-0300-V1.00.00" in why


@pytest.mark.parametrize("shown", ["UNKNOWN", "ISP-F-0300-V0.99.99"])
def test_a_log_that_shows_nothing_newer_prevents_nothing(ispup, image, vendor, shown):
    vendor.log = lambda request: vendor.say(request, f"ISP Firmware Version {shown}\n")
    expect_sent(ispup, vendor, image("V1.00.00"))


def test_a_foreign_image_is_compared_by_its_name_with_the_log(ispup, foreign, vendor):
    why = expect_unsent(ispup, vendor, foreign("V0.09.00"), "--foreign")
    assert "its firmware is ISP-F-0300-V0.09.00, the camera runs ISP-F-0300-V1.00.00" in why
    vendor.uploads.clear()
    expect_sent(ispup, vendor, foreign("V1.00.01"), "--foreign")


def test_a_foreign_image_is_compared_by_its_name_with_the_record(ispup, foreign, camera):
    camera.record["ISP_FIRMWARE"] = "ISP-F-0300-V1.00.00"
    expect_unsent(ispup, camera, foreign("V0.09.00"), "--foreign")
