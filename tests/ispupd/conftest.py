# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from http_server import Server  # noqa: E402


@pytest.fixture
def make_server(tmp_path, build):
    """Makes a server that is not started yet. None outlives its test."""
    made = []

    def make(**options):
        made.append(Server(tmp_path, build, **options))
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture
def server(make_server):
    with make_server() as started:
        yield started
