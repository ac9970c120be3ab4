# SPDX-License-Identifier: Apache-2.0
"""`ispup gateway` is killed at random moments, and begins again: no camera gets a second body for one
action, and no feedback is lost. KILLS=N more of them; a failed test prints the SEED that repeats its
moments."""

import os
import random
import time

KILLS = int(os.environ.get("KILLS", "12"))
CAMERAS = 4


def test_a_gateway_that_is_killed_at_random_moments_sends_once_and_loses_nothing(gateway, server):
    seed = int(os.environ.get("SEED") or random.randrange(1 << 32))
    print(f"again: KILLS={KILLS} SEED={seed}")
    moments = random.Random(seed)
    made = gateway(CAMERAS, ask="1s", wait="40s")
    rounds = 0
    kills = 0
    while kills < KILLS:
        rounds += 1
        module = made.module()
        actions = [made.assign(module, camera=number) for number in range(CAMERAS)]
        while any(action.is_active for action in actions) and kills < KILLS:
            made.start()
            time.sleep(moments.uniform(0, 3))
            made.kill()
            kills += 1
        made.start()
        for action in actions:
            made.ended(action)
        made.kill()
        for number, action in enumerate(actions):
            check(made, number, action, rounds)


def check(made, number, action, rounds):
    """Each body that reached the camera has a number of its own. A round without any body is one
    whose upload was killed before its first byte: that action failed, and says so."""
    closed = [each for each in action.told if each.startswith("closed/")]
    assert len(closed) == 1, (action.told, made.said())
    status = made.cameras[number].status()
    digest = status["ISP_IMAGE_SHA256"]
    assert int(status["ISP_UPDATE"]) <= rounds, made.said()
    if closed == ["closed/success"]:
        assert status["ISP_STATE"] == "confirmed"
        assert digest in " ".join(action.feedback[-1].details), made.said()
