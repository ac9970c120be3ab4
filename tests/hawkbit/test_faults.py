# SPDX-License-Identifier: Apache-2.0
"""For each fault of a simulated camera: what a real hawkBit shows, and what really happened
(tests/gateway/fault_table.py). The faults are more than the rollout's threshold: hawkBit itself
pauses it."""

import re

import pytest
from fault_table import FAILURE, FAULTS, OPEN, SUCCESS
from fleet import image_set, members, messages, registered, state, unique, wait_for
from namespace import may_simulate_mounts

ROWS = [row for row in FAULTS.values() if row.fault != "full-work-folder" or may_simulate_mounts()]
NAMES = [f"fault-{number}" for number in range(len(ROWS))]
SHOWN = {SUCCESS: "finished", FAILURE: "error", OPEN: "running"}
SLOW = next(place for place, row in enumerate(ROWS) if row.fault.startswith("slow="))


@pytest.fixture(scope="module")
def faulty(hawkbit, management, stage, build, tmp_path_factory):
    """A camera for each fault."""
    words = [f"--fault={row.fault}@{number + 1}" for number, row in enumerate(ROWS)]
    with registered(hawkbit, management, stage, build, tmp_path_factory.mktemp("faulty"), NAMES, *words,
                    wait="25s", unknown_deadline="3s") as made:
        yield made


@pytest.fixture(scope="module")
def paused(management, faulty):
    """A rollout in two groups that hawkBit has paused, and its image."""
    image = faulty.newer_image()
    number = management.rollout(unique("faults"), image_set(management, image), "controllerId==fault-*",
                                2, success="100", error="20")
    wait_for(faulty, lambda: management.rollout_state(number) == "ready", "ready")
    management.tell_rollout(number, "start")
    wait_for(faulty, lambda: management.rollout_state(number) == "paused", "a pause")
    return number, image


def uploads(faulty, place):
    return len(re.findall(f"(?m)^{faulty.labels[place]}: action .* is being sent$", faulty.said()))


def has_its_end(management, place):
    row = ROWS[place]
    return state(management, NAMES[place]) == SHOWN[row.told] and (
        any(row.words in text for text in messages(management, NAMES[place])))


def test_a_rollout_with_too_many_errors_is_paused_by_hawkbit(management, faulty, paused):
    first, second = members(management, paused[0])
    failed = [name for name in first if state(management, name) == "error"]
    assert len(failed) / len(first) > 0.2, failed
    assert management.rollout_groups(paused[0])[1]["status"] in ("scheduled", "ready")
    assert [name for name in second if uploads(faulty, NAMES.index(name))] == []


def test_each_fault_is_shown_as_what_really_happened(management, faulty, paused):
    number, image = paused
    management.tell_rollout(number, "resume")
    for place in range(len(ROWS)):
        wait_for(faulty, lambda place=place: has_its_end(management, place), ROWS[place].fault)
    for row, camera in zip(ROWS, faulty.cameras):
        row.check(camera, image)
    assert [uploads(faulty, place) for place in range(len(ROWS))] == [1] * len(ROWS)


def test_a_cancel_while_the_upload_runs_is_too_late(management, faulty, paused):
    image, name = faulty.newer_image(size=60000), NAMES[SLOW]
    before = faulty.updates(SLOW)
    action = management.assign(name, image_set(management, image))
    wait_for(faulty, lambda: f"{image.name} is being sent" in faulty.said(), "an upload")
    management.cancel(name, action)
    wait_for(faulty, lambda: any("too late: the image was sent" in text
                                 for text in messages(management, name)), "an answer")
    wait_for(faulty, lambda: state(management, name) == "finished", "the end")
    said = " ".join(messages(management, name))
    assert 0 < said.index("too late: ") < said.index("the camera restarts"), said
    faulty.cameras[SLOW].wait_for(ISP_STATE="confirmed", ISP_UPDATE=str(before + 1))
