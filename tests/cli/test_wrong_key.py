# SPDX-License-Identifier: Apache-2.0
"""The wrong key on every verb that takes one."""

import os

import pytest

WRONG = {
    "public": "is a public key, a private one belongs here",
    "encrypted": "is an encrypted key",
    "rsa": "is no PEM file of one Ed25519 private key as openssl writes it",
    "nothing": "is no PEM file of one Ed25519 private key as openssl writes it",
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
    }
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
