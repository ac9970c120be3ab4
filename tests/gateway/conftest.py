# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from ddi_server import DdiServer  # noqa: E402
from gatewayed import Gateway  # noqa: E402
from simulation import Simulation  # noqa: E402


@pytest.fixture
def server():
    with DdiServer() as made:
        yield made


@pytest.fixture
def gateway(build, tmp_path, server):
    """Makes simulated cameras and a gateway for them; all end with the test."""
    started = []

    def make(count, *words, **limits):
        simulation = Simulation(build, *words, count=count).__enter__()
        started.append(simulation)
        made = Gateway(build, tmp_path, simulation, server, **limits)
        started.insert(0, made)
        return made
    yield make
    for each in started:
        each.kill() if isinstance(each, Gateway) else each.end()
