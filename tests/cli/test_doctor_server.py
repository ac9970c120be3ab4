# SPDX-License-Identifier: Apache-2.0
"""`ispup-camera doctor`: what it says of [server], of an unconfirmed image, of missing keys."""

import pytest
from doctor_lines import doctor, one_error, replaced, script

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\n"


def https(certificate, key, mode=0o600):
    """A camera with this certificate and key in [server]; None: no such file."""
    def furnish(camera):
        replaced("[server]", "[server]\nplain = off\ncertificate = certificate\nkey = key")(camera)
        for name, text in (("certificate", certificate), ("key", key)):
            if text is not None:
                (camera.folder / name).write_text(text)
                (camera.folder / name).chmod(mode)
    return furnish


@pytest.mark.parametrize("break_it, said", [
    (replaced("[server]", "[server]\nuser = no-such-user"),
     "server: [server] user: no no-such-user in /etc/passwd: add it"),
    (replaced("listen = 127.0.0.1:", "listen = localhost:"),
     "server: cannot listen on localhost:0: not ADDRESS:PORT"),
    (replaced("listen = 127.0.0.1:", "listen = 192.0.2.77:"),
     "server: cannot listen on 192.0.2.77:0: Cannot assign requested address: correct [server]"),
    (https(CERTIFICATE, None), "server: key: cannot open {folder}/key: No such file"),
    (https("", KEY), "server: certificate: {folder}/certificate has no PEM part"),
    (https(CERTIFICATE, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"),
     "server: key: {folder}/key needs a password, which ispupd cannot ask for"),
])
def test_an_error_is_told_once_and_nothing_is_written(healthy, break_it, said):
    camera = healthy()
    break_it(camera)
    assert said.format(folder=camera.folder) in one_error(camera)


def test_a_key_that_every_user_can_read_is_a_warning(healthy):
    camera = healthy()
    https(CERTIFICATE, KEY, 0o644)(camera)
    assert f"warning: server: key: every user can read {camera.folder}/key: chmod o= " \
        f"{camera.folder}/key" in doctor(camera)
    (camera.folder / "key").chmod(0o640)
    assert any(line.endswith(", with HTTPS") for line in doctor(camera))


def test_an_image_that_was_not_confirmed_is_told_before_all_else(cameras, workshop):
    """Nor does it matter then that the journal is optional."""
    camera = cameras("new", replace=[("[settings]", "[isp]\nprobe = probe\ntrial = 1\n\n[settings]")])
    script("probe", b"#!/bin/sh\nexit 1\n")(camera)
    (camera.folder / "flash" / "firmware.0").write_bytes(b"")
    image = camera.folder / "ISP-U-0300-V1.01.00.bin"
    image.write_bytes(workshop.image("V1.01.00", firmware=700))
    camera.command("install", image)
    camera.settle()
    camera.restart()
    assert camera.status()["ISP_STATE"] == "unconfirmed"
    assert any(line.startswith("warning: journal: the image was not confirmed (update 1: ERROR: ")
               for line in doctor(camera))


def test_several_missing_keys_are_told_at_once(healthy):
    camera = healthy()
    replaced("accounts = accounts\n", "")(camera)
    replaced("work = work\n", "")(camera)
    assert doctor(camera) == [f"error: configuration: {camera.configuration}: "
                              "missing keys: add [camera] accounts, [camera] work"]
