# SPDX-License-Identifier: Apache-2.0
"""A hook fails after the commit: what the camera does with the ISP that it holds."""

import pytest

IMAGE = "ISP-U-0300-V1.01.00.bin"


@pytest.fixture
def starts_bank_0_alone(cameras, tmp_path):
    """`hold` and `activate` record their runs, and the second bank cannot be chosen."""
    notes = tmp_path / "notes"
    for name, script in (("hold", "true"), ("activate", '[ "$2" = 0 ]')):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} $2 >>{notes}\n{script}\n")
        (tmp_path / name).chmod(0o755)
    camera = cameras("furnished", replace=[("[settings]", f"""\
[isp]
hold = {tmp_path}/hold
activate = {tmp_path}/activate

[settings]""")])
    return camera, notes


def test_a_camera_whose_isp_was_held_restarts_though_its_old_image_is_back(
        starts_bank_0_alone, workshop, tmp_path):
    camera, notes = starts_bank_0_alone
    note = camera.note()
    (tmp_path / IMAGE).write_bytes(workshop.image("V1.01.00", firmware=3000, hardware=700))
    refused = camera.command("install", tmp_path / IMAGE, check=False)
    assert refused.returncode == 4 and refused.stderr.startswith(b"ERROR: activate: ")
    assert camera.is_asked_to_restart()
    camera.settle()
    assert notes.read_text().splitlines() == ["hold", "activate 1", "hold", "activate 0"]
    assert note.changes() & {"flash in use", "settings", "what starts next"} == set()
    assert camera.status()["ISP_STATE"] == "rolled-back"
