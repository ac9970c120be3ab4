# SPDX-License-Identifier: Apache-2.0
"""A camera whose record appears only after the upload: its log alone would show less than what
happened."""

import pytest
from odd_camera import NEW, OddCamera, RecordCamera
from said import outcome


class LateCamera(RecordCamera):
    """Its server fails once, or its record never names the boot. It accepts the specification's
    Referer, as all do."""

    knows_header = False
    take = OddCamera.take

    def __init__(self, names_boot):
        super().__init__()
        self.has_failed = not names_boot
        if not names_boot:
            self.record["BOOT_ID"] = ""

    def status(self, request):
        if self.has_failed:
            super().status(request)
        else:
            self.has_failed = True
            self.fail(request, 500, "ERROR: internal error: no reply")


@pytest.fixture(params=[True, False], ids=["failed-once", "no-boot-id"])
def late(request, camera):
    made = LateCamera(request.param)
    made.sha256 = camera.sha256
    yield made
    made.stop()


def push(ispup, image, camera, wait=14):
    """The camera is away for 10 seconds at the most."""
    done = ispup.events("push", image(), camera.host, "--wait", str(wait))
    assert len(camera.uploads) == 1
    return outcome(done)["outcome"], done.status


def test_an_error_after_the_commit_is_no_end(ispup, late, image):
    def receive(request):
        late.begin("writing")
        late.say(request, "ERROR: settings: cannot write\n")

    late.receive = receive
    assert push(ispup, image, late, 3) == ("unknown", 2)


@pytest.mark.parametrize("state, said", [
    ("trial", ("unknown", 2)),
    ("rolled-back", ("unknown", 2)),
    ("confirmed", ("done", 0)),
])
def test_the_versions_in_the_log_are_no_end_of_a_trial(ispup, late, image, state, said):
    def install():
        late.version = NEW
        late.begin(state)
        late.record["ISP_IMAGE_SHA256"] = late.sha256 if state != "rolled-back" else "0" * 64

    late.install = install
    late.receive = lambda request: OddCamera.receive(late, request)
    assert push(ispup, image, late, 60 if said[0] == "done" else 14) == said


def test_an_error_of_a_camera_at_rest_is_one(ispup, late, image):
    late.receive = lambda request: late.say(request, "ERROR: gzip: damaged: its CRC-32 is wrong\n")
    assert push(ispup, image, late) == ("not done", 1)
