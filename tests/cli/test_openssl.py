# SPDX-License-Identifier: Apache-2.0
"""Keys and signatures are exchanged with openssl."""

import base64
import hashlib
import os
import re
import subprocess
import tarfile


def openssl(folder, *words):
    done = subprocess.run(["openssl", *words], cwd=folder, stdout=subprocess.PIPE, check=True)
    return done.stdout


def member(image, name):
    with tarfile.open(image) as archive:
        return archive.extractfile(name).read()


def test_openssl_reads_our_keys_and_writes_them_alike(ispup, keys):
    ours = (ispup.folder / "new.private.pem").read_bytes()
    assert openssl(ispup.folder, "pkey", "-in", "new.private.pem") == ours
    public = (ispup.folder / "new.public.pem").read_bytes()
    assert openssl(ispup.folder, "pkey", "-in", "new.private.pem", "-pubout") == public


def test_the_keys_id_is_what_openssl_and_sha256sum_say(ispup):
    told = re.search(r"key id +(\w+)", ispup.ok("keygen").out)[1]
    der = openssl(ispup.folder, "pkey", "-in", "isp.private.pem", "-pubout", "-outform", "DER")
    assert told == hashlib.sha256(der).hexdigest()[:16]


def test_openssl_checks_our_signature(ispup, keys):
    image = ispup.pack("--key", "new.private.pem")
    (ispup.folder / "description").write_bytes(member(image, "ISP-Image.desc"))
    text = member(image, "ISP-Image.desc.sig").decode()
    signature = re.search(r"^signature = (\S+)$", text, re.M)[1]
    (ispup.folder / "signature").write_bytes(base64.b64decode(signature, validate=True))
    out = openssl(ispup.folder, "pkeyutl", "-verify", "-rawin", "-pubin",
                  "-inkey", "new.public.pem", "-in", "description", "-sigfile", "signature")
    assert b"Verified Successfully" in out


def test_we_sign_with_a_key_that_openssl_made(ispup):
    openssl(ispup.folder, "genpkey", "-algorithm", "ed25519", "-out", "k.pem")
    (ispup.folder / "keys").mkdir()
    openssl(ispup.folder, "pkey", "-in", "k.pem", "-pubout", "-out", "keys/k.pem")
    image = ispup.pack("--key", "k.pem")
    assert ispup.verify(image, "--keys", "keys").out == "OK\n"


def test_we_take_a_signature_that_openssl_made(ispup, keys):
    image = ispup.pack()
    (ispup.folder / "description").write_bytes(member(image, "ISP-Image.desc"))
    openssl(ispup.folder, "pkeyutl", "-sign", "-rawin", "-inkey", "new.private.pem",
            "-in", "description", "-out", "signature")
    der = openssl(ispup.folder, "pkey", "-in", "new.private.pem", "-pubout", "-outform", "DER")
    signature = base64.b64encode((ispup.folder / "signature").read_bytes()).decode()
    (ispup.folder / "pair").write_text(
        f"key = {hashlib.sha256(der).hexdigest()[:16]}\nsignature = {signature}\n")
    ispup.ok("sign", image, "--signature", "pair")
    assert ispup.verify(image, "--keys", keys).out == "OK\n"


def test_signing_elsewhere_works_as_documented(ispup, keys, root):
    text = (root / "docs" / "image-format.md").read_text()
    recipe = re.search(r"(?m)^(    .*\n)*    openssl pkeyutl -sign.*\n(    .*\n)*", text)[0]
    ispup.pack(version="V1.02.00")
    (ispup.folder / "private.pem").write_text((ispup.folder / "new.private.pem").read_text())
    (ispup.folder / "FOLDER").symlink_to(keys)
    done = subprocess.run(["sh", "-e", "-c", recipe], cwd=ispup.folder, stdout=subprocess.PIPE,
                          env={"PATH": f"{ispup.program.parent}:{os.environ['PATH']}"}, text=True)
    assert done.stdout.endswith("\nOK\n")
