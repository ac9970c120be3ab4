# SPDX-License-Identifier: Apache-2.0
"""Every bad image, sent both ways: the answer is exact, the camera is unchanged and accepts the next
good image. A fault that is found before the first byte of a component has changed nothing at all.

The cases share the cameras: each finds the camera as the case before left it.
"""

import shutil
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest
from bad_images import BAD_IMAGES
from camera_fixture import ONE_BANK, TWO_BANKS, Camera
from exchange import WAYS
from raw_image import IMAGE, PLAIN, archive, description, firmware, packed, section, with_head
from upload import upload_request

KINDS = {"furnished": TWO_BANKS, "one-bank": ONE_BANK}
OPTIONAL_HEAD = 0x1c  # gzip: an extra field, a name, a comment


class Host:
    """A camera of one kind that is reached one way."""

    def __init__(self, camera, way, workshop):
        self.camera, self.way, self.workshop = camera, way, workshop
        self.versions = count(2)

    def send(self, image, version="V1.01.00"):
        reply = self.way.exchange(upload_request(image, version))
        self.camera.settle()
        assert reply.status == 200
        return reply.body.decode()

    def expect_refused(self, bad):
        note, status, names = self.camera.note(), self.camera.status(), self.names()
        assert self.send(bad.image) == f"ERROR: {bad.answer}\n"
        if not bad.is_late:
            assert note.changes() == set() and self.camera.status() == status
        assert note.changes() <= {"all flash", "journal", "work folder"}
        assert not self.camera.was_asked_to_restart()
        assert self.names() == names

    def names(self):
        """The contents of the work folder, and the files beside the saved settings."""
        return {folder: sorted(path.name for path in (self.camera.folder / folder).iterdir())
                for folder in ("work", "saved")}

    def expect_good_upload(self):
        """A complete update, confirmed; not with the last image."""
        version = f"V1.{next(self.versions):02}.00"
        image = self.workshop.image(version, firmware=200)
        assert self.send(image, version) == "OK\n"
        assert self.camera.is_asked_to_restart()
        assert self.camera.restart().returncode == 0
        status = self.camera.status()
        assert (status["ISP_VERSION"], status["ISP_STATE"]) == (version, "confirmed")


class Hosts:
    """One for each kind of camera and each way, made when it is first needed."""

    def __init__(self, make):
        self.make, self.made = make, {}

    @contextmanager
    def borrow(self, kind, way):
        """A camera with which a test failed is not used again."""
        host = self.made.pop((kind, way), None) or self.make(kind, WAYS[way])
        yield host
        self.made[kind, way] = host


@pytest.fixture(scope="module")
def hosts(factory, build, workshop, tmp_path_factory):
    with ExitStack() as ways:
        def make(kind, way):
            folder = tmp_path_factory.mktemp(kind) / "camera"
            shutil.copytree(getattr(factory, kind.replace("-", "_")).folder, folder)
            camera = Camera(folder, build, KINDS[kind])
            return Host(camera, ways.enter_context(way(camera)), workshop)

        yield Hosts(make)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bad", BAD_IMAGES.values(), ids=BAD_IMAGES)
def test_a_bad_image_is_refused_and_the_next_good_one_is_taken(hosts, bad, way):
    with hosts.borrow("furnished", way) as host:
        host.expect_refused(bad)
        host.expect_good_upload()


LATE = {name: bad for name, bad in BAD_IMAGES.items() if bad.is_late}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("bad", LATE.values(), ids=LATE)
def test_one_bank_is_not_touched_and_nothing_staged_is_left(hosts, bad, way):
    with hosts.borrow("one-bank", way) as host:
        host.expect_refused(bad)
        host.expect_good_upload()


GOOD = packed(archive(description(), firmware()))
ODD_BUT_GOOD = {
    "19-extra-field-name-comment": with_head(GOOD, flags=OPTIONAL_HEAD,
                                             rest=b"\4\0abcd" b"../name\0" b"a comment\0"),
    "20-set-user-id": packed(archive(description(), firmware(mode=b"0006777\0"))),
    "20-whole-record": packed(archive(description(), firmware(), end=bytes(10240 - 4 * 512))),
    "21-long-remark": packed(archive(description("; " + "x" * 60000 + "\n" + IMAGE + section()), firmware())),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("image", ODD_BUT_GOOD.values(), ids=ODD_BUT_GOOD)
def test_what_means_nothing_does_not_matter(cameras, image, way):
    camera = cameras()
    with WAYS[way](camera) as server:
        assert server.exchange(upload_request(image, "V1.01.00")).body == b"OK\n"
    camera.settle()
    assert camera.is_asked_to_restart() and camera.restart().returncode == 0
    assert camera.active("firmware").startswith("1 ")
    assert (camera.folder / "flash" / "firmware.1").read_bytes() == PLAIN
