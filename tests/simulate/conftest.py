# SPDX-License-Identifier: Apache-2.0
import pytest
from simulation import Simulation


@pytest.fixture
def with_fault(build):
    """Starts a simulation with these faults; it ends with the test."""
    started = []

    def start(*faults, **options):
        words = [word for fault in faults for word in ("--fault", fault)]
        started.append(Simulation(build, *words, **options))
        return started[-1].__enter__()

    yield start
    for simulation in started:
        simulation.end()
