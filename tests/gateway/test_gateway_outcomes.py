# SPDX-License-Identifier: Apache-2.0
"""For each fault of a camera: what hawkBit is told, and what had really happened."""

import pytest
from fault_table import FAULTS

SHORT = {"wait": "3s", "unknown_deadline": "8s"}


@pytest.mark.parametrize("row", [FAULTS[name] for name in (
    "reply-lost", "garbage-reply", "failing-probe", "flash-failure", "drop=2000",
    "stuck-rollback")], ids=str)
def test_a_fault_becomes_the_feedback_that_is_true(gateway, row):
    made = gateway(1, "--fault", row.fault, **(SHORT if row.code == 902 else {}))
    image = made.newer_image()
    action = made.assign(made.module(image))
    made.start()
    told = made.ended(action)
    assert (action.told[-1], told.code) == (row.told, row.code), told
    assert told.details[0].startswith(row.words), told.details
    row.check(made.cameras[0], image)
    assert "hawkBit did not ask" not in made.said() and "the run ended" not in made.said()


def test_unknown_is_never_success_and_says_so(gateway):
    made = gateway(1, "--fault", "no-restart", **SHORT)
    action = made.assign()
    made.start()
    told = made.ended(action)
    proceeding = [each for each in action.feedback if each.execution == "proceeding"]
    assert any(line.startswith("outcome unknown: ") for each in proceeding
               for line in each.details), made.said()
    assert (action.told[-1], told.code) == ("closed/failure", 902)
    assert told.details[0].startswith("unknown, not failed")


def test_a_camera_that_runs_it_already_gets_nothing(gateway):
    made = gateway(1)
    image = made.newer_image()
    made.cameras[0].upload(image)
    made.cameras[0].wait_for(ISP_STATE="confirmed")
    action = made.assign(made.module(image))
    made.start()
    assert made.ended(action).code == 200
    assert made.updates() == 1


def test_an_action_without_an_image_for_the_platform_fails_and_says_why(gateway):
    made = gateway(1)
    action = made.assign(made.module(made.newer_image(platform="0400")))
    made.start()
    told = made.ended(action)
    assert (action.told, told.code) == (["closed/failure"], 903)
    assert told.details[0].startswith("no-image: ")
    assert made.updates() == 0


def test_the_image_is_chosen_by_platform_among_all_modules(gateway):
    made = gateway(1)
    image = made.newer_image()
    action = made.assign(made.module(made.newer_image(platform="0400")), made.module(image))
    made.start()
    assert made.ended(action).code == 200
    assert made.updates() == 1


def test_a_file_that_is_no_image_fails_before_a_camera_gets_it(gateway):
    made = gateway(1)
    module = made.server.module("isp", "V9.00.00", {"ISP-U-0300-V9.00.00.bin": b"no image" * 100})
    action = made.assign(module)
    made.start()
    told = made.ended(action)
    assert (action.told[-1], told.code) == ("closed/failure", 904)
    assert told.details[0].startswith("bad-image: ")
    assert made.updates() == 0


def test_at_most_fifteen_times_proceeding(gateway):
    made = gateway(1)
    action = made.assign()
    made.start()
    made.ended(action)
    assert action.told.count("proceeding/none") <= 15


def test_a_site_is_not_sent_more_than_its_share(gateway):
    made = gateway(3, "--fault", "slow=8000", per_site=1)
    module = made.module()
    actions = [made.assign(module, camera=i) for i in range(3)]
    made.start()
    for action in actions:
        assert made.ended(action).code == 200
    assert [made.updates(i) for i in range(3)] == [1, 1, 1]
