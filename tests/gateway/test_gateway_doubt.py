# SPDX-License-Identifier: Apache-2.0
"""A camera that is another one meanwhile, an action among others, a clock that is set: no success
without proof, no second body, no action that is forgotten."""

import pytest
from ddi_server import Change, Refuse
from ddi_state import CANCELED, CANCELS, RUNS
from simulation import until
from street import Street

DAY = 86400
BASE = "/controller/v1/isp-0$"


def port(camera):
    return int(camera.url.rpartition(":")[2])


@pytest.fixture
def street(gateway, server):
    """A gateway whose camera has an address at which another one may answer; it was asked once."""
    made = gateway(2, ask="1h", older="refuse")
    street = Street(port(made.cameras[0]))
    made.labels, made.names = [street.label], ["isp-0"]
    made.write_list()
    made.start()
    server.wait_for(lambda: server.state.target("isp-0").attributes)
    yield made, street
    street.is_open.set()


@pytest.fixture
def clock(gateway, build):
    """What sets the date of gateways, and the environment for that."""
    path = build / "tests" / "support" / "libset_clock.so"

    def use(made):
        file = made.folder / "offset"

        def set_by(seconds):
            new = file.with_suffix(".new")
            new.write_text(str(seconds))
            new.rename(file)
        set_by(0)
        return set_by, {"LD_PRELOAD": str(path), "CLOCK_OFFSET": str(file)}
    return use


def test_another_camera_that_runs_the_image_is_no_success(street):
    made, address = street
    image = made.newer_image()
    made.cameras[1].upload(image)
    made.cameras[1].wait_for(ISP_STATE="confirmed")
    address.port = port(made.cameras[1])
    action = made.assign(made.module(image))
    until(lambda: "STOPPED: it shows the id" in made.said() or not action.is_active, "a line")
    assert action.is_active and "closed/success" not in action.told, made.said()


def test_another_camera_that_must_not_have_the_image_is_no_failure(street):
    made, address = street
    older, newer = made.newer_image(), made.newer_image()
    made.cameras[1].upload(newer)
    made.cameras[1].wait_for(ISP_STATE="confirmed")
    address.port = port(made.cameras[1])
    action = made.assign(made.module(older))
    until(lambda: "STOPPED: it shows the id" in made.said() or not action.is_active, "a line")
    assert action.is_active and "closed/failure" not in action.told, made.said()


def test_an_action_that_is_gone_before_the_first_byte_is_not_sent(street, server):
    made, address = street
    address.is_open.clear()
    made.assign()
    server.wait_for(lambda: server.asked("/artifacts/"))
    server.remove("isp-0")
    polls = len(server.asked(BASE))
    server.wait_for(lambda: len(server.asked(BASE)) > polls + 1)
    address.is_open.set()
    until(lambda: "does not want it any more" in made.said() or "being sent" in made.said(), "a line")
    assert "being sent" not in made.said()


def gone_for_one_poll(gateway, server):
    """A gateway with an action that waits for its window, after a poll that did not name it."""
    made = gateway(1)
    action = made.assign(window="unavailable")
    made.start()
    server.wait_for(lambda: "downloaded/none" in action.told)
    server.fail(Change(lambda document: document["_links"].pop("deploymentBase") and None),
                path=BASE, times=1)
    until(lambda: "does not want it any more" in made.said(), "a line")
    return made, action


def test_an_action_that_is_gone_for_one_poll_is_done_all_the_same(gateway, server):
    made, action = gone_for_one_poll(gateway, server)
    server.open_window(action)
    assert made.ended(action).code == 200


def test_the_cancellation_of_another_action_leaves_the_one_under_way(gateway, server):
    made = gateway(1, "--fault", "slow=2000", "--fault", "failing-probe")
    action = made.sending()
    other = made.assign()
    action.state, other.state = RUNS, CANCELS
    link = f"{server.url}/DEFAULT/controller/v1/isp-0/cancelAction/{other.id}"
    server.fail(Change(lambda document: document["_links"].update(cancelAction={"href": link})),
                path=BASE, times=1)
    server.wait_for(lambda: other.state == CANCELED)
    assert made.ended(action).code == 901, made.said()
    assert made.updates() == 1, made.said()


def test_a_clock_that_is_set_back_makes_no_second_body(gateway, clock):
    made = gateway(1, "--fault", "slow=2000", "--fault", "failing-probe")
    set_by, environment = clock(made)
    first = made.assign()
    made.start(**environment)
    assert made.ended(first).code == 901
    set_by(-DAY)
    second = made.assign()
    until(lambda: made.said().count("is being sent") == 2, "an upload")
    made.kill()
    made.start(**environment)
    made.ended(second)
    assert f"action {second.id} was under way" in made.said(), made.said()
    assert made.said().count("hawkBit wants an update") == 2, made.said()


def test_a_clock_that_is_set_back_ends_a_wait(street, server, clock):
    made, address = street
    made.stop()
    set_by, environment = clock(made)
    set_by(400 * DAY)
    made.start(**environment)
    polls = len(server.asked(BASE))
    server.wait_for(lambda: len(server.asked(BASE)) > polls)
    address.port = None
    action = made.assign()
    until(lambda: ": waits: " in made.said(), "a line")
    set_by(0)
    address.port = port(made.cameras[0])
    assert made.ended(action).code == 200, made.said()


def test_a_clock_that_jumps_forward_closes_no_unknown_outcome(gateway, server, clock):
    made = gateway(1, "--fault", "no-restart", wait="3s")
    set_by, environment = clock(made)
    action = made.assign()
    made.start(**environment)
    until(lambda: "outcome unknown: " in made.said(), "an unknown outcome")
    set_by(400 * DAY)
    polls = len(server.asked(BASE))
    server.wait_for(lambda: not action.is_active or len(server.asked(BASE)) > polls + 10)
    assert action.is_active, made.said()


def test_a_cancellation_after_the_action_was_gone_says_that_nothing_was_sent(gateway, server):
    made, action = gone_for_one_poll(gateway, server)
    server.cancel(action)
    server.wait_for(lambda: action.feedback[-1].kind == "cancelAction")
    last = action.feedback[-1]
    assert (action.state, last.execution) == (CANCELED, "closed"), last
    assert "nothing was sent" in last.details[0]


def test_a_cancellation_after_the_outcome_says_that_it_was_told(gateway, server):
    made = gateway(1, "--fault", "failing-probe")
    action = made.assign()
    made.start()
    assert made.ended(action).code == 901
    action.state = CANCELS
    server.wait_for(lambda: action.feedback[-1].kind == "cancelAction")
    last = action.feedback[-1]
    assert last.execution == "rejected", last
    assert "its outcome was told" in last.details[0], last


def test_an_image_that_was_lost_is_fetched_for_the_next_action(gateway, server):
    made = gateway(1)
    module = made.module()
    server.fail(Refuse(404), path="/artifacts/", times=5)
    assert made.ended((made.assign(module), made.start())[0]).code == 904
    assert made.ended(made.assign(module)).code == 200, made.said()


def test_an_image_under_a_wrong_name_does_not_spoil_it_under_its_own(gateway, server):
    made = gateway(1)
    image = made.newer_image()
    wrong = server.module("isp", "9", {"ISP-U-0300-V9.00.00.bin": image.read_bytes()})
    made.start()
    assert made.ended(made.assign(wrong)).code == 904
    assert made.ended(made.assign(made.module(image))).code == 200, made.said()


def test_a_name_of_the_list_is_not_given_to_another_camera(gateway, server):
    made = gateway(2)
    taken = "isp-" + made.cameras[1].status()["CAMERA_ID"]
    made.names = [taken, ""]
    made.write_list()
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200
    until(lambda: f"the name {taken}" in made.said() or made.updates(1) == 1, "a line")
    assert (made.updates(0), made.updates(1)) == (1, 0), made.said()
