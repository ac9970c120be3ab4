# SPDX-License-Identifier: Apache-2.0
"""ispup inspect."""

import hashlib


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
    for words in ("0300", "V1.02.03", "Grün ist weg", "ISP-F-0300-V1.02.03, 700 bytes", "nobody"):
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
