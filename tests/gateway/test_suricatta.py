# SPDX-License-Identifier: Apache-2.0
"""The DDI server of these tests is one for a client that is not ours: SWUpdate's."""

import pytest
from suricatta import Suricatta, missing

PAYLOAD = b"firmware" * 5000

pytestmark = pytest.mark.skipif(missing() != "", reason=missing())


TRIES = 4  # SWUpdate aborts an update by itself now and then: "Writing to IPC fails"


def installed(action):
    return any("All Chunks Installed." in each.details for each in action.feedback)


def test_swupdate_installs_from_our_server_and_reports(server, tmp_path):
    server.sleep = "00:00:01"
    device = Suricatta(tmp_path, server.url, "board-1", server.token)
    module = server.module("board", "1.0.1", {"image.swu": device.image("1.0.1", PAYLOAD)})
    with device:
        for _ in range(TRIES):
            action = server.assign("board-1", module)
            server.wait_for(lambda: installed(action) or not action.is_active)
            if installed(action):
                break
    assert device.target.read_bytes() == PAYLOAD
    assert (action.state, set(action.told)) == ("running", {"proceeding/none"})
    with Suricatta(tmp_path, server.url, "board-1", server.token, confirm=True):
        server.wait_for(lambda: not action.is_active)
    assert (action.state, action.told[-1]) == ("finished", "closed/success")


def test_swupdate_takes_a_cancel(server, tmp_path):
    server.sleep = "00:00:01"
    device = Suricatta(tmp_path, server.url, "board-1", server.token)
    device.image("1.0.1", PAYLOAD)
    action = server.assign("board-1", server.module("board", "1.0.1", {}), window="unavailable")
    server.cancel(action)
    with device:
        server.wait_for(lambda: not action.is_active)
    assert (action.state, action.told) == ("canceled", [])


def test_swupdate_with_a_wrong_token_is_refused(server, tmp_path):
    device = Suricatta(tmp_path, server.url, "board-1", "another-token")
    device.image("1.0.1", PAYLOAD)
    with device:
        server.wait_for(lambda: any(request.status == 401 for request in server.requests))
    assert server.state.targets == {}
