# SPDX-License-Identifier: Apache-2.0
"""`ispup confirm` and `ispup rollback`: what is sent, and when they say done."""

import pytest
from odd_camera import RecordCamera
from said import outcome

STATUSES = {"done": 0, "not done": 1, "unknown": 2}


class OrderCamera(RecordCamera):
    """On trial, with a way back. `after` is its record from the order on."""

    def __init__(self, reply, after):
        self.reply, self.after = reply, after
        self.orders = []
        super().__init__()
        self.record.update(ISP_STATE="trial", CAMERA_ID="one", ISP_PREVIOUS_SHA256="a" * 64)

    def take(self, request):
        self.orders.append((request.query, request.field("Content-Length"),
                            request.field("Referer")))
        self.record.update(self.after)
        if self.reply is None:
            self.hang_up(request)
        else:
            self.say(request, f"{self.reply}\n")


def order(ispup, verb, camera):
    done = ispup.events(verb, camera.host, "--wait", "3")
    camera.stop()
    assert camera.orders == [(verb.upper(), "0", "")]
    assert all("123456" not in line for request in camera.requests for line in request.lines)
    said = outcome(done)
    assert done.status == STATUSES[said["outcome"]]
    assert (said["tries"], said["id"], said["boot_before"]) == (1, "one", "first")
    return said["outcome"], said["code"]


BACK = {"ISP_STATE": "rolled-back", "BOOT_ID": "second", "ISP_IMAGE_SHA256": "a" * 64}
CASES = [
    ("confirm", "OK", {"ISP_STATE": "confirmed"}, "done", "confirmed"),
    ("confirm", None, {"ISP_STATE": "confirmed"}, "done", "confirmed"),
    ("confirm", "OK", {}, "unknown", "trial"),
    ("confirm", "OK", {"ISP_STATE": "confirmed", "BOOT_ID": "second"}, "unknown", "restarted"),
    ("confirm", "OK", {"ISP_STATE": "confirmed", "CAMERA_ID": "two"}, "unknown", "other-camera"),
    ("confirm", "OK", {"ISP_STATE": "confirmed", "CAMERA_ID": ""}, "unknown", "id-missing"),
    ("confirm", "OK", {"ISP_STATE": "confirmed", "ISP_PLATFORM": "0400"}, "unknown", "other-platform"),
    ("confirm", "OK", {"ISP_STATE": "confirmed", "ISP_UPDATE": "8"}, "unknown", "number-skipped"),
    ("confirm", "ERROR: nothing to confirm", {"ISP_STATE": "confirmed"}, "not done", "error-request"),
    ("rollback", "OK", BACK, "done", "rolled-back"),
    ("rollback", "OK", BACK | {"ISP_STATE": "unconfirmed"}, "done", "rolled-back"),
    ("rollback", None, BACK, "done", "rolled-back"),
    ("rollback", "ERROR: activate", BACK, "done", "rolled-back"),
    ("rollback", "OK", BACK | {"BOOT_ID": "first"}, "unknown", "no-restart"),
    ("rollback", "OK", BACK | {"ISP_IMAGE_SHA256": "b" * 64}, "unknown", "other-image"),
    ("rollback", "OK", BACK | {"ISP_STATE": "confirmed"}, "unknown", "no-effect"),
    ("rollback", "OK", BACK | {"ISP_UPDATE": "6"}, "unknown", "number-lower"),
    ("rollback", "OK", BACK | {"CAMERA_ID": "two"}, "unknown", "other-camera"),
    ("rollback", "ERROR: no way back: none", {}, "not done", "error-rollback"),
    ("rollback", "ERROR: flash", {"ISP_STATE": "rolling-back"}, "unknown", "rolling-back"),
    ("rollback", None, {}, "unknown", "trial"),
]


@pytest.mark.parametrize("verb, reply, after, word, code", CASES)
def test_an_order_ends_as_its_record_shows(ispup, verb, reply, after, word, code):
    assert order(ispup, verb, OrderCamera(reply, after)) == (word, code)


@pytest.mark.parametrize("verb", ["confirm", "rollback"])
def test_an_order_takes_a_list_of_cameras(ispup, tmp_path, verb):
    camera = OrderCamera("ERROR: no", {})
    (tmp_path / "list.csv").write_text(f"room,camera\n12,{camera.host}\n")
    said = outcome(ispup.events(verb, "--cameras", tmp_path / "list.csv"))
    camera.stop()
    assert said["columns"] == {"room": "12"} and said["why"] == "ERROR: no"


@pytest.mark.parametrize("verb", ["confirm", "rollback"])
def test_what_it_waits_for_is_told(ispup, verb):
    camera = OrderCamera("OK", {})
    done = ispup.events(verb, camera.host, "--wait", "3")
    camera.stop()
    told = [event for event in done.events if "waits_for" in event]
    assert told and all("still on trial, waits 0:0" in event["waits_for"] for event in told)
    assert done.events[-1] == {"event": "sum", "done": 0, "already": 0, "not done": 0, "unknown": 1}


@pytest.mark.parametrize("verb", ["confirm", "rollback"])
@pytest.mark.parametrize("option", ["--check", "--again", "--foreign", "--allow-older"])
def test_an_order_takes_no_option_of_an_image(ispup, verb, option):
    done = ispup.run(verb, "one", option)
    assert done.status == 64 and f"unknown option {option}" in done.err


def test_an_unconfirmed_image_that_came_back_is_confirmed(ispup):
    """Its last update stays rolled back."""
    camera = OrderCamera("OK", {"ISP_STATE": "rolled-back"})
    camera.record.update(ISP_STATE="unconfirmed")
    assert order(ispup, "confirm", camera) == ("done", "confirmed")


@pytest.mark.parametrize("verb", ["confirm", "rollback"])
def test_a_camera_without_a_record_gets_no_order(ispup, vendor, verb):
    done = ispup.run(verb, vendor.host)
    assert done.status == 1 and "it shows no record, nothing was sent: " in done.out
    assert vendor.uploads == [] and all(one.method == "GET" for one in vendor.requests)


@pytest.mark.parametrize("verb", ["confirm", "rollback"])
def test_a_camera_of_this_project_without_anything_to_do_refuses(ispup, powered, verb):
    camera = powered()
    done = ispup.run(verb, camera.host)
    assert done.status == 1 and "not done: ERROR: " in done.out, done.out


def test_a_camera_of_this_project_goes_back(ispup, powered, image):
    camera = powered()
    before = camera.camera.status()
    assert ispup.run("push", image(), camera.host).status == 0
    done = ispup.run("rollback", camera.host)
    assert (done.status, "done: rolled-back" in done.out) == (0, True), done.out
    after = camera.camera.status()
    assert after["ISP_STATE"] == "rolled-back"
    assert after["ISP_IMAGE_SHA256"] == before["ISP_IMAGE_SHA256"]
