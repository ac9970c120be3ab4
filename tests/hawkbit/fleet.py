# SPDX-License-Identifier: Apache-2.0
"""Simulated cameras, a gateway for them and a real hawkBit; what the tests look at there."""

import contextlib
import uuid
from types import SimpleNamespace

from gatewayed import Gateway
from simulation import Simulation, until

LONG = 900  # what takes this long hangs
ENDED = ("finished", "error", "canceled")


@contextlib.contextmanager
def registered(hawkbit, management, stage, build, folder, names, *faults, **limits):
    """A gateway that runs; hawkBit has registered a target for each name."""
    with Simulation(build, *faults, count=len(names)) as simulation:
        server = SimpleNamespace(url=hawkbit.url, token=stage.token)
        made = Gateway(build, folder, simulation, server, ask="5s", per_site=16, **limits)
        made.names = names
        made.write_list()
        made.start()
        try:
            wait_for(made, lambda: all_have_attributes(management, made), "attributes")
            yield made
        finally:
            made.kill()


def wait_for(fleet, is_so, what):
    try:
        until(is_so, what, pause=0.5, seconds=LONG)
    except AssertionError:
        raise AssertionError(f"{what}: {fleet.said()[-4000:]}") from None


def all_have_attributes(management, fleet):
    known = {each["controllerId"]: each for each in management.pages("/targets")}
    return all(name in known and not known[name]["requestAttributes"] for name in fleet.names)


def unique(name):
    """hawkBit keeps the names of what was deleted."""
    return f"{name}-{uuid.uuid4().hex[:6]}"


def image_set(management, image):
    version = unique(image.stem)
    return management.set("isp", version,
                          management.module("isp", version, {image.name: image.read_bytes()}))


def members(management, rollout):
    """The names of each group."""
    return [sorted(each["controllerId"] for each in management.pages(
        f"/rollouts/{rollout}/deploygroups/{group['id']}/targets"))
            for group in management.rollout_groups(rollout)]


def state(management, name):
    """How the newest action of a target goes."""
    actions = management.actions(name)
    return management.state(name, actions[0]["id"]) if actions else "none"


def has_ended(management, name):
    return state(management, name) in ENDED


def messages(management, name):
    number = management.actions(name)[0]["id"]
    return [text or "" for each in management.history(name, number) for text in each["messages"]]
