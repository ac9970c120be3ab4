# SPDX-License-Identifier: Apache-2.0
"""Processes that a test has not ended, for example because it failed midway."""

import contextlib
import os
import signal
import time

import pytest
from process_table import at_work_below

SECONDS = 20  # by now, processes that end by themselves have ended


@pytest.fixture(scope="session", autouse=True)
def no_process_stays(tmp_path_factory):
    """Runs after the last test and the end of all fixtures. Kills each remaining process, and
    names it and its working folder, which has the test's name."""
    yield
    folder = tmp_path_factory.getbasetemp()
    deadline = time.monotonic() + SECONDS
    while (left := at_work_below(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.number, signal.SIGKILL)
    assert not left, [f"{process.number}: {process.command}" for process in left]
