# SPDX-License-Identifier: Apache-2.0
"""A host, front or server ends at a step of an update. Before the whole image has arrived, the
camera is unchanged. After the commit the update is completed, with its restart. Between the two
the camera has one of both images, whole."""

import contextlib
import os
import signal
from dataclasses import dataclass, replace

import pytest
from camera_fixture import component_bytes
from exchange import Cgi
from gate import until
from process_table import named_after
from upload import Server, Upload, upload_request

SIZES = {"firmware": 40000}
OLD, EITHER, NEW = "old", "either", "new"


@dataclass(frozen=True)
class Step:
    """How much has been sent (a fraction of the body, or bytes from its end), and at which step
    the update is stopped."""
    outcome: str
    share: float = 1
    missing: int = 0
    hook: str = ""
    kind: str = "furnished"
    is_answered: bool = False

    def end(self, request):
        head = request.find(b"\r\n\r\n") + 4
        if self.share < 0:
            return head // 2
        return head + max(1, int(self.share * (len(request) - head))) - self.missing


STEPS = {
    "within-the-head": Step(OLD, share=-1),
    "first-byte": Step(OLD, share=0),
    "half": Step(OLD, share=0.5),
    "last-byte-missing": Step(OLD, missing=1),
    "before-the-commit": Step(EITHER, hook="save-command"),
    "committed": Step(NEW, hook="activate"),
    "one-bank-committed": Step(NEW, hook="release", kind="one-bank"),
    "answered": Step(NEW, is_answered=True),
}
HOST = {"host-hangs-up": Upload.hang_up, "host-resets": Upload.reset}
WITH_FRONT = [name for name in STEPS if name not in ("within-the-head", "answered")]
ENDING = {"SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP, "SIGKILL": signal.SIGKILL}


class Story:
    """One update that has reached a step."""

    def __init__(self, camera, gate, server, image, step):
        self.camera, self.gate, self.server, self.step = camera, gate, server, step
        self.note = camera.note()
        self.journal = self.read_journal()
        self.live = (camera.folder / "ram" / "settings" / "picture.conf").read_bytes()
        self.upload = Upload(server, upload_request(image, "V1.01.00"))
        self.upload.send_until(step.end(self.upload.request))
        if step.hook:
            gate.wait_until_reached()
        elif step.is_answered:
            assert self.upload.read_reply().body == b"OK\n"
        elif step.share >= 0.5:
            until(self.has_begun_to_write, "nothing is written")
        if step.outcome == OLD and step.share >= 0:
            until(lambda: len(self.family()) == 3, "not a front, a worker and an installer")
        if step.share >= 0 and not step.is_answered:
            self.front = server.front()

    def family(self):
        programs = self.camera.folder.parent / "programs"
        return [one.number for one in named_after(programs)]

    def read_journal(self):
        work = self.camera.folder / "work"
        return {path.name: path.read_bytes() for path in work.glob("journal.[01]")}

    def has_begun_to_write(self):
        return self.read_journal() != self.journal

    def leave(self):
        """Opens the gate, and waits for the remaining processes."""
        self.gate.open()
        self.server.__exit__()
        until(lambda: named_after(self.camera.folder.parent) == [],
              lambda: f"still there: {named_after(self.camera.folder.parent)}")

    def check(self):
        is_new = bool(self.note.changes() & {"what starts next", "flash in use"})
        assert self.step.outcome in (EITHER, NEW if is_new else OLD)
        if is_new:
            assert self.camera.is_asked_to_restart()
            self.expect_new()
        else:
            assert not self.camera.was_asked_to_restart()
            self.expect_old()

    def expect_old(self):
        untouched = {"flash in use", "settings", "what starts next"}
        assert self.note.changes() & untouched == set()
        assert self.camera.status()["ISP_VERSION"] == "V1.00.00"
        assert self.camera.restart().returncode == 0
        assert self.note.changes() & untouched == set()
        status = self.camera.status()
        assert status["ISP_VERSION"] == "V1.00.00" and status["ISP_STATE"] in ("idle", "failed")

    def expect_new(self):
        assert self.camera.restart().returncode == 0
        status = self.camera.status()
        assert status["ISP_VERSION"] == "V1.01.00" and status["ISP_STATE"] == "confirmed"
        assert status["ISP_RESULT"] == "OK"
        bank = self.camera.active("firmware").split(":")[1].split(",")[0]
        written = (self.camera.folder / "flash" / os.path.basename(bank)).read_bytes()
        assert written == component_bytes("firmware", "V1.01.00", SIZES["firmware"])
        if self.step.hook != "save-command":
            saved = self.camera.folder / "saved" / "settings" / "picture.conf"
            assert saved.read_bytes() == self.live

    def expect_nothing_left(self):
        """The files of the work folder, except the journal and what a rollback needs."""
        kept = {"journal.0", "journal.1"}
        names = {path.name for path in (self.camera.folder / "work").iterdir()}
        assert {name for name in names - kept if not name.startswith("old-")} == set()
        saved = {path.name for path in (self.camera.folder / "saved").iterdir()}
        assert {"settings"} <= saved <= {"settings", "settings.old"}


@pytest.fixture
def begin(cameras, gate, own_programs, workshop):
    """Starts an update that stops at a step. Afterwards a good update works, and no file or
    process is left."""
    servers = []

    def start(step):
        lines = [own_programs] + ([gate.configuration(step.hook)] if step.hook else [])
        camera = cameras(step.kind, lines)
        servers.append(Server(camera).__enter__())
        return Story(camera, gate, servers[0], workshop.image("V1.01.00", **SIZES), step)

    yield start
    gate.open()
    for server in servers:
        server.__exit__()


def finish(story, workshop):
    story.leave()
    story.check()
    story.expect_nothing_left()
    expect_good_upload(story.camera, workshop)


def expect_good_upload(camera, workshop):
    good = upload_request(workshop.image("V1.02.00", **SIZES), "V1.02.00")
    assert Cgi(camera).exchange(good).body == b"OK\n"
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.02.00"


def expect_answered(story):
    """The whole image is sent, and nothing stops it: it must end with `OK`."""
    story.gate.open()
    story.upload.send_rest()
    assert story.upload.read_reply().body == b"OK\n"
    story.step = replace(story.step, outcome=NEW)


@pytest.mark.parametrize("event", HOST)
@pytest.mark.parametrize("step", STEPS)
def test_a_host_that_goes_away(begin, workshop, step, event):
    story = begin(STEPS[step])
    HOST[event](story.upload)
    finish(story, workshop)


@pytest.mark.parametrize("event", ENDING)
@pytest.mark.parametrize("step", WITH_FRONT)
def test_a_front_that_is_ended(begin, workshop, step, event):
    story = begin(STEPS[step])
    os.kill(story.front, ENDING[event])
    until(lambda: not [one for one in story.server.programs() if one.command],
          "the front lives on")
    story.upload.send_rest()
    reply = story.upload.read_reply()
    assert reply.status == 500 and reply.body.startswith(b"ERROR: ")
    finish(story, workshop)


@pytest.mark.parametrize("step", WITH_FRONT)
def test_a_front_that_hears_of_a_broken_pipe_goes_on(begin, workshop, step):
    story = begin(STEPS[step])
    os.kill(story.front, signal.SIGPIPE)
    expect_answered(story)
    finish(story, workshop)


def signal_all(story, signum):
    """The first that ends may end the others."""
    for number in story.family():
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signum)


@pytest.mark.parametrize("event", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("step", WITH_FRONT)
def test_front_worker_and_installer_told_to_end(begin, workshop, step, event):
    """As in a shutdown of the system: the installer ignores the signal."""
    story = begin(STEPS[step])
    signal_all(story, ENDING[event])
    story.upload.send_rest()
    finish(story, workshop)


@pytest.mark.parametrize("step", WITH_FRONT)
def test_all_of_them_killed_at_once(begin, workshop, step):
    """As in a power cut: the next boot starts one of both images, and no restart was requested."""
    story = begin(STEPS[step])
    signal_all(story, signal.SIGKILL)
    story.upload.hang_up()
    story.leave()
    assert not story.camera.was_asked_to_restart()
    if story.step.outcome == NEW:
        story.expect_new()
    else:
        story.expect_old()
    story.expect_nothing_left()
    expect_good_upload(story.camera, workshop)


@pytest.mark.parametrize("step", STEPS)
def test_a_server_that_is_killed(begin, workshop, step):
    story = begin(STEPS[step])
    story.server.kill()
    story.upload.hang_up()
    finish(story, workshop)


@pytest.mark.parametrize("step", STEPS)
def test_a_server_that_is_stopped_answers_what_is_under_way(begin, workshop, step):
    """A host that has stalled and then hangs up is not waited for."""
    story = begin(STEPS[step])
    story.server.child.send_signal(signal.SIGTERM)
    story.gate.open()
    if story.step.outcome == OLD:
        story.upload.hang_up()
    elif not story.step.is_answered:
        assert story.upload.read_reply().body == b"OK\n"
    finish(story, workshop)


@pytest.mark.parametrize("step", ["first-byte", "half", "last-byte-missing"])
def test_an_upload_goes_on_while_the_server_is_being_stopped(begin, workshop, step):
    story = begin(STEPS[step])
    story.server.child.send_signal(signal.SIGTERM)
    until(lambda: b"ending" in (story.camera.folder / "ispupd.log").read_bytes(), "it goes on")
    expect_answered(story)
    finish(story, workshop)
