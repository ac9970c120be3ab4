# SPDX-License-Identifier: Apache-2.0
"""The wrong key on every verb that takes one."""

import base64
import hashlib
import os

import pytest

WRONG = {
    "public": "is a public key, a private one belongs here",
    "encrypted": "is an encrypted key",
    "rsa": "is not a PEM file of one Ed25519 private key as openssl writes it",
    "nothing": "is not a PEM file of one Ed25519 private key as openssl writes it: it is empty",
    "two": "as openssl writes it: there is more after the key",
    "utf16": "as openssl writes it: it is UTF-16 text, save it as UTF-8",
    "missing": "cannot open missing.pem: No such file or directory",
}


@pytest.fixture
def wrong(ispup, keys):
    """Files of each wrong kind."""
    texts = {
        "public": (ispup.folder / "new.public.pem").read_text(),
        "encrypted": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGj\n"
                     "-----END ENCRYPTED PRIVATE KEY-----\n",
        "rsa": "-----BEGIN PRIVATE KEY-----\n" + "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEA"
               * 8 + "\n-----END PRIVATE KEY-----\n",
        "nothing": "",
        "two": 2 * (ispup.folder / "new.private.pem").read_text(),
    }
    (ispup.folder / "utf16.pem").write_bytes(
        (ispup.folder / "new.private.pem").read_text().encode("utf-16"))
    for name, text in texts.items():
        (ispup.folder / f"{name}.pem").write_text(text)
    return WRONG


@pytest.mark.parametrize("kind", WRONG)
def test_pack_refuses_it_and_makes_nothing(ispup, wrong, kind):
    done = ispup.run("pack", "--platform", "0300", "--version", "V1.00.00",
                     "--firmware", "firmware.bin", "--key", f"{kind}.pem")
    assert (done.status, done.out) == (1, "")
    assert wrong[kind] in done.err
    assert not [name for name in os.listdir(ispup.folder) if name.startswith("ISP-U-")]


@pytest.mark.parametrize("kind", WRONG)
def test_sign_refuses_it_and_changes_nothing(ispup, wrong, kind):
    image = ispup.pack()
    before = image.read_bytes()
    done = ispup.run("sign", image, "--key", f"{kind}.pem")
    assert (done.status, done.out) == (1, "")
    assert wrong[kind] in done.err
    assert image.read_bytes() == before


def test_verify_refuses_what_it_signed(ispup, wrong, keys):
    image = ispup.pack("--key", "old.private.pem")
    assert ispup.verify(image, "--keys", keys).status == 1


def test_verify_takes_no_private_key_for_a_public_one(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    (keys / "new.pem").write_text((ispup.folder / "new.private.pem").read_text())
    done = ispup.verify(image, "--keys", keys)
    assert done.status == 1
    assert "is a private key, a public one belongs here" in done.err
    secret = (ispup.folder / "new.private.pem").read_text().splitlines()[1]
    assert secret not in done.out + done.err


def test_a_signature_that_anyone_can_write_is_not_good(ispup, keys):
    """The key of order 1: R = 1 and S = 0 fit every message."""
    point = bytes([1]) + bytes(31)
    der = bytes.fromhex("302a300506032b6570032100") + point
    anyone = ispup.folder / "anyone"
    anyone.mkdir()
    (anyone / "a.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n"
                                  "-----END PUBLIC KEY-----\n")
    (ispup.folder / "forged").write_text(
        f"key = {hashlib.sha256(der).hexdigest()[:16]}\n"
        f"signature = {base64.b64encode(point + bytes(32)).decode()}\n")
    image = ispup.pack()
    ispup.ok("sign", image, "--signature", "forged")
    done = ispup.verify(image, "--keys", anyone)
    assert done.status == 1
    assert "signature: no known key" in done.out and "accepted: none)" in done.out
    assert "a.pem: is no key that anyone owns" in done.err


def test_a_key_under_two_names_is_told_once(ispup, keys):
    (keys / "again.pem").write_text((keys / "new.pem").read_text())
    done = ispup.verify(ispup.pack("--key", "old.private.pem"), "--keys", keys)
    accepted = done.out.split("accepted: ")[1].split(")")[0].split()
    assert len(accepted) == 1


def test_a_key_that_went_through_an_editor_is_the_same_key(ispup, keys):
    at_once = ispup.pack("--key", "new.private.pem").read_bytes()
    text = (ispup.folder / "new.private.pem").read_bytes()
    public = (keys / "new.pem").read_bytes()
    for change in (lambda pem: pem.replace(b"\n", b"\r\n"), lambda pem: pem.rstrip(b"\n"),
                   lambda pem: b"\xef\xbb\xbf" + pem.replace(b"\n", b"\r\n").rstrip()):
        (ispup.folder / "edited.pem").write_bytes(change(text))
        (keys / "new.pem").write_bytes(change(public))
        image = ispup.pack("--key", "edited.pem")
        assert image.read_bytes() == at_once
        assert ispup.verify(image, "--keys", keys).out == "OK\n"
