# SPDX-License-Identifier: Apache-2.0
"""ispup inspect."""

import gzip
import hashlib
import json
import subprocess

import pytest


def values(text):
    """The lines KEY='value'."""
    pairs = [line.split("=", 1) for line in text.splitlines()]
    assert all(value[0] == value[-1] == "'" for _, value in pairs)
    return {key: value[1:-1] for key, value in pairs}


def test_says_to_scripts_what_an_image_is(ispup, keys):
    image = ispup.pack("--notes", "It's new", "--key", "new.private.pem")
    found = values(ispup.ok("inspect", "--format=kv", image).out)
    firmware = (ispup.folder / "firmware.bin").read_bytes()
    digest = found.pop("ISP_IMAGE_SHA256")
    signer = found.pop("SIGNED_BY")
    assert len(digest) == 64 and len(signer) == 16
    assert found == {
        "ISP_PLATFORM": "0300", "ISP_VERSION": "V1.00.00", "BUILT": "", "NOTES": "It?s new",
        "ISP_FIRMWARE": "ISP-F-0300-V1.00.00", "ISP_FIRMWARE_FILE": "ISP-F-0300-V1.00.00.bin",
        "ISP_FIRMWARE_SIZE": str(len(firmware)),
        "ISP_FIRMWARE_SHA256": hashlib.sha256(firmware).hexdigest(),
    }


def test_says_to_people_what_an_image_is(ispup):
    out = ispup.ok("inspect", ispup.pack("--notes", "Grün ist weg", version="V1.02.03")).out
    for words in ("0300", "V1.02.03", "Grün ist weg", "ISP-F-0300-V1.02.03, 700 bytes", "no key"):
        assert words in out


def test_the_digest_is_the_same_with_and_without_signature(ispup, keys):
    image = ispup.pack()
    before = values(ispup.ok("inspect", "--format=kv", image).out)["ISP_IMAGE_SHA256"]
    ispup.ok("sign", image, "--key", "new.private.pem")
    assert values(ispup.ok("inspect", "--format=kv", image).out)["ISP_IMAGE_SHA256"] == before


def test_fails_for_an_image_that_is_not_whole(ispup):
    image = ispup.pack()
    image.write_bytes(image.read_bytes()[:-9])
    done = ispup.run("inspect", image)
    assert done.status == 1
    assert done.err.startswith("ispup inspect: ")


def test_says_which_image_could_not_be_read_and_which_is_refused(ispup):
    good = ispup.pack().name
    damaged = ispup.pack(version="V2.00.00")
    damaged.write_bytes(damaged.read_bytes()[:-9])
    assert ispup.run("inspect", "missing").status == 2
    for images, status in (([good, good], 0), ([damaged.name, good], 1),
                           (["missing", damaged.name], 2), ([good, "missing"], 2)):
        done = ispup.run("inspect", *images)
        assert done.status == status
        assert done.out.count("file             ") == len([name for name in images
                                                           if name != "missing"])
        assert ("ispup inspect: cannot open missing: " in done.err) == ("missing" in images)
        assert (f"ispup inspect: {damaged.name}: gzip: " in done.err) == (damaged.name in images)
    done = ispup.ok("inspect", "--format=kv", good, good)
    assert done.out.count(f"FILE='{good}'\nISP_PLATFORM='0300'\n") == 2


def test_prints_objects_for_scripts(ispup, keys):
    good = ispup.pack("--notes", "Grün \"ist\" weg", "--key", "new.private.pem").name
    damaged = ispup.pack(version="V2.00.00")
    damaged.write_bytes(damaged.read_bytes()[:-9])
    done = ispup.run("inspect", "--json", good, damaged.name, "missing")
    assert (done.status, done.err) == (2, "")
    first, second, third = map(json.loads, done.out.splitlines())
    firmware = (ispup.folder / "firmware.bin").read_bytes()
    assert len(first.pop("image_sha256")) == 64 and len(first.pop("signed_by")) == 16
    assert first == {
        "file": good, "outcome": "ok", "platform": "0300", "version": "V1.00.00", "built": "",
        "notes": "Grün \"ist\" weg", "firmware": "ISP-F-0300-V1.00.00",
        "firmware_file": "ISP-F-0300-V1.00.00.bin", "firmware_size": len(firmware),
        "firmware_sha256": hashlib.sha256(firmware).hexdigest(),
    }
    assert (second["file"], second["outcome"]) == (damaged.name, "refused")
    assert second["why"].startswith("gzip: ")
    assert (third["file"], third["outcome"]) == ("missing", "unread")


def test_reads_an_image_from_standard_input(ispup):
    image = ispup.pack()
    with image.open("rb") as file:
        done = subprocess.run([ispup.program, "inspect", "-"], stdin=file, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == ispup.ok("inspect", image).out


@pytest.fixture
def older_image(ispup):
    """As a packer that took any notes made it: the same length, other characters."""
    raw = gzip.decompress(ispup.pack("--notes", "to 00.10.1V ABC\U0001f600!").read_bytes())
    assert raw.count("ABC\U0001f600".encode()) == 1
    path = ispup.folder / "older.bin"
    path.write_bytes(gzip.compress(raw.replace("ABC\U0001f600".encode(),
                                               "\u202e\U000e0041".encode()), mtime=0))
    return path


def test_shows_what_a_terminal_would_hide(ispup, older_image):
    done = ispup.ok("inspect", older_image)
    assert "notes            to 00.10.1V <U+202E><U+E0041>!\n" in done.out
    line = ispup.ok("inspect", "--json", older_image).out
    assert line.isascii()
    assert json.loads(line)["notes"] == "to 00.10.1V \u202e\U000e0041!"


def test_such_notes_are_refused(ispup, older_image):
    older_image.rename(ispup.folder / "ISP-U-0300-V1.00.00.bin")
    done = ispup.run("verify", "ISP-U-0300-V1.00.00.bin", "--platform", "0300")
    assert done.status == 1
    assert "ISP-Image.desc: line 5: notes is not one printable line" in done.out
    for notes in ("\u202ex", "x\u2028y", "\u200b", "\ufeffx"):
        done = ispup.run("pack", "--platform", "0300", "--version", "V9.00.00",
                         "--firmware", "firmware.bin", "--notes", notes)
        assert done.status == 1 and "notes is not one printable line" in done.err
        assert not (ispup.folder / "ISP-U-0300-V9.00.00.bin").exists()
