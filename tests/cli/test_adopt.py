# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera adopt`: what it takes from an image, what it keeps, and when it is refused."""

import pytest
from camera_fixture import component_bytes


@pytest.fixture
def image(workshop, tmp_path):
    def make(version, **sizes):
        path = tmp_path / f"ISP-U-0300-{version}.bin"
        path.write_bytes(workshop.image(version, **sizes))
        return path
    return make


@pytest.fixture
def loaded(cameras):
    """The firmware has a loader, which tells nothing back."""
    camera = cameras("furnished")
    loader = camera.folder / "loader"
    loader.write_text(f"#!/bin/sh\ncat > {camera.folder}/loaded\n")
    loader.chmod(0o755)
    camera.write_configuration("command:loader", 0, [
        ("[settings]", "[isp]\nprobe = probe\ntrial = 1\n\n[settings]")])
    probe(camera, True)
    for path in (camera.folder / "work").iterdir():
        path.unlink()
    return camera


def probe(camera, passes):
    path = camera.folder / "probe"
    path.write_text(f"#!/bin/sh\nexit {0 if passes else 1}\n")
    path.chmod(0o755)


def copies(camera):
    return sorted(path.name for path in (camera.folder / "work").glob("old-*"))


def test_the_first_update_goes_back_to_the_adopted_bytes_of_a_loader(loaded, image):
    first = image("V1.00.00", firmware=3000, hardware=700)
    said = loaded.command("adopt", first).stdout.decode()
    assert said == "adopted: ISP image V1.00.00\n"
    status = loaded.status()
    assert status["ISP_FIRMWARE"] == "ISP-F-0300-V1.00.00" and status["ISP_IMAGE_SHA256"] != ""
    assert len(copies(loaded)) == 1
    probe(loaded, False)
    loaded.command("install", image("V1.01.00", firmware=3001, hardware=700))
    loaded.settle()
    assert loaded.restart().returncode == 0
    assert loaded.status()["ISP_STATE"] == "rolled-back"
    assert (loaded.folder / "loaded").read_bytes() == component_bytes("firmware", "V1.00.00", 3000)
    loaded.restart()
    assert loaded.status()["ISP_VERSION"] == "V1.00.00"


def test_an_adopted_copy_never_has_the_name_of_an_update_s(loaded, image):
    first = image("V1.00.00", firmware=3000)
    loaded.command("adopt", first)
    adopted = copies(loaded)
    loaded.command("adopt", first)
    assert copies(loaded) == adopted
    loaded.command("adopt", image("V1.01.00", firmware=3001))
    assert len(copies(loaded)) == 1 and copies(loaded) != adopted


def test_without_an_image_the_missing_copy_is_told(loaded):
    said = loaded.command("adopt").stdout.decode()
    assert "firmware: no copy is kept, so its next update has no way back: adopt the image\n" in said
    assert copies(loaded) == []


def test_an_image_that_is_damaged_leaves_journal_and_copies_as_they_were(loaded, image):
    loaded.command("adopt", image("V1.00.00", firmware=3000))
    before = {path.name: path.read_bytes() for path in (loaded.folder / "work").iterdir()}
    other = image("V1.01.00", firmware=3001)
    other.write_bytes(other.read_bytes()[:-20])
    refused = loaded.command("adopt", other, check=False)
    assert refused.returncode == 1 and refused.stderr.startswith(b"ERROR: ")
    assert {path.name: path.read_bytes() for path in (loaded.folder / "work").iterdir()} == before


def test_a_factory_adopts_once(loaded, image):
    first = image("V1.00.00", firmware=3000)
    loaded.command("adopt", "--factory", first)
    before = {path.name: path.read_bytes() for path in (loaded.folder / "work").iterdir()}
    refused = loaded.command("adopt", "--factory", first, check=False)
    assert (refused.returncode, refused.stderr) == (
        1, b"ERROR: a journal exists: adopt --factory is for a camera without one\n")
    assert {path.name: path.read_bytes() for path in (loaded.folder / "work").iterdir()} == before
    for path in (loaded.folder / "work").glob("journal.*"):
        path.write_bytes(b"torn")
    assert loaded.command("adopt", "--factory", check=False).returncode == 1
    assert loaded.command("adopt", first).returncode == 0


def test_what_runs_is_not_known_until_the_restart_from_another_bank(cameras, image):
    camera = cameras("furnished")
    camera.command("recover")
    camera.command("install", image("V1.01.00", firmware=3000))
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.01.00"
    camera.command("adopt", image("V1.00.00", firmware=3000))
    status = camera.status()
    assert (status["ISP_VERSION"], status["ISP_NEXT"]) == ("UNKNOWN", "V1.00.00")
    assert status["ISP_FIRMWARE"] == "UNKNOWN"
    camera.restart()
    assert camera.status()["ISP_VERSION"] == "V1.00.00"
