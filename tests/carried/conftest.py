# SPDX-License-Identifier: Apache-2.0
import shutil

import pytest
from gate import Gate


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "gate")


@pytest.fixture
def own_programs(build, tmp_path):
    """A pair for a camera's configuration: programs that no other camera runs, so that a test can
    recognise its own processes."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("update", "system"):
        shutil.copy(build / "src" / "cgi-bin" / name, folder)
    return f"programs = {build / 'src' / 'cgi-bin'}", f"programs = {folder}"
