# SPDX-License-Identifier: Apache-2.0
"""Cameras whose firmware lies in other flash than files."""

import pytest
from camera_fixture import TWO_BANKS
from flash_bytes import SIZE


@pytest.fixture
def install(workshop, tmp_path):
    """Uploads an image (of firmware and hardware, or of firmware alone) with `ispup-camera
    install`; returns its answer."""

    def upload(camera, version, hardware=True, size=SIZE, content=None):
        image = tmp_path / f"ISP-U-0300-{version}.bin"
        sizes = {"firmware": size} | ({"hardware": 700} if hardware else {})
        image.write_bytes(workshop.image(version, **sizes) if content is None
                          else workshop.image_of(version, firmware=content))
        done = camera.command("install", image, check=False)
        camera.settle()
        return done.stdout.decode() + done.stderr.decode()

    return upload


@pytest.fixture
def camera_with(cameras):
    """A new camera with this `firmware =`, and further lines in [flash] and [isp]."""

    def make(firmware, flash="", isp=""):
        return cameras("new", replace=[
            (f"firmware = {TWO_BANKS}", f"firmware = {firmware}\n{flash}"),
            ("[settings]", f"[isp]\n{isp}\n\n[settings]"),
        ])

    return make

