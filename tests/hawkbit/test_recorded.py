# SPDX-License-Identifier: Apache-2.0
"""The exchanges in tests/gateway/recorded/ are what a real hawkBit says.

RECORD=1 make check-hawkbit writes them anew; then `git diff` shows what has changed."""

import os
from pathlib import Path

import pytest
from exchanges import read
from scenes import SCENES, NotKnown

RECORDED = Path(__file__).parents[1] / "gateway" / "recorded"


@pytest.mark.parametrize("name", SCENES)
def test_a_real_server_says_what_is_recorded(hawkbit, stage, name):
    try:
        text = SCENES[name](stage).text()
    except NotKnown as missing:
        pytest.skip(f"{hawkbit.version}: {missing}")
    place = RECORDED / hawkbit.version / f"{name}.exchanges"
    if os.environ.get("RECORD"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    if not place.parent.exists():
        pytest.skip(f"{hawkbit.version} has not been recorded")
    assert read(text) == read(place.read_text())


def test_the_server_is_small_enough_for_every_machine(hawkbit):
    """The JVM has a heap of 512 MiB. What it took is printed: a figure for the notes."""
    peak, seconds = hawkbit.memory()
    print(f"{hawkbit.version}: {peak} MiB, {seconds:.0f} s of processor")
    assert hawkbit.process.poll() is None
