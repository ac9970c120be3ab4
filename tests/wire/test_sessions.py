# SPDX-License-Identifier: Apache-2.0
"""Replays every `.session` file beside this one: README.md has the format.

Each is sent both ways (to a program as a web server runs it, and to `ispupd`): whole, in two
pieces, and cut short. For every cut, the answer is the same or a refusal, and a refusal leaves the
camera as the session says.
"""

import socket
from pathlib import Path

import pytest
from camera_fixture import COMPONENTS
from exchange import WAYS, unread, wait_until_taken
from session import session_read

HERE = Path(__file__).parent
SESSIONS = [session_read(path) for path in sorted(HERE.rglob("*.session"))]
# Cuts through a socket cost more and find the same, so a few of them suffice to show that `ispupd`
# passes pieces on.
SOME = {"cgi": 24, "ispupd": 6}
HEAD_AFTER = {"Connection": "close", "Cache-Control": "no-store"}

CASES = [pytest.param(session, variant, WAYS[way],
                      id=f"{session.path.stem}{f'-{i}' if len(session.variants) > 1 else ''}-{way}")
         for session in SESSIONS for i, variant in enumerate(session.variants)
         for way in session.ways]


class Stage:
    """A session's variant, its bytes, and cameras to replay it to."""

    def __init__(self, session, variant, way, cameras, workshop):
        self.session, self.variant, self.way, self.cameras = session, variant, way, cameras
        self.workshop = workshop
        self.request = session.request(variant, self.image)

    def image(self, options):
        sizes = {name: int(options[name]) for name in ("firmware", "device_resource", "hardware")
                 if name in options}
        return self.workshop.image(options.get("version", "V1.01.00"),
                                   options.get("platform", "0300"), **sizes)

    def camera(self):
        return self.cameras(self.session.camera, self.session.configuration)

    def cuts(self):
        """Positions that this way can cut: a program does not get the head as bytes."""
        begin = self.request.find(b"\r\n\r\n") + 4 if self.way.name == "cgi" else 1
        every = range(begin, len(self.request))
        if self.session.cuts == "none":
            return []
        if self.session.cuts == "every" and self.way.name == "cgi":
            return list(every)
        step = max(1, len(every) // SOME[self.way.name])
        return sorted(set(every[::step]) | set(every[-2:]))

    def check_reply(self, reply):
        expected = self.session.body(self.variant)
        assert reply.status == self.session.status, reply.raw
        if expected is not None:
            assert reply.body == expected
        if reply.status == 200:
            check_head(reply, self.session.kind, self.way.name)

    def check_camera(self, camera, note):
        camera.settle()
        check_seen(self.session.seen, camera, note)


def check_head(reply, kind, way):
    """PROTOCOL: the lines of the specification with their exact spelling, and few others."""
    names = [name for name, _ in reply.head]
    assert names[0] == "Content-type" and reply.head[0][1] == kind
    assert reply.field("Content-Length") == [str(len(reply.body))]
    for name, value in reply.head[1:]:
        assert name in ("Content-Length", "Date") or HEAD_AFTER.get(name) == value, name
    if way == "ispupd":
        assert reply.raw.startswith(b"HTTP/1.0 200 OK\r\nContent-type: ")


def check_seen(seen, camera, note):
    changes = note.changes()
    for line in seen:
        if line == "nothing changed":
            assert changes == set() and not camera.was_asked_to_restart()
        elif line.startswith("restart: "):
            is_asked = line.endswith("asked")
            assert (camera.is_asked_to_restart() if is_asked
                    else not camera.was_asked_to_restart()), line
        elif line == "settings: saved":
            assert saved(camera) == live(camera)
        elif line.startswith("status "):
            key, value = line.removeprefix("status ").split("=", 1)
            assert camera.status()[key] == value.strip("'")
        else:
            what, how = line.rsplit(" ", 1)
            assert (what in changes) == (how == "changed"), f"{line}: changed are {changes}"


def live(camera):
    return (camera.folder / "ram" / "settings" / "picture.conf").read_bytes()


def saved(camera):
    return (camera.folder / "saved" / "settings" / "picture.conf").read_bytes()


@pytest.fixture
def stage(request, cameras, workshop):
    session, variant, way = request.param
    return Stage(session, variant, way, cameras, workshop)


def staged(cases):
    return pytest.mark.parametrize(
        "stage", [pytest.param(case.values, id=case.id) for case in cases], indirect=True)


@staged(CASES)
def test_whole(stage):
    camera = stage.camera()
    note = camera.note()
    with stage.way(camera) as way:
        reply = way.exchange(stage.request)
    stage.check_reply(reply)
    stage.check_camera(camera, note)


@staged([case for case in CASES if case.values[0].cuts != "none"])
def test_in_two_pieces(stage):
    """For every cut, the answer and the camera afterwards are the same."""
    is_reused = "nothing changed" in stage.session.seen
    cuts = stage.cuts()
    first = stage.camera().note()
    while cuts:
        camera = stage.camera()
        note = first.of_copy(camera)
        with stage.way(camera) as way:
            while cuts:
                cut = cuts.pop()
                reply = way.exchange(stage.request, cut)
                stage.check_reply(reply)
                stage.check_camera(camera, note)
                if not is_reused:
                    break


@staged([case for case in CASES if case.values[0].cuts != "none"
         and case.values[0].status == 200])
def test_ended_too_early(stage):
    """A host that leaves in the middle changes nothing that matters, and never gets OK."""
    camera = stage.camera()
    note = camera.note()
    body = stage.request.find(b"\r\n\r\n") + 4
    with stage.way(camera) as way:
        for cut in stage.cuts():
            reply = way.exchange(stage.request, cut, is_truncated=True)
            camera.settle()
            assert reply.status != 200 or reply.body.startswith(b"ERROR: "), (cut, reply.raw)
            assert reply.status in (0, 200, 400, 408) or cut < body
            left = note.changes() - {"all flash", "journal", "work folder"}
            assert left == set() and not camera.was_asked_to_restart(), (cut, left)
            if "nothing changed" in stage.session.seen:
                assert note.changes() == set(), cut


@staged([case for case in CASES if "nothing changed" in case.values[0].seen])
def test_the_next_good_upload_works(stage):
    camera = stage.camera()
    with stage.way(camera) as way:
        way.exchange(stage.request)
        camera.write_configuration(camera.firmware, camera.port, ())
        good = session_read(HERE / "upload.session")
        whole = good.request(good.variants[0], stage.image)
        assert way.exchange(whole).body == b"OK\n"
    camera.settle()
    assert camera.restart().returncode == 0
    assert camera.status()["ISP_STATE"] == "confirmed"


def test_what_a_server_has_not_read_is_seen():
    """Otherwise "two pieces" would be one piece that is read late."""
    with socket.create_server(("127.0.0.1", 0)) as server, \
            socket.create_connection(server.getsockname()) as host:
        host.sendall(bytes(100))
        assert unread(host) == 100
        reader = server.accept()[0]
        reader.recv(60)
        assert unread(host) == 40
        reader.recv(60)
        assert unread(host) == 0
        reader.close()
        assert unread(host) == 0


def test_bytes_that_are_not_read_are_no_piece_of_two():
    with socket.create_server(("127.0.0.1", 0)) as server, \
            socket.create_connection(server.getsockname()) as host:
        host.sendall(bytes(100))
        with pytest.raises(AssertionError, match="100 bytes stay unread"):
            wait_until_taken(host, seconds=0.1)
        server.accept()[0].close()
        wait_until_taken(host)


def test_every_component_has_a_bank_in_use(cameras):
    """The banks that "flash in use" compares exist; otherwise no session could see a change."""
    note = cameras().note()
    assert len(note.in_use(note.held["flash"])) == len(COMPONENTS)


def test_a_note_is_that_of_a_copy_too(cameras):
    copied = cameras()
    note = cameras().note().of_copy(copied)
    (copied.folder / "work" / "new").touch()
    assert note.changes() == {"work folder"} and note.active == copied.note().active
