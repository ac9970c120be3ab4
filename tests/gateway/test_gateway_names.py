# SPDX-License-Identifier: Apache-2.0
"""Who a camera is: its name in hawkBit, and the id that it shows."""

import re
import threading

import pytest
from altered import Altered
from ddi_server import DdiServer
from simulation import until

ISP_0 = "/controller/v1/isp-0"


def test_feedback_that_waits_goes_to_the_target_that_it_is_of(gateway, server):
    made = gateway(1, "--fault", "slow=2000")
    action = made.sending()
    server.away()
    until(lambda: ": done: " in made.said(), "the outcome")
    made.kill()
    made.names = ["isp-new"]
    made.write_list()
    server.back()
    made.start()
    server.wait_for(lambda: not action.is_active or "dropped" in made.said())
    assert action.told[-1] == "closed/success", made.said()
    assert [each for each in server.asked("isp-new/.*/feedback")] == []


def test_an_outcome_is_told_to_the_target_whose_action_it_was(gateway, server):
    made = gateway(1, "--fault", "slow=2000")
    action = made.sending()
    made.kill()
    made.names = ["isp-new"]
    made.write_list()
    made.start()
    server.wait_for(lambda: not action.is_active or "dropped" in made.said())
    assert action.told[-1] == ("closed/success" if made.updates() else "closed/failure")
    server.wait_for(lambda: server.state.target("isp-new").attributes)
    assert [each for each in server.requests if each.status == 404] == [], made.said()


def test_an_id_of_another_server_is_another_action(gateway, server):
    made = gateway(1)
    first = made.assign()
    made.start()
    assert made.ended(first).code == 200
    until(made.has_told_all, "an empty outbox")
    made.stop()
    with DdiServer() as other:
        made.server = other
        made.configure()
        second = made.assign()
        assert second.id == first.id
        made.start()
        assert made.ended(second).code == 200
        assert other.state.target("isp-0").attributes
    assert made.updates() == 2


def test_another_server_waits_until_the_first_was_told_everything(gateway, server):
    made = gateway(1, "--fault", "slow=2000")
    action = made.sending()
    server.away()
    until(lambda: ": done: " in made.said(), "the outcome")
    made.stop()
    with DdiServer() as other:
        made.server = other
        made.configure()
        done = made.run()
        assert (done.returncode, other.requests) == (1, []), done
        assert f"{server.url}, tenant DEFAULT was not told yet" in done.stderr, done.stderr
    made.server = server
    made.configure()
    server.back()
    made.start()
    assert made.ended(action).code == 200


def test_the_first_poll_makes_the_target_and_attributes_follow_when_asked_for(gateway, server):
    made = gateway(1)
    made.start()
    server.wait_for(lambda: server.state.target("isp-0").attributes)
    assert [each.method for each in server.requests[:2]] == ["GET", "PUT"], server.requests
    assert "dropped" not in made.said()


@pytest.fixture
def altered(gateway, server):
    """A gateway whose camera was asked once, and the address that changes its answers."""
    made = gateway(1)
    address = Altered(made.cameras[0])
    made.labels = [address.label]
    made.write_list()
    made.start()
    server.wait_for(lambda: server.state.target("isp-0").attributes)
    yield made, address
    address.close()


def without_id(text):
    return re.sub(rb"CAMERA_ID='.*'\n", b"", text)


def without_record(text):
    return b"ERROR: not now\n"


def with_mac(text):
    return re.sub(rb"(MAC Address = ).*", rb"\g<1>00:0F:7C:AA:BB:CC", text)


def answers(address, count, word="ISP_STATUS"):
    already = address.times.get(word, 0)
    until(lambda: address.times.get(word, 0) >= already + count, "answers")


@pytest.mark.parametrize("changes", [{"ISP_STATUS": without_id}, {"ISP_STATUS": without_record},
                                     {"ISP_STATUS": without_record, "SYSTEM_INFO": with_mac}],
                         ids=["id", "record", "mac"])
def test_an_answer_without_the_id_is_not_of_another_camera(altered, changes):
    made, address = altered
    address.changes = changes
    answers(address, 2)
    address.changes = {}
    assert made.ended(made.assign()).code == 200, made.said()
    assert "STOPPED" not in made.said()


def test_nothing_is_sent_until_the_id_is_shown_again(altered):
    made, address = altered
    address.changes = {"ISP_STATUS": without_id}
    action = made.assign()
    answers(address, 8)
    assert (made.updates(), action.is_active) == (0, True), made.said()
    assert made.said().count("STOPPED: it shows no id any more") == 1, made.said()
    address.changes = {}
    assert made.ended(action).code == 200, made.said()
    assert made.said().count("it shows its id again") == 1


def test_a_camera_that_has_lost_its_id_can_be_accepted(altered):
    made, address = altered
    address.changes = {"ISP_STATUS": without_id}
    until(lambda: "STOPPED: it shows no id" in made.said(), "a line")
    done = made.run("--accept-id", address.label)
    assert done.returncode == 0, done.stderr
    assert made.ended(made.assign()).code in (200, 902), made.said()


def test_one_answer_without_a_record_is_no_first_contact(gateway, server):
    """The camera's MAC address would become its name and its id."""
    made = gateway(1)
    address = Altered(made.cameras[0])
    made.labels, made.names = [address.label], [""]
    made.write_list()
    left = [1]

    def once(text):
        left[0] -= 1
        return without_record(text) if left[0] >= 0 else text
    address.changes = {"ISP_STATUS": once, "SYSTEM_INFO": with_mac}
    made.start()
    number = made.cameras[0].status()["CAMERA_ID"]
    server.wait_for(lambda: server.state.targets)
    assert list(server.state.targets) == [f"isp-{number}"], made.said()
    answers(address, 2)
    assert "STOPPED" not in made.said()
    address.close()


def test_an_answer_from_before_an_update_is_no_news_after_it(altered, server):
    """It is held up on its way, while the gateway updates the camera."""
    made, address = altered
    held, released = threading.Event(), threading.Event()

    def hold(text):
        address.changes = {}
        held.set()
        released.wait(60)
        return text
    address.changes = {"ISP_STATUS": hold}
    assert held.wait(60)
    assert made.ended(made.assign()).code == 200
    released.set()
    address.changes = {"ISP_STATUS": lambda text: text}
    answers(address, 2)
    assert "did not ask for that" not in made.said()
