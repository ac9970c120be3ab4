# SPDX-License-Identifier: Apache-2.0
"""What a camera requires of an image: a signature by one of its keys, no downgrade. Each refusal
has its own text, with the accepted keys, and changes nothing."""

import gzip
import io
import shutil
import tarfile

import pytest
from camera_fixture import COMPONENTS, run
from exchange import WAYS
from upload import upload_request

SIGNED = [("signature = off", "signature = required\nkeys = keys")]
NO_OLDER = [("signature = off", "signature = off\ndowngrade = refuse")]
SIGNATURE = "ISP-Image.desc.sig"


class Vendor:
    """Keys by name, and images signed with some of them."""

    def __init__(self, folder, workshop):
        self.folder, self.workshop = folder, workshop
        self.ids = {}

    def key(self, name):
        if name not in self.ids:
            made = run(self.workshop.ispup, "keygen", "-o", self.folder / name)
            self.ids[name] = made.stdout.decode().split()[-1]
        return self.ids[name]

    def trust(self, camera, *names):
        """The camera's folder of keys holds exactly these."""
        shutil.rmtree(camera.folder / "keys", ignore_errors=True)
        (camera.folder / "keys").mkdir()
        for name in names:
            self.key(name)
            shutil.copy(self.folder / f"{name}.public.pem", camera.folder / "keys" / f"{name}.pem")

    def image(self, *names, version="V1.01.00"):
        path = self.folder / f"ISP-U-0300-{version}.bin"
        path.write_bytes(self.workshop.image(version, firmware=2000))
        for name in names:
            self.key(name)
            run(self.workshop.ispup, "sign", path, "--key", self.folder / f"{name}.private.pem")
        return path.read_bytes()


@pytest.fixture
def vendor(tmp_path, workshop):
    return Vendor(tmp_path, workshop)


def members_of(image):
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(image))) as archive:
        return [(member, archive.extractfile(member).read()) for member in archive]


def rewritten(image, change):
    """The image, each member with the bytes that `change(name, bytes)` returns."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for member, data in members_of(image):
            data = change(member.name, data)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(out.getvalue())


def bytes_of(image, name):
    return {member.name: data for member, data in members_of(image)}[name]


class Host:
    """Sends images one way."""

    def __init__(self, way):
        self.way = way

    def send(self, camera, request):
        with self.way(camera) as server:
            said = server.exchange(request).body.decode().removesuffix("\n")
        camera.settle()
        # Otherwise its file would appear long after the camera was restarted.
        assert said != "OK" or camera.is_asked_to_restart()
        return said

    def upload(self, camera, image, version="V1.01.00"):
        return self.send(camera, upload_request(image, version))

    def single(self, camera, version):
        return self.send(camera, upload_request(b"plain bytes", version, "ISP_FIRMWARE_SAVE", "F"))

    def refused(self, camera, image, version="V1.01.00"):
        """The answer; checks that nothing has changed."""
        note = camera.note()
        said = self.upload(camera, image, version)
        assert note.changes() == set() and not camera.was_asked_to_restart(), said
        assert said.startswith("ERROR: ")
        return said.removeprefix("ERROR: ")


@pytest.fixture(params=WAYS)
def host(request):
    return Host(WAYS[request.param])


@pytest.fixture
def strict(cameras, vendor):
    """A camera that accepts images signed with the keys `old` and `new`."""
    camera = cameras(replace=SIGNED)
    vendor.trust(camera, "old", "new")
    return camera


@pytest.mark.parametrize("names", [("new",), ("old",), ("other", "new"), ("old", "new")])
def test_one_good_signature_is_enough(host, strict, vendor, names):
    assert host.upload(strict, vendor.image(*names)) == "OK"


def accepted(vendor):
    """In the order of the names of the files."""
    return f"accepted: {vendor.key('new')} {vendor.key('old')})"


def test_a_missing_signature(host, strict, vendor):
    assert host.refused(strict, vendor.image()) == (
        f"signature: missing (the image has no {SIGNATURE}; {accepted(vendor)}")


def test_an_unknown_key(host, strict, vendor):
    assert host.refused(strict, vendor.image("other")) == (
        f"signature: no known key (signed with {vendor.key('other')}; {accepted(vendor)}")


def test_a_withdrawn_key_is_an_unknown_one(host, strict, vendor):
    image = vendor.image("old")
    vendor.trust(strict, "new")
    assert host.refused(strict, image) == (
        f"signature: no known key (signed with {vendor.key('old')}; "
        f"accepted: {vendor.key('new')})")


def test_a_camera_without_keys_takes_nothing(host, strict, vendor):
    vendor.trust(strict)
    assert host.refused(strict, vendor.image("new")) == (
        f"signature: no known key (signed with {vendor.key('new')}; accepted: none)")


def not_good(vendor):
    return (f"signature: not good for this ISP-Image.desc (signed with {vendor.key('new')}; "
            f"{accepted(vendor)}")


def test_a_changed_descriptor(host, strict, vendor):
    image = rewritten(vendor.image("new"), lambda name, data: data.replace(
        b"format = 1\n", b"format = 1\n; a remark\n"))
    assert host.refused(strict, image) == not_good(vendor)


def test_the_signature_of_another_image(host, strict, vendor):
    other = bytes_of(vendor.image("new", version="V1.02.00"), SIGNATURE)
    image = rewritten(vendor.image("new"), lambda name, data: other if name == SIGNATURE else data)
    assert host.refused(strict, image) == not_good(vendor)


def test_a_malformed_signature(host, strict, vendor):
    image = rewritten(vendor.image("new"),
                      lambda name, data: data.upper() if name == SIGNATURE else data)
    assert host.refused(strict, image) == (
        f"signature: malformed {SIGNATURE}: line 1: must be key = and 16 hex digits "
        f"({accepted(vendor)}")


def test_a_changed_component_under_a_good_signature(host, strict, vendor):
    """Known only when the whole image has arrived: by then the spare bank has been written."""
    image = rewritten(vendor.image("new"), lambda name, data: data if "desc" in name else
                      bytes([data[0] ^ 1]) + data[1:])
    note = strict.note()
    assert host.upload(strict, image) == (
        "ERROR: ISP-F-0300-V1.01.00.bin: digest differs from ISP-Image.desc")
    assert note.changes() <= {"all flash", "journal", "work folder"}
    assert strict.status()["ISP_VERSION"] == "V1.00.00" and not strict.was_asked_to_restart()
    assert host.upload(strict, vendor.image("new")) == "OK"


def test_a_single_image_is_taken_only_if_no_signature_is_required(host, strict, cameras):
    note = strict.note()
    assert host.single(strict, "V1.01.00") == (
        "ERROR: signature: missing (a single image cannot carry one)")
    assert note.changes() == set()
    assert host.single(cameras(), "V1.01.00") == "OK"


OLDER = "ERROR: downgrade refused: firmware is V1.00.99, camera has V1.01.00"


def test_no_component_may_be_older_than_the_confirmed_one(host, cameras, workshop):
    camera = cameras(replace=NO_OLDER)
    assert host.upload(camera, workshop.image("V1.01.00", firmware=2000)) == "OK"
    camera.restart()
    assert camera.status()["ISP_STATE"] == "confirmed"
    older = workshop.image("V1.00.99", firmware=2100)
    assert "ERROR: " + host.refused(camera, older, "V1.00.99") == OLDER
    assert host.single(camera, "V1.00.99") == OLDER
    # The image as a whole is newer, but this component is not.
    folder = camera.folder / "packed"
    folder.mkdir()
    (folder / "firmware.raw").write_bytes(b"old")
    run(workshop.ispup, "pack", "--platform", "0300", "--version", "V1.02.00",
        "--firmware", folder / "firmware.raw", "--firmware-version", "V1.00.99", "-o", folder)
    mixed = (folder / "ISP-U-0300-V1.02.00.bin").read_bytes()
    shutil.rmtree(folder)
    assert "ERROR: " + host.refused(camera, mixed, "V1.02.00") == OLDER
    assert host.upload(camera, workshop.image("V1.01.00", firmware=2050)) == "OK"


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_component_is_compared_with_its_own_version(host, cameras, workshop, component):
    camera = cameras(replace=NO_OLDER)
    names = [name.replace("-", "_") for name in COMPONENTS]
    assert host.upload(camera, workshop.image("V1.01.00", **dict.fromkeys(names, 500))) == "OK"
    camera.restart()
    older = workshop.image("V1.00.99", **{component.replace("-", "_"): 600})
    assert host.refused(camera, older, "V1.00.99") == (
        f"downgrade refused: {component} is V1.00.99, camera has V1.01.00")


def test_a_rollback_is_no_downgrade_and_what_is_unknown_is_not_compared(host, cameras, workshop):
    camera = cameras("new", replace=NO_OLDER)
    assert host.upload(camera, workshop.image("V1.01.00", firmware=2000)) == "OK"
    camera.restart()
    assert host.upload(camera, workshop.image("V1.02.00", firmware=2000), "V1.02.00") == "OK"
    camera.restart()
    camera.command("rollback")
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
    assert host.upload(camera, workshop.image("V1.01.50", firmware=2000), "V1.01.50") == "OK"
