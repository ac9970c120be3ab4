# SPDX-License-Identifier: Apache-2.0
"""An address that guesses is refused for 30 seconds, and a machine may stand still for so long."""

import time

SECONDS = 30
ROUNDS = 10


def undisturbed(guess):
    """What `guess(address)` finds in a round in which the lock-out cannot have ended: one that took
    longer says nothing, and is done again from another address."""
    for i in range(ROUNDS):
        begun = time.monotonic()
        found = guess(f"192.0.2.{66 + i}")
        if time.monotonic() - begun < SECONDS:
            return found
    raise AssertionError(f"no round of {ROUNDS} was done within {SECONDS} s")
