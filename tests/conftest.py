# SPDX-License-Identifier: Apache-2.0
"""What all tests of the built programs share. ISPUP_BUILD names another build folder."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root():
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def build():
    """The build folder: programs are in its src/."""
    return Path(os.environ.get("ISPUP_BUILD", ROOT / "build")).resolve()
