# SPDX-License-Identifier: Apache-2.0
"""Which files `ispup push` sends, and which ones it refuses before it asks a camera."""

import gzip
import os

import pytest
from camera_fixture import run
from said import outcome


@pytest.mark.parametrize("name, change, status, said", [
    ("ISP-U-0300-V1.01.00.bin", lambda packed: packed[:-5], 1, "ERROR: gzip: "),
    ("ISP-U-0300-V1.02.00.bin", lambda packed: packed, 1, "ERROR: version: ISP-Image.desc says"),
    ("firmware.bin", lambda packed: packed, 1, "ERROR: file name: does not begin with ISP-U-"),
    ("ISP-U-0300-V1.01.00.bin", lambda packed: gzip.compress(b"the vendor's"), 1,
     "ERROR: archive: "),
])
def test_an_image_that_is_not_right_reaches_no_camera(ispup, vendor, image, tmp_path, name, change,
                                                      status, said):
    packed = change(image().read_bytes())
    (tmp_path / name).write_bytes(packed)
    done = ispup.run("push", tmp_path / name, vendor.host)
    assert (done.status, done.out, vendor.requests) == (status, "", [])
    assert "nothing was sent, a camera would refuse the image: " + said in done.err


def test_a_folder_of_keys_that_is_not_there_is_no_cameras_refusal(ispup, vendor, image):
    done = ispup.run("push", image(), vendor.host, "--keys", "nowhere")
    assert done.status == 1 and "nowhere" in done.err and "would refuse" not in done.err
    assert vendor.requests == []


def test_an_image_that_changes_after_its_check_is_not_sent(ispup, vendor, image):
    path, form = image(), vendor.form

    def build_anew(request):
        with open(path, "r+b") as file:
            file.write(b"\x1f")
        form(request)

    vendor.form = build_anew
    done = ispup.events("push", path, vendor.host)
    assert (done.status, outcome(done)["outcome"], vendor.uploads) == (1, "not done", [])
    assert "has changed since it was checked" in outcome(done)["why"]


def test_another_format_is_sent_with_foreign_alone(ispup, vendor, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(gzip.compress(b"the vendor's own"))
    assert "--foreign sends it" in ispup.run("push", path, vendor.host).err
    assert vendor.requests == []
    checked = ispup.events("push", path, vendor.host, "--foreign", "--check")
    assert (checked.status, outcome(checked)["outcome"]) == (2, "cannot tell")
    assert "nothing else can be checked" in outcome(checked)["why"] and vendor.uploads == []
    done = ispup.events("push", path, vendor.host, "--foreign")
    assert (done.status, outcome(done)["outcome"]) == (0, "done")
    assert vendor.image_sent() == path.read_bytes()


@pytest.mark.parametrize("change", [
    lambda packed: packed[:-1], lambda packed: packed + b"\0", lambda packed: b"no gzip",
    lambda packed: b"",
])
def test_foreign_is_no_way_for_a_broken_file(ispup, vendor, tmp_path, change):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(change(gzip.compress(b"the vendor's own")))
    done = ispup.run("push", path, vendor.host, "--foreign")
    assert done.status == 1 and "ERROR: gzip: " in done.err and vendor.requests == []


FOREIGN_LIMIT = 64 * 1024 * 1024


@pytest.mark.parametrize("size, said", [
    (FOREIGN_LIMIT, "ERROR: gzip: this is not a gzip file"),
    (FOREIGN_LIMIT + 1, f"has {FOREIGN_LIMIT + 1} bytes, --foreign sends at most {FOREIGN_LIMIT}"),
])
def test_foreign_has_a_limit(ispup, vendor, tmp_path, size, said):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.touch()
    os.truncate(path, size)
    done = ispup.run("push", path, vendor.host, "--foreign")
    assert done.status == 1 and said in done.err and vendor.requests == []


def test_foreign_is_no_way_for_an_image_of_nothing(ispup, vendor, tmp_path):
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(gzip.compress(b""))
    done = ispup.run("push", path, vendor.host, "--foreign")
    assert done.status == 1 and "is empty after decompression" in done.err and vendor.requests == []
    assert "--foreign sends it" not in ispup.run("push", path, vendor.host).err


def test_foreign_is_no_way_for_a_damaged_image_of_ours(ispup, vendor, image, tmp_path):
    """A valid gzip stream around changed components."""
    plain = bytearray(gzip.decompress(image().read_bytes()))
    plain[-2000] ^= 1
    path = tmp_path / "ISP-U-0300-V1.01.00.bin"
    path.write_bytes(gzip.compress(plain))
    done = ispup.run("push", path, vendor.host, "--foreign")
    assert done.status == 1 and "digest differs" in done.err and vendor.requests == []


def test_an_image_signed_by_another_key_reaches_no_camera(ispup, vendor, image):
    for name in ("ours", "theirs"):
        run(ispup.program, "keygen", "-o", ispup.folder / name)
    (ispup.folder / "keys").mkdir()
    (ispup.folder / "ours.public.pem").rename(ispup.folder / "keys" / "ours.pem")
    path = image()
    run(ispup.program, "sign", path, "--key", ispup.folder / "theirs.private.pem")
    done = ispup.run("push", path, vendor.host, "--keys", ispup.folder / "keys")
    assert done.status == 1 and "ERROR: signature: no known key" in done.err
    assert vendor.requests == []
    run(ispup.program, "sign", path, "--key", ispup.folder / "ours.private.pem")
    assert ispup.run("push", path, vendor.host, "--check", "--keys",
                     ispup.folder / "keys").status == 0
