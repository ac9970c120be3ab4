# SPDX-License-Identifier: Apache-2.0
import pytest
from rolling import Fleet
from simulation import Simulation


@pytest.fixture
def fleet(build, tmp_path):
    """Makes simulated cameras, a list of them, and rollouts over them; all end with the test."""
    started = []

    def make(count, *words, sites=1):
        simulation = Simulation(build, *words, count=count).__enter__()
        started.append(simulation)
        return Fleet(build, tmp_path, simulation, sites)
    yield make
    for simulation in started:
        simulation.end()
