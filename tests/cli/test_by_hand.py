# SPDX-License-Identifier: Apache-2.0
"""An image made with GNU tar and gzip, without `ispup pack`."""

import hashlib
import re
import shutil
import subprocess

import pytest

NAME = "ISP-U-0300-V1.00.00.bin"


def describe(content, file="fw.bin", size=None, digest=None):
    return f"""\
; by hand
[image]
format = 1
platform = 0300
version = V1.00.00
maker = me

[firmware]
file = {file}
version = V1.00.00
size = {len(content) if size is None else size}
sha256 = {digest or hashlib.sha256(content).hexdigest()}
"""


def make(folder, *names, options=()):
    """Archives the named files by hand; returns the image's path."""
    archive = folder / "by-hand.tar"
    subprocess.run(["tar", *options, "-cf", archive, *names], cwd=folder, check=True)
    with open(archive, "rb") as plain, open(folder / NAME, "wb") as image:
        subprocess.run(["gzip"], stdin=plain, stdout=image, check=True)
    return folder / NAME


@pytest.fixture
def made(ispup):
    """A folder with ISP-Image.desc and fw.bin, and functions that make an image of them."""
    content = (ispup.folder / "firmware.bin").read_bytes()
    (ispup.folder / "fw.bin").write_bytes(content)
    (ispup.folder / "ISP-Image.desc").write_text(describe(content))
    return ispup


@pytest.mark.parametrize("format", ["gnu", "ustar", "oldgnu"])
def test_an_image_by_tar_and_gzip_is_accepted(made, format):
    image = make(made.folder, "ISP-Image.desc", "fw.bin", options=[f"--format={format}"])
    done = made.verify(image)
    assert done.out == "OK, signature not checked\n"


def test_a_gzip_head_with_name_and_time_is_accepted(made):
    archive = make(made.folder, "ISP-Image.desc", "fw.bin").with_name("by-hand.tar")
    subprocess.run(["gzip", "-9", "-N", archive], check=True)
    shutil.move(made.folder / "by-hand.tar.gz", made.folder / NAME)
    assert made.verify(NAME).out == "OK, signature not checked\n"


def test_a_signature_added_by_hand_is_accepted(made, keys):
    image = make(made.folder, "ISP-Image.desc", "fw.bin")
    made.ok("sign", image, "--key", "new.private.pem")
    subprocess.run(["tar", "-xzf", image, "ISP-Image.desc.sig"], cwd=made.folder, check=True)
    image = make(made.folder, "ISP-Image.desc", "ISP-Image.desc.sig", "fw.bin")
    assert made.verify(image, "--keys", keys).out == "OK\n"


def test_the_documented_way_makes_an_image(made, keys, root):
    text = (root / "docs" / "image-format.md").read_text()
    recipe = re.search(r"(?m)^    printf '\[image\].*\n(    .*\n)*", text)[0]
    (made.folder / "private.pem").write_text((made.folder / "new.private.pem").read_text())
    (made.folder / "ISP-Image.desc").unlink()
    subprocess.run(["sh", "-e", "-c", recipe], cwd=made.folder, check=True)
    assert made.verify("ISP-U-0300-V1.02.00.bin", "--keys", keys).out == "OK\n"


@pytest.mark.parametrize("names, options, said", [
    (["fw.bin", "ISP-Image.desc"], [], "ERROR: archive: begins with fw.bin"),
    (["./ISP-Image.desc", "fw.bin"], [], "ERROR: archive: "),
    (["ISP-Image.desc"], [], "ERROR: archive: fw.bin is missing"),
    (["ISP-Image.desc", "fw.bin", "firmware.bin"], [], "ERROR: archive: "),
    (["ISP-Image.desc", "ISP-Image.desc", "fw.bin"], [], "ERROR: archive: "),
    (["ISP-Image.desc", "link"], [], "ERROR: archive: "),
    (["ISP-Image.desc", "fw.bin"], ["--format=pax", "--pax-option=comment=x"], "ERROR: archive: "),
    (["keys", "ISP-Image.desc", "fw.bin"], [], "ERROR: archive: "),
])
def test_another_archive_is_refused(made, keys, names, options, said):
    (made.folder / "link").symlink_to("fw.bin")
    done = made.verify(make(made.folder, *names, options=options))
    assert (done.status, done.out[:len(said)]) == (1, said)


@pytest.mark.parametrize("change, said", [
    ({"digest": "0" * 64}, "ERROR: fw.bin: digest differs from ISP-Image.desc"),
    ({"size": 699}, "ERROR: "),
    ({"size": 701}, "ERROR: "),
    ({"file": "../fw.bin"}, "ERROR: ISP-Image.desc: "),
    ({"file": "other.bin"}, "ERROR: archive: "),
])
def test_a_descriptor_that_says_otherwise_is_refused(made, change, said):
    content = (made.folder / "fw.bin").read_bytes()
    (made.folder / "ISP-Image.desc").write_text(describe(content, **change))
    done = made.verify(make(made.folder, "ISP-Image.desc", "fw.bin"))
    assert (done.status, done.out[:len(said)]) == (1, said)


@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "\r\n"),
    lambda text: "\ufeff" + text,
    lambda text: text[:-1],
    lambda text: text.replace("0300", "030\0"),
    lambda text: text.replace("platform = 0300\n", "platform = 0300\nplatform = 0400\n"),
    lambda text: text.replace("format = 1", "format = 2"),
    lambda text: text.replace("version = V1.00.00\nmaker", "version = 1.0\nmaker"),
    lambda text: text + "; " + "x" * 65536 + "\n",
])
def test_a_descriptor_of_another_form_is_refused(made, change):
    text = (made.folder / "ISP-Image.desc").read_text()
    assert change(text) != text
    (made.folder / "ISP-Image.desc").write_bytes(change(text).encode())
    done = made.verify(make(made.folder, "ISP-Image.desc", "fw.bin"))
    assert (done.status, done.out[:22]) == (1, "ERROR: ISP-Image.desc:")
