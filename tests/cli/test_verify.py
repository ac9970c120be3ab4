# SPDX-License-Identifier: Apache-2.0
"""ispup verify: it prints exactly the lines that a camera answers."""

import json
import os
import shutil
import subprocess
import tarfile

import pytest


NOT_CHECKED = "OK, signature not checked"


def answer(done):
    """The one line on standard output; checks that the exit status agrees."""
    assert done.out.count("\n") == 1
    assert done.status == (0 if done.out.rstrip("\n") in ("OK", NOT_CHECKED) else 1)
    return done.out.rstrip("\n")


def test_takes_a_good_image(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    assert answer(ispup.verify(image, "--keys", keys)) == "OK"


def test_says_if_it_checked_no_signature(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    assert (answer(ispup.verify(image)), ispup.verify(image).err) == (NOT_CHECKED, "")
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


def test_refuses_an_older_image_if_asked_to(ispup):
    image = ispup.pack()
    assert answer(ispup.verify(image, "--downgrade-from", "V1.00.00")) == NOT_CHECKED
    assert (answer(ispup.verify(image, "--downgrade-from", "V1.00.01"))
            == "ERROR: downgrade refused: firmware is V1.00.00, camera has V1.00.01")


def test_refuses_an_image_without_signature_if_keys_are_given(ispup, keys):
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
    """Gives `other` the signature file of `image`."""
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
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("ispup verify: cannot open ")


def test_keys_that_cannot_be_read_are_no_cameras_answer(ispup):
    done = ispup.verify(ispup.pack(), "--keys", "nowhere")
    assert (done.status, done.out) == (2, "")
    assert done.err == ("ispup verify: cannot open key folder nowhere: No such file or directory\n")


def test_answers_for_several_images_and_the_worst_counts(ispup, keys):
    good = ispup.pack("--key", "new.private.pem").name
    unsigned = ispup.pack(version="V2.00.00").name
    rows = [([good, good], 0), ([good, unsigned], 1), ([unsigned, good], 1),
            (["missing", unsigned, good], 2), ([unsigned, "missing"], 2)]
    lines = {good: f"{good}: OK", unsigned: f"{unsigned}: ERROR: signature: missing"}
    for images, status in rows:
        done = ispup.run("verify", *images, "--platform", "0300", "--keys", keys)
        assert done.status == status
        found = [name for name in images if name != "missing"]
        assert len(done.out.splitlines()) == len(found)
        for name, line in zip(found, done.out.splitlines()):
            assert line.startswith(lines[name])
        assert (done.err == "") == ("missing" not in images)


def test_reads_an_image_from_standard_input(ispup, keys):
    image = ispup.pack("--key", "new.private.pem").read_bytes()

    def said(packed, platform="0300"):
        done = subprocess.run([ispup.program, "verify", "-", "--platform", platform, "--keys",
                               keys], input=packed, capture_output=True, timeout=120)
        return done.returncode, done.stdout.decode()
    assert said(image) == (0, "OK\n")
    assert said(image, "0400") == (1, "ERROR: ISP platform: image is for 0300, camera is 0400\n")
    status, out = said(image[:-9])
    assert status == 1 and out.startswith("ERROR: gzip: ")
    folder = os.open(ispup.folder, os.O_RDONLY)
    done = subprocess.run([ispup.program, "verify", "-", "--platform", "0300"], stdin=folder,
                          capture_output=True, text=True)
    os.close(folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ispup verify: standard input: reading: Is a directory")


def test_prints_objects_for_scripts(ispup, keys):
    good = ispup.pack("--key", "new.private.pem").name
    unsigned = ispup.pack(version="V2.00.00").name
    done = ispup.run("verify", "--json", good, unsigned, "missing", "--platform", "0300",
                     "--keys", keys)
    assert (done.status, done.err) == (2, "")
    first, second, third = map(json.loads, done.out.splitlines())
    assert first == {"file": good, "outcome": "ok", "signature": "good"}
    assert (second["file"], second["outcome"]) == (unsigned, "refused")
    assert second["why"].startswith("ERROR: signature: missing")
    assert third == {"file": "missing", "outcome": "unread",
                     "why": "cannot open missing: No such file or directory"}
    assert json.loads(ispup.verify(good, "--json").out)["signature"] == "not checked"


def test_the_folders_that_an_image_lies_in_are_no_part_of_its_name(ispup):
    """An upload does not carry folders, so the limit of its name does not count them."""
    image = ispup.pack()
    deep = ispup.folder
    for _ in range(11):
        deep = deep / ("d" * 100)
    deep.mkdir(parents=True)
    assert answer(ispup.verify(shutil.copy(image, deep))) == NOT_CHECKED
