# SPDX-License-Identifier: Apache-2.0
"""The DDI server of these tests answers as a real hawkBit: the scenes of scenes.py, played with it,
make the text that is in recorded/. tests/hawkbit/ makes those files."""

from pathlib import Path

import pytest
from ddi_faults import Refuse
from ddi_server import DdiServer
from exchanges import Device, read
from scenes import SCENES

RECORDED = Path(__file__).parent / "recorded"


class OurStage:
    def __init__(self, server):
        self.server = server

    def device(self, name):
        return Device(self.server.url, name, self.server.token)

    def module(self, name, files):
        return self.server.module(name, "V1.01.00", files, part="os")

    def set_of(self, module):
        return module

    def assign(self, target, module, **how):
        return self.server.assign(target, module, **how)

    def cancel(self, action):
        self.server.cancel(action)

    def force(self, action):
        self.server.force(action)

    def confirmation(self, on):
        self.server.confirmation = on

    def limit(self, name):
        self.server.fail(Refuse(429), path=f"/{name}$")


def recorded():
    return sorted(RECORDED.glob("*/*.exchanges"))


@pytest.mark.parametrize("place", recorded(), ids=lambda place: f"{place.parent.name}-{place.stem}")
def test_our_server_answers_as_recorded(place):
    with DdiServer(like=place.parent.name) as server:
        said = SCENES[place.stem](OurStage(server)).text()
    assert read(said) == read(place.read_text())


def test_every_scene_is_recorded():
    assert {place.stem for place in recorded()} >= set(SCENES) - {"confirmation"}
