# SPDX-License-Identifier: Apache-2.0
"""The firmware of the cameras of tests/flash, and whether a camera runs it."""

from camera_fixture import component_bytes

SIZE = 3000


def firmware(version, size=SIZE):
    return component_bytes("firmware", version, size)


def runs(camera, version):
    """What the camera says about the image that starts."""
    status = camera.status()
    return (status["ISP_VERSION"], status["ISP_STATE"]) == (version, "confirmed")
