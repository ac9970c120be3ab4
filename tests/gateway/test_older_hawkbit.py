# SPDX-License-Identifier: Apache-2.0
"""`ispup gateway` and an older hawkBit, as recorded/0.3.0M7 shows it: feedback without the action's id
is 404, the ETag of an artifact has no quotes, a whole artifact has a Content-Range, and there is no
installedBase."""

import pytest
from ddi_server import Cut, DdiServer


@pytest.fixture
def server():
    with DdiServer(like="0.3.0M7") as made:
        yield made


def test_an_update_is_done_and_reported(gateway):
    made = gateway(1)
    action = made.assign()
    made.start()
    made.ended(action)
    assert (action.state, action.told[-1]) == ("finished", "closed/success")
    assert made.updates() == 1


def test_a_broken_download_goes_on_by_a_tag_without_quotes(gateway, server):
    made = gateway(1)
    image = made.newer_image(size=200_000)
    server.fail(Cut(50_000), "/artifacts/", times=1)
    action = made.assign(made.module(image))
    made.start()
    made.ended(action)
    assert action.state == "finished", made.said()
    first, second = server.asked("/artifacts/")
    assert "range" not in first.fields
    assert (second.status, second.fields["if-range"]) == (206, action.modules[0].artifacts[0].digest(
        "sha1"))


def test_a_local_update_that_the_server_cannot_be_told_of_holds_nothing(gateway, server):
    made = gateway(1, hawkbit="distribution = isp\n")
    made.start()
    server.wait_for(lambda: server.state.target(made.names[0]).attributes)
    assert made.cameras[0].upload(made.image).strip() == "OK"
    made.cameras[0].wait_for(ISP_STATE="confirmed")
    server.wait_for(lambda: server.asked("/installedBase$", "PUT"))
    assert server.asked("/installedBase$", "PUT")[0].status == 404
    action = made.assign()
    made.ended(action)
    assert (action.state, made.updates()) == ("finished", 2)
