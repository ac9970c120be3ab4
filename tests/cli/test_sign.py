# SPDX-License-Identifier: Apache-2.0
"""ispup sign."""

import os
import subprocess


def signature_file(image):
    done = subprocess.run(["tar", "-xzOf", str(image), "ISP-Image.desc.sig"], check=True,
                          stdout=subprocess.PIPE)
    return done.stdout


def test_an_image_signed_later_is_the_one_signed_at_once(ispup, keys):
    at_once = ispup.pack("--key", "new.private.pem").read_bytes()
    image = ispup.pack()
    assert image.read_bytes() != at_once
    ispup.ok("sign", image, "--key", "new.private.pem")
    assert image.read_bytes() == at_once


def test_adds_to_the_signatures_that_are_there(ispup, keys):
    image = ispup.pack("--key", "old.private.pem")
    assert ispup.verify(image, "--keys", keys).status == 1
    ispup.ok("sign", image, "--key", "new.private.pem")
    assert ispup.verify(image, "--keys", keys).out == "OK\n"
    assert signature_file(image).count(b"key = ") == 2


def test_signing_again_with_the_same_key_changes_nothing(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    before = image.read_bytes()
    ispup.ok("sign", image, "--key", "new.private.pem")
    assert image.read_bytes() == before


def test_replaces_a_signature_by_the_same_key_that_is_not_good(ispup, keys):
    (ispup.folder / "stolen").write_bytes(
        signature_file(ispup.pack("--key", "new.private.pem", version="V2.00.00")))
    image = ispup.pack()
    ispup.ok("sign", image, "--signature", "stolen")
    assert ispup.verify(image, "--keys", keys).status == 1
    ispup.ok("sign", image, "--key", "new.private.pem")
    assert ispup.verify(image, "--keys", keys).out == "OK\n"


def test_adds_a_signature_made_elsewhere(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    (ispup.folder / "made-elsewhere").write_bytes(signature_file(image))
    image = ispup.pack()
    ispup.ok("sign", image, "--signature", "made-elsewhere")
    assert ispup.verify(image, "--keys", keys).out == "OK\n"


def test_leaves_the_image_unchanged_if_another_is_named(ispup, keys):
    image = ispup.pack()
    before = image.read_bytes()
    (ispup.folder / "signed").mkdir()
    ispup.ok("sign", image, "--key", "new.private.pem", "-o", f"signed/{image.name}")
    assert image.read_bytes() == before
    assert ispup.verify(f"signed/{image.name}", "--keys", keys).out == "OK\n"


def test_replaces_another_image_only_if_it_is_asked_to(ispup, keys):
    image = ispup.pack()
    (ispup.folder / "signed").mkdir()
    other = ispup.folder / "signed" / image.name
    other.write_bytes(b"another")
    words = ["sign", image.name, "--key", "new.private.pem", "-o"]
    done = ispup.run(*words, f"signed/{image.name}")
    assert done.status == 1
    assert "exists already, with other content: --force replaces it" in done.err
    assert other.read_bytes() == b"another"
    ispup.ok(*words, f"signed/{image.name}", "--force")
    ispup.ok(*words, image)  # the image itself, by another path
    assert image.read_bytes() == other.read_bytes()


def test_follows_a_link_and_keeps_the_mode(ispup, keys):
    image = ispup.pack()
    target = ispup.folder / "target"
    image.rename(target)
    target.chmod(0o600)
    image.symlink_to("target")
    ispup.ok("sign", image, "--key", "new.private.pem")
    assert image.is_symlink() and target.stat().st_mode & 0o7777 == 0o600
    assert ispup.verify(image, "--keys", keys).status == 0


def test_refuses_a_fifth_signature(ispup, keys):
    image = ispup.pack()
    for name in "abcd":
        ispup.ok("keygen", "-o", name)
        ispup.ok("sign", image, "--key", f"{name}.private.pem")
    done = ispup.run("sign", image, "--key", "new.private.pem")
    assert done.status == 1
    assert "signature: the image has 4 signatures already" in done.err


def test_refuses_what_a_camera_would_refuse_and_leaves_it_as_it_is(ispup, keys):
    image = ispup.pack()
    image.write_bytes(image.read_bytes()[:-1] + b"\1")
    renamed = ispup.folder / "ISP-U-0400-V1.00.00.bin"
    renamed.write_bytes(ispup.pack(version="V1.00.01").read_bytes())
    before = {name: (ispup.folder / name).read_bytes()
              for name in os.listdir(ispup.folder) if name.endswith(".bin")}
    for path, said in ((image, "gzip: "), (renamed, "ISP platform: ")):
        done = ispup.run("sign", path, "--key", "new.private.pem")
        assert done.status == 1
        assert said in done.err
    assert {name: (ispup.folder / name).read_bytes()
            for name in os.listdir(ispup.folder) if name.endswith(".bin")} == before


def test_refuses_a_signature_file_of_another_form(ispup, keys):
    image = ispup.pack()
    (ispup.folder / "bad").write_text("key = 0123\n")
    done = ispup.run("sign", image, "--signature", "bad")
    assert done.status == 1
    assert "bad: signature: malformed ISP-Image.desc.sig: line 1" in done.err
