# SPDX-License-Identifier: Apache-2.0
"""A server that fails, lies or leads elsewhere, and what an operator does in it."""

import threading

import pytest
from ddi_server import (Body, Change, Cut, DdiServer, Flip, Hold, Length, Part, Redirect, Refuse,
                        Reset, WithoutRange, hostile_documents)
from process_table import descriptors
from simulation import until


ISP_0 = "/controller/v1/isp-0$"


def of_artifacts(server):
    return server.asked("/artifacts/")


def test_links_to_another_origin_are_refused_and_the_log_names_both(gateway, server):
    made = gateway(1)
    with DdiServer() as other:
        server.control_origin = other.url
        made.assign()
        made.start()
        until(lambda: "forward-headers-strategy" in made.said(), "a line")
        assert other.url in made.said() and server.url in made.said()
        assert other.requests == []
    assert made.updates() == 0


def test_an_artifact_elsewhere_is_fetched_without_the_token(gateway, server):
    made = gateway(1)
    module = made.module()
    with DdiServer() as other:
        other.state.modules, other.state.actions = server.state.modules, server.state.actions
        other.state.targets = server.state.targets
        other.fail(Body(next(iter(module.artifacts)).data), path="/artifacts/")
        other.token = None
        server.artifact_origin = other.url
        made.assign(module)
        made.start()
        until(lambda: of_artifacts(other), "a request")
        assert all("authorization" not in request.fields for request in other.requests)


def test_a_redirect_does_not_take_the_token_along(gateway, server):
    made = gateway(1)
    with DdiServer() as other:
        server.fail(Redirect(other.url + "/elsewhere"), path="/artifacts/")
        made.assign()
        made.start()
        until(lambda: other.asked("/elsewhere"), "a request")
        assert all("authorization" not in request.fields for request in other.requests)
        assert all("authorization" in request.fields for request in server.requests)


def test_a_broken_download_goes_on_with_its_rest(gateway, server):
    made = gateway(1)
    image = made.newer_image(size=200000)
    server.fail(Cut(50000), path="/artifacts/", times=1)
    action = made.assign(made.module(image))
    made.start()
    assert made.ended(action).code == 200
    first, second = of_artifacts(server)
    assert "range" not in first.fields
    assert second.fields["range"].startswith("bytes=")
    assert second.fields["if-range"].startswith('"')
    assert second.status == 206


def test_a_server_that_ignores_ranges_sends_it_whole(gateway, server):
    made = gateway(1)
    image = made.newer_image(size=200000)
    server.fail(Cut(50000), path="/artifacts/", times=1)
    server.fail(WithoutRange(), path="/artifacts/")
    action = made.assign(made.module(image))
    made.start()
    assert made.ended(action).code == 200


def test_a_changed_byte_is_found_and_never_reaches_a_camera(gateway, server):
    made = gateway(1)
    server.fail(Flip(700), path="/artifacts/")
    action = made.assign()
    made.start()
    told = made.ended(action)
    assert (action.told[-1], told.code) == ("closed/failure", 904)
    assert len(of_artifacts(server)) == 5
    assert made.updates() == 0


@pytest.mark.parametrize("fault, words", [(Part(7), "bytes from another place"),
                                          (Body(b"x" * 100000), "more than")], ids=["range", "size"])
def test_a_server_that_never_sends_what_was_asked_for_ends_the_action(gateway, server, fault, words):
    made = gateway(1)
    server.fail(fault, path="/artifacts/")
    action = made.assign()
    made.start()
    server.wait_for(lambda: len(of_artifacts(server)) > 5 or not action.is_active)
    told = made.ended(action)
    assert (action.told[-1], told.code) == ("closed/failure", 904)
    assert words in told.details[0], told.details
    assert len(of_artifacts(server)) == 5
    assert made.updates() == 0


def test_a_server_whose_parts_are_wrong_sends_it_whole(gateway, server):
    made = gateway(1)
    image = made.newer_image(size=200000)
    server.fail(Cut(50000), path="/artifacts/", times=1)
    server.fail(Part(7, whole_too=False), path="/artifacts/")
    action = made.assign(made.module(image))
    made.start()
    server.wait_for(lambda: len(of_artifacts(server)) > 5 or not action.is_active)
    assert made.ended(action).code == 200
    assert ["range" in each.fields for each in of_artifacts(server)] == [False, True, False]


def test_all_bytes_of_an_answer_that_promised_more_are_an_image(gateway, server):
    made = gateway(1)
    server.fail(Length(+10), path="/artifacts/")
    action = made.assign()
    made.start()
    server.wait_for(lambda: len(of_artifacts(server)) > 3 or not action.is_active)
    assert made.ended(action).code == 200


def test_one_download_for_all_cameras(gateway, server):
    made = gateway(3)
    module = made.module()
    actions = [made.assign(module, camera=i) for i in range(3)]
    made.start()
    for action in actions:
        assert made.ended(action).code == 200
    assert len(of_artifacts(server)) == 1


@pytest.mark.parametrize("path", ["/controller/v1/isp-0$", "/deploymentBase/[0-9]+$"])
def test_hostile_documents_change_nothing(gateway, server, path):
    made = gateway(1)
    good = b'{"config":{"polling":{"sleep":"00:05:00"}}}'
    for body in hostile_documents(good).values():
        server.fail(Body(body), path=path, method="GET", times=1)
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200
    assert made.updates() == 1


@pytest.mark.parametrize("fault", [Refuse(429, retry_after=1), Refuse(429), Refuse(503),
                                   Refuse(409), Reset(), Reset(done=True)])
def test_feedback_arrives_all_the_same(gateway, server, fault):
    made = gateway(1)
    server.fail(fault, path="/feedback$", times=3)
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200
    assert action.told[-1] == "closed/success"
    assert made.updates() == 1


def test_the_server_away_during_the_update_loses_nothing(gateway, server):
    made = gateway(1, "--fault", "slow=2000")
    action = made.sending()
    server.away()
    until(lambda: ": done: " in made.said(), "the outcome")
    assert action.is_active
    server.back()
    assert made.ended(action).code == 200
    assert "hawkBit does not answer" in made.said()


def test_a_withdrawn_token_stops_and_says_so_once(gateway, server):
    made = gateway(1)
    server.withdraw_token()
    made.start()
    until(lambda: "answers 401" in made.said(), "a line")
    asked = len(server.requests)
    until(lambda: made.cameras[0].status(), "the camera", pause=2)
    assert len(server.requests) == asked
    assert made.said().count("answers 401") == 1


def test_a_removed_action_is_dropped_and_logged(gateway, server):
    made = gateway(1, "--fault", "slow=2000")
    made.assign()
    made.start()
    until(lambda: "is being sent" in made.said(), "an upload")
    server.remove("isp-0")
    until(lambda: ": done: " in made.said(), "the outcome")
    until(lambda: "dropped" in made.said().split(": done: ")[1], "the last feedback")


def test_a_cancellation_before_the_first_byte_is_accepted(gateway, server):
    made = gateway(1)
    action = made.assign(only_download=True)
    action.only_download, action.window = False, "unavailable"
    made.start()
    server.wait_for(lambda: "downloaded/none" in action.told)
    server.cancel(action)
    made.ended(action)
    assert action.state == "canceled"
    assert made.updates() == 0


def test_a_cancellation_after_the_first_byte_is_rejected(gateway, server):
    made = gateway(1, "--fault", "slow=2000")
    action = made.sending()
    server.cancel(action)
    told = made.ended(action)
    assert [each.execution for each in action.feedback if each.kind == "cancelAction"] == ["rejected"]
    assert (action.state, told.code) == ("finished", 200)


def test_a_maintenance_window_holds_the_update_but_not_the_download(gateway, server):
    made = gateway(1)
    action = made.assign(window="unavailable")
    made.start()
    server.wait_for(lambda: "downloaded/none" in action.told)
    assert made.updates() == 0
    server.open_window(action)
    assert made.ended(action).code == 200


def test_a_soft_update_waits_for_the_window_until_it_is_forced(gateway, server):
    made = gateway(1, window="03:00-03:01")  # shorter than `wait`: never long enough
    action = made.assign(forced=False)
    made.start()
    server.wait_for(lambda: "downloaded/none" in action.told)
    assert made.updates() == 0
    server.force(action)
    assert made.ended(action).code == 200


def test_a_download_that_is_skipped_is_not_made(gateway, server):
    made = gateway(1)
    action = made.assign(skip_download=True)
    made.start()
    until(lambda: len(server.asked("/deploymentBase/")) > 2, "three polls")
    assert of_artifacts(server) == []
    assert action.feedback == []


def test_a_confirmation_is_left_to_a_person(gateway, server):
    made = gateway(1)
    server.confirmation = True
    action = made.assign()
    made.start()
    until(lambda: "waits for its confirmation" in made.said(), "a line")
    assert action.feedback == []


def test_a_confirmation_is_given_or_denied_if_so_configured(gateway, server):
    made = gateway(1)
    made.configure(hawkbit="confirm = give\n")
    server.confirmation = True
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200
    assert action.feedback[0].execution == "confirmed"
    other = made.assign(made.module(made.newer_image(platform="0400")))
    server.wait_for(lambda: other.feedback)
    assert other.feedback[0].execution == "denied"


def test_a_confirmation_is_answered_once(gateway, server):
    made = gateway(1)
    made.configure(hawkbit="confirm = give\n")
    server.confirmation = True
    action = made.assign(made.module(made.newer_image(platform="0400")))
    made.start()
    server.wait_for(lambda: action.feedback)
    for _ in range(2):
        polls = len(server.asked(ISP_0))
        server.wait_for(lambda: len(server.asked(ISP_0)) > polls + 2)
        assert [each.execution for each in action.feedback] == ["denied"], made.said()
        made.kill()
        made.start()
    assert made.said().count("the action has no image") == 1, made.said()


def test_attributes_are_told_when_they_change(gateway, server):
    made = gateway(1)
    made.start()
    server.wait_for(lambda: server.state.target("isp-0").attributes)
    before = dict(server.state.target("isp-0").attributes)
    assert before["isp_platform"] == "0300"
    assert before["isp_id"] == made.cameras[0].status()["CAMERA_ID"]
    made.cameras[0].upload(made.newer_image())
    server.wait_for(lambda: server.state.target("isp-0").attributes["isp_version"] == "V2.01.00")


def test_a_local_update_is_told_as_the_installed_set(gateway, server):
    made = gateway(1)
    made.configure(hawkbit="distribution = ISP\n")
    made.start()
    server.wait_for(lambda: server.state.target("isp-0").attributes)
    made.cameras[0].upload(made.newer_image())
    server.wait_for(lambda: server.state.target("isp-0").offline_versions)
    assert server.state.target("isp-0").offline_versions == [("ISP", "V2.01.00")]


def test_ids_that_no_double_holds(build, tmp_path, gateway, server):
    server.state.last_id = 2**53
    made = gateway(1)
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200


def test_a_held_answer_holds_no_other_camera(gateway, server):
    made = gateway(2)
    event = threading.Event()
    server.fail(Hold(event), path="/isp-0$", times=1)
    action = made.assign(camera=1)
    made.start()
    assert made.ended(action).code == 200
    event.set()


def test_a_target_that_always_fails_holds_no_other_camera(gateway, server):
    made = gateway(2)
    made.start()
    server.wait_for(lambda: all(server.state.target(name).attributes for name in made.names))
    server.fail(Refuse(500), path=ISP_0)
    fine = len(server.asked("/isp-1$"))
    server.wait_for(lambda: len(server.asked("/isp-1$")) > fine + 10)
    assert len([each for each in server.asked(ISP_0) if each.status == 500]) <= 6, made.said()
    assert "hawkBit does not answer" not in made.said()
    assert made.said().count("its requests fail (HTTP status 500): trying again") == 1, made.said()
    server.heal()
    assert made.ended(made.assign()).code == 200
    assert made.said().count("its requests are answered again") == 1


def test_feedback_that_always_fails_holds_no_other_camera(gateway, server):
    made = gateway(2)
    server.fail(Refuse(503), path=ISP_0[:-1] + "/.*/feedback$")
    actions = [made.assign(camera=i) for i in range(2)]
    made.start()
    assert made.ended(actions[1]).code == 200
    assert "hawkBit does not answer" not in made.said()
    server.heal()
    assert made.ended(actions[0]).code == 200


def deleted(made):
    """Open files of the gateway's process that have no name any more."""
    return [file for file in descriptors(made.process.pid).values() if file.endswith(" (deleted)")]


def test_an_image_that_left_the_cache_is_closed(gateway, server):
    made = gateway(1)
    images = [made.newer_image(size=30000) for _ in range(3)]
    made.configure(store="cache = 100K\n")
    made.start()
    for image in images:
        assert made.ended(made.assign(made.module(image))).code == 200, made.said()
    assert deleted(made) == []
    assert len(list(made.store.glob("cache/*/*.bin"))) == 1
    assert made.ended(made.assign(made.module(images[0]))).code == 200


def test_a_document_of_another_kind_is_refused(gateway, server):
    made = gateway(1)
    server.fail(Change(lambda document: {"id": "7"}), path="/deploymentBase/[0-9]+$", times=1)
    action = made.assign()
    made.start()
    assert made.ended(action).code == 200
    assert "deploymentBase: JSON: no deployment" in made.said()
