# SPDX-License-Identifier: Apache-2.0
"""The image that is to be sent is not taken for one that runs."""


def test_an_update_of_hawkbit_is_no_local_one(gateway, server):
    made = gateway(1, hawkbit="distribution = isp\n")
    action = made.assign()
    made.start()
    made.ended(action)
    assert action.state == "finished", made.said()
    assert "did not ask for that" not in made.said()
    assert server.asked("/installedBase$", "PUT") == []
