# SPDX-License-Identifier: Apache-2.0
"""The Debian packages, built from the release archive and installed on this machine: `make
check-packages` makes a bare system for it."""

import os
from types import SimpleNamespace

import pytest
from packaged import NAMES, run


@pytest.fixture(scope="session", autouse=True)
def disposable():
    """These tests install packages and remove them again."""
    if os.environ.get("ISPUP_DISPOSABLE") != "yes":
        pytest.skip("not a system to install packages on: make check-packages makes one")


@pytest.fixture(scope="session")
def deb(root, tmp_path_factory):
    """Builds the packages in a new folder: the files there, by name."""
    def build(name, options):
        folder = tmp_path_factory.mktemp(name)
        run(root / "tools" / "deb", folder, cwd=root, umask=0o022,
            env={**os.environ, "DEB_BUILD_OPTIONS": options})
        return SimpleNamespace(folder=folder, files={path.name: path for path in folder.iterdir()})

    return build


@pytest.fixture(scope="session")
def built(deb):
    """With the unit tests."""
    return deb("built", "")


@pytest.fixture(scope="session")
def debs(built):
    """The path of each package, by the package's name."""
    return {name: path for name in NAMES for path in built.folder.glob(f"{name}_*.deb")}
