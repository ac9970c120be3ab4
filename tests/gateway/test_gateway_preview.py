# SPDX-License-Identifier: Apache-2.0
"""`ispup gateway --check` says what the gateway then does, and changes nothing itself."""

import re
import sqlite3
import subprocess

import pytest
from altered import Altered
from ddi_server import Body, Change, DdiServer, Refuse
from namespace import may_mount
from simulation import until

READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
FULL = """kept=$(mktemp) && cat "$0/gateway.db" >"$kept" && mount -t tmpfs -o size=256k,mode=700 none "$0" &&
cat "$kept" >"$0/gateway.db" && rm "$kept" && ! cat /dev/zero >"$0/filler" 2>"$0/../full" && exec "$@" """


def started_once(made):
    made.start()
    made.server.wait_for(lambda: made.server.state.target("isp-0").attributes)
    until(made.has_told_all, "an empty outbox")
    made.stop()
    return made


def said_of(made, status=0):
    done = made.run("--check")
    assert done.returncode == status, done
    return done.stdout


def files_of(made):
    """Without those of SQLite, which its readers share."""
    return {path.relative_to(made.store): path.stat().st_mtime_ns
            for path in made.store.rglob("*") if not path.name.startswith("gateway.db-")}


def test_makes_no_folder(gateway):
    made = gateway(1)
    made.assign()
    assert "would fetch and check the image" in said_of(made)
    assert list(made.store.iterdir()) == []


def test_keeps_a_damaged_image_in_the_cache(gateway):
    made = gateway(1)
    made.configure(window="00:00-00:01", wait="59s")
    made.assign(forced=False)
    made.start()
    until(lambda: "fetched, a valid image" in made.said(), "the image")
    made.kill()
    image, = made.store.glob("cache/*/*.bin")
    image.write_bytes(b"damaged")
    before = files_of(made)
    assert "would fetch and check the image" in said_of(made)
    assert files_of(made) == before


@pytest.mark.skipif(not may_mount(), reason="no mounts here")
@pytest.mark.parametrize("how", [READ_ONLY, FULL])
def test_a_folder_that_cannot_be_written_is_named_as_the_cause(gateway, how):
    made = started_once(gateway(1))
    done = subprocess.run(["unshare", "-m", "sh", "-c", how, made.store, made.ispup, "gateway",
                           "-c", made.configuration, "--export"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "copy the folder to a place that can be written, and read it there" in done.stderr


def test_a_cancellation_would_be_accepted(gateway):
    made = started_once(gateway(1))
    action = made.assign()
    made.server.cancel(action)
    assert said_of(made) == (f"{made.labels[0]}: action {action.id}: would accept its cancellation, "
                             "and poll again\n")
    made.start()
    assert (made.ended(action).execution, made.updates()) == ("closed", 0)


def test_a_cancellation_would_be_rejected(gateway):
    made = gateway(1, "--fault", "slow=3000", "--fault", "no-restart")
    action = made.sending()
    made.kill()
    made.server.cancel(action)
    assert f"action {action.id}: would reject its cancellation, and poll again\n" in said_of(made)
    made.start()
    made.server.wait_for(lambda: any(each.execution == "rejected" for each in action.feedback))


@pytest.mark.parametrize("platform, would, does", [
    ("0300", "would confirm it", "confirmed"),
    ("0400", "would deny it: the action has no image for the camera's platform", "denied"),
])
def test_a_confirmation_would_be_given_or_denied(gateway, platform, would, does):
    made = gateway(1)
    made.configure(hawkbit="confirm = give\n")
    started_once(made)
    made.server.confirmation = True
    action = made.assign(made.module(made.newer_image(platform=platform)))
    assert said_of(made) == f"{made.labels[0]}: action {action.id}: {would}\n"
    assert action.feedback == []
    made.start()
    made.server.wait_for(lambda: action.feedback)
    assert action.feedback[0].execution == does


def test_an_action_that_waits_for_a_person_is_not_nothing(gateway):
    made = started_once(gateway(1))
    made.server.confirmation = True
    made.assign()
    assert said_of(made) == (f"{made.labels[0]}: an action waits for its confirmation in "
                             "hawkBit\n")


def test_an_id_that_was_accepted_is_no_stop(gateway):
    made = started_once(gateway(1))
    with sqlite3.connect(made.store / "gateway.db") as database:
        database.execute("UPDATE device SET id = '00:0f:7c:00:00:01'")
    action = made.assign()
    made.start()
    until(lambda: "STOPPED: it shows the id" in made.said(), "a line")
    made.stop()
    assert "stopped: it shows the id" in said_of(made)
    assert made.run("--accept-id", made.labels[0]).returncode == 0
    for _ in range(2):
        assert f"action {action.id}: would fetch and check the image" in said_of(made)
    made.start()
    assert made.ended(action).code == 200


def test_the_actions_of_another_server_are_new(gateway):
    made = gateway(1)
    before = made.assign()
    made.start()
    made.ended(before)
    until(made.has_told_all, "an empty outbox")
    made.stop()
    with DdiServer() as other:
        made.server = other
        made.configure()
        action = made.assign()
        assert action.id == before.id
        assert f"action {action.id}: would fetch and check the image" in said_of(made)
        made.start()
        assert made.ended(action).code == 200
        made.kill()


def elsewhere(document):
    document["_links"]["deploymentBase"]["href"] = "http://127.0.0.1:9/elsewhere"


@pytest.mark.parametrize("path, fault", [
    ("/isp-0$", Refuse(404)), ("/isp-0$", Body(b"{")), ("/isp-0$", Change(elsewhere)),
    ("deploymentBase", Refuse(404)), ("deploymentBase", Body(b"{")),
])
def test_an_answer_that_says_nothing_is_not_nothing_to_do(gateway, path, fault):
    made = started_once(gateway(1))
    made.assign()
    made.server.fail(fault, path=path)
    said = said_of(made, 1)
    assert said.endswith(f"{made.labels[0]}: isp-0: hawkBit did not say what is to be done\n")
    assert "nothing to do" not in said


def test_a_camera_that_may_refuse_the_image_is_not_promised_it(gateway):
    made = gateway(1)
    image = made.module()
    action = made.assign(image)
    made.start()
    made.ended(action)
    until(made.has_told_all, "an empty outbox")
    made.stop()
    again = made.assign(image)
    assert (f"action {again.id}: would ask the camera, and send the image if the camera takes it\n"
            in said_of(made))
    made.start()
    made.ended(again)
    assert made.updates() == 1


@pytest.fixture
def nameless(gateway):
    """A gateway whose camera shows no id any more if it is told so."""
    made = gateway(1)
    address = Altered(made.cameras[0])
    made.labels = [address.label]
    made.write_list()
    yield made, lambda: address.changes.update(
        ISP_STATUS=lambda text: re.sub(rb"CAMERA_ID='.*'\n", b"", text))
    address.close()


def test_nothing_would_be_sent_to_a_camera_that_shows_no_id(nameless):
    made, hide_id = nameless
    started_once(made)
    made.assign()
    hide_id()
    assert said_of(made).endswith(f"{made.labels[0]}: it shows no id now: nothing would be sent\n")


def test_a_camera_without_a_name_in_hawkbit_is_not_asked_for(nameless):
    made, hide_id = nameless
    made.names = [""]
    made.write_list()
    hide_id()
    assert said_of(made) == (
        f"{made.labels[0]}: it shows no id: give it a name in the list's column controller\n"
        f"{made.labels[0]}: it has no name in hawkBit: nothing would be done\n")
    assert made.server.requests == []
