# SPDX-License-Identifier: Apache-2.0
"""ispup verify: the very lines that a camera answers."""

import shutil
import tarfile

import pytest


def answer(done):
    """The one line on standard output; the exit status must say the same."""
    assert done.out.count("\n") == 1
    assert done.status == (0 if done.out == "OK\n" else 1)
    return done.out.rstrip("\n")


def test_takes_a_good_image(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    assert answer(ispup.verify(image, "--keys", keys)) == "OK"


def test_says_where_it_checked_no_signature(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    assert "signature not checked" in ispup.verify(image).err
    assert ispup.verify(image, "--keys", keys).err == ""


@pytest.mark.parametrize("name, said", [
    ("firmware.img", 'ERROR: file name: does not begin with ISP-U-: "firmware.img"'),
    ("ISP-U-0300.bin", "ERROR: file name: is not of the form ISP-U-AANP-Vx.xx.xx.bin: "
                       '"ISP-U-0300.bin"'),
    ("ISP-U-0300-V1.00.01.bin",
     "ERROR: version: ISP-Image.desc says V1.00.00, file name says V1.00.01"),
    ("ISP-U-0400-V1.00.00.bin", "ERROR: ISP platform: image is for 0400, camera is 0300"),
])
def test_judges_the_name(ispup, name, said):
    renamed = shutil.copy(ispup.pack(), ispup.folder / name)
    assert answer(ispup.verify(renamed)) == said


def test_tells_a_renamed_image_of_another_platform(ispup):
    renamed = shutil.copy(ispup.pack(platform="0400"), ispup.folder / "ISP-U-0300-V1.00.00.bin")
    assert (answer(ispup.verify(renamed))
            == "ERROR: ISP platform: ISP-Image.desc says 0400, file name says 0300")


def test_refuses_an_older_image_where_asked_to(ispup):
    image = ispup.pack()
    assert answer(ispup.verify(image, "--downgrade-from", "V1.00.00")) == "OK"
    assert (answer(ispup.verify(image, "--downgrade-from", "V1.00.01"))
            == "ERROR: downgrade refused: firmware is V1.00.00, camera has V1.00.01")


def test_refuses_an_image_without_signature_where_keys_are_given(ispup, keys):
    assert (answer(ispup.verify(ispup.pack(), "--keys", keys))
            .startswith("ERROR: signature: missing (the image has no ISP-Image.desc.sig; accepted: "))


def test_refuses_an_image_with_a_signature_by_another_key(ispup, keys):
    image = ispup.pack("--key", "old.private.pem")
    assert (answer(ispup.verify(image, "--keys", keys))
            .startswith("ERROR: signature: no known key (signed with "))


def test_refuses_the_signature_of_another_image(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    other = ispup.pack(version="V2.00.00")
    with_signature_of(ispup, image, other)
    assert (answer(ispup.verify(other, "--keys", keys))
            .startswith("ERROR: signature: not good for this ISP-Image.desc (signed with "))


def with_signature_of(ispup, image, other):
    """Gives `other` the signature file that `image` has."""
    with tarfile.open(image) as archive:
        text = archive.extractfile("ISP-Image.desc.sig").read()
    (ispup.folder / "stolen").write_bytes(text)
    ispup.ok("sign", other, "--signature", "stolen")


@pytest.mark.parametrize("change, said", [
    (lambda packed: packed[:-1] + bytes([packed[-1] ^ 1]), "ERROR: gzip: "),
    (lambda packed: packed[:-5], "ERROR: gzip: "),
    (lambda packed: packed + b"\0", "ERROR: gzip: "),
    (lambda packed: packed + packed, "ERROR: gzip: "),
    (lambda packed: b"", "ERROR: gzip: "),
    (lambda packed: b"BM" + packed, "ERROR: gzip: "),
])
def test_refuses_a_broken_file(ispup, change, said):
    image = ispup.pack()
    image.write_bytes(change(image.read_bytes()))
    assert answer(ispup.verify(image)).startswith(said)


def test_a_key_that_does_not_parse_is_told_and_skipped(ispup, keys):
    (keys / "broken.pem").write_text("nothing")
    done = ispup.verify(ispup.pack("--key", "new.private.pem"), "--keys", keys)
    assert done.out == "OK\n"
    assert "key skipped: " in done.err and "broken.pem" in done.err


def test_a_file_that_cannot_be_read_is_no_cameras_answer(ispup):
    done = ispup.verify(ispup.folder / "ISP-U-0300-V9.99.99.bin")
    assert (done.status, done.out) == (1, "")
    assert "cannot open " in done.err


def test_the_folders_that_an_image_lies_in_are_no_part_of_its_name(ispup):
    """An upload does not carry them, so the limit of its name is not theirs."""
    image = ispup.pack()
    deep = ispup.folder
    for _ in range(11):
        deep = deep / ("d" * 100)
    deep.mkdir(parents=True)
    assert answer(ispup.verify(shutil.copy(image, deep))) == "OK"
