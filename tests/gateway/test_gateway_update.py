# SPDX-License-Identifier: Apache-2.0
"""An action of hawkBit becomes an update of a camera, and its proven outcome becomes feedback."""


def test_an_action_becomes_an_update_and_success_only_after_the_camera_confirmed(gateway):
    made = gateway(1)
    image = made.newer_image()
    action = made.assign(made.module(image))
    made.start()
    last = made.ended(action)
    assert action.state == "finished", made.said()
    assert action.told[0] == "download/none"
    assert action.told[1] == "downloaded/none"
    assert set(action.told[2:-1]) == {"proceeding/none"}
    assert action.told[-1] == "closed/success"
    status = made.cameras[0].status()
    assert (status["ISP_STATE"], status["ISP_UPDATE"]) == ("confirmed", "1")
    assert status["ISP_IMAGE_SHA256"] in " ".join(last.details)
    assert last.details[0].startswith("confirmed: ")
    assert made.stop() == 0
