# SPDX-License-Identifier: Apache-2.0
"""`ispup gateway` between a real hawkBit and 20 simulated cameras, three of them with faults: what
hawkBit shows is what really happened."""

import re
import subprocess
import time

import pytest
from fleet import (has_ended, image_set, members, messages, registered, state, unique,
                   wait_for)

COUNT, GROUPS = 20, 2
# Faults by the number of the camera, and what hawkBit shows of it if that is no success.
FAULTS = {3: "failing-probe", 8: "no-restart", 14: "reply-lost"}
ENDS = {3: ("error", "rolled-back: "), 8: ("error", "unknown, not failed")}
BY_HAND = "isp-18"


@pytest.fixture(scope="module")
def fleet(hawkbit, management, stage, build, tmp_path_factory):
    """The cameras and a gateway that runs."""
    words = [f"--fault={kind}@{number + 1}" for number, kind in FAULTS.items()]
    with registered(hawkbit, management, stage, build, tmp_path_factory.mktemp("fleet"),
                    [f"isp-{i}" for i in range(COUNT)], *words, wait="40s",
                    unknown_deadline="5s") as made:
        yield made


def digest(fleet, image):
    said = subprocess.run([fleet.ispup, "inspect", image, "--format=kv"], check=True,
                          capture_output=True, text=True).stdout
    return re.search("ISP_IMAGE_SHA256='(.*)'", said)[1]


def runs(fleet, name, image):
    """Whether the camera itself says that it runs this image, confirmed."""
    status = fleet.cameras[fleet.names.index(name)].status()
    return status["ISP_STATE"] == "confirmed" and status["ISP_IMAGE_SHA256"] == digest(fleet, image)


def test_cameras_are_registered_with_their_attributes(management, fleet):
    said = management.get(f"/targets/{fleet.names[0]}/attributes")
    assert said["isp_platform"] == "0300", said
    assert said["isp_version"] == fleet.cameras[0].status()["ISP_VERSION"], said


def test_a_rollout_in_groups_is_paused_goes_on_and_tells_the_truth(management, fleet):
    image = fleet.newer_image()
    number = management.rollout(unique("first"), image_set(management, image), "controllerId==isp-*",
                                GROUPS)
    wait_for(fleet, lambda: management.rollout_state(number) == "ready", "ready")
    first, second = members(management, number)
    assert len(first + second) == COUNT
    management.tell_rollout(number, "start")
    wait_for(fleet, lambda: management.rollout_state(number) == "running", "running")
    management.tell_rollout(number, "pause")
    wait_for(fleet, lambda: all(has_ended(management, name) for name in first), "group 1")
    assert [name for name in second if fleet.updates(fleet.names.index(name))] == []
    by_hand(fleet, BY_HAND, image)
    management.tell_rollout(number, "resume")
    wait_for(fleet, lambda: all(has_ended(management, name) for name in first + second), "all")
    wait_for(fleet, lambda: management.rollout_state(number) == "finished", "finished")
    for place, name in enumerate(fleet.names):
        check_truth(management, fleet, place, name, image)


def by_hand(fleet, name, image):
    """A technician updates a camera without hawkBit, if its group has not begun."""
    camera = fleet.cameras[fleet.names.index(name)]
    if camera.status()["ISP_UPDATE"] == "0":
        assert camera.upload(image).strip() == "OK"
        camera.wait_for(ISP_STATE="confirmed", ISP_UPDATE="1")


def check_truth(management, fleet, place, name, image):
    told, said = state(management, name), messages(management, name)
    status, words = ENDS.get(place, ("finished", ""))
    assert told == status, (name, said)
    assert any(words in text for text in said), (name, said)
    assert (told == "finished") == runs(fleet, name, image), (name, said)
    assert fleet.updates(place) == 1, name  # no second body


def test_a_cancel_before_the_upload_is_accepted(management, fleet):
    image, name = fleet.newer_image(), fleet.names[5]
    before = fleet.updates(5)
    action = management.assign(name, image_set(management, image), window="0 0 0 1 1 ? 2099")
    wait_for(fleet, lambda: "downloaded" in " ".join(messages(management, name)) or any(
        "cache" in text for text in messages(management, name)), "download")
    management.cancel(name, action)
    wait_for(fleet, lambda: has_ended(management, name), "cancel")
    assert state(management, name) == "canceled"
    assert fleet.updates(5) == before


def test_a_soft_update_waits_for_the_window_and_a_forced_one_does_not(management, fleet):
    """The gateway's own window is closed; hawkBit's operator forces the update."""
    image, name = fleet.newer_image(), fleet.names[6]
    made = image_set(management, image)
    fleet.stop()
    fleet.configure(ask="5s", wait="40s", window=closed_window())
    fleet.start()
    action = management.assign(name, made, "soft")
    wait_for(fleet, lambda: any("cache" in text for text in messages(management, name)), "download")
    before = fleet.updates(6)
    management.force(name, action)
    wait_for(fleet, lambda: has_ended(management, name), "end")
    assert state(management, name) == "finished"
    assert (fleet.updates(6), runs(fleet, name, image)) == (before + 1, True)


def closed_window():
    """One that opens in twelve hours, for one minute."""
    hour = (time.localtime().tm_hour + 12) % 24
    return f"{hour:02}:00-{hour:02}:01"
