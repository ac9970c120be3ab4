# SPDX-License-Identifier: Apache-2.0
"""SWUpdate's client with the real hawkBit: what the server is told is what ours is told
(tests/gateway/test_suricatta.py)."""

import pytest
from suricatta import Suricatta, missing

PAYLOAD = b"firmware" * 5000
TRIES = 4  # SWUpdate aborts an update by itself now and then: "Writing to IPC fails"

pytestmark = pytest.mark.skipif(missing() != "", reason=missing())


def messages(management, action):
    return [text for each in management.history("board-real", action) for text in each["messages"]]


def test_swupdate_installs_from_the_real_server_and_reports(hawkbit, management, stage, tmp_path):
    management.configure(pollingTime="00:00:01")
    device = Suricatta(tmp_path, hawkbit.url, "board-real", stage.token)
    management.target("board-real")
    module = management.module("board", "1.0.1", {"image.swu": device.image("1.0.1", PAYLOAD)})
    made = management.set("board", "1.0.1", module)

    def installed():
        return "All Chunks Installed." in messages(management, action)

    def ended():
        return management.action("board-real", action)["status"] == "finished"

    try:
        with device:
            for _ in range(TRIES):
                action = management.assign("board-real", made)
                device.wait_for(lambda: installed() or ended())
                if installed():
                    break
        assert device.target.read_bytes() == PAYLOAD
        assert not ended()
        with Suricatta(tmp_path, hawkbit.url, "board-real", stage.token, confirm=True) as again:
            again.wait_for(ended)
        assert management.get("/targets/board-real")["updateStatus"] == "in_sync"
    finally:
        management.configure(pollingTime="00:05:00")
