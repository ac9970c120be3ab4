# SPDX-License-Identifier: Apache-2.0
"""An address that guesses passwords is refused for 30 seconds; a busy machine may pause for that
long."""

import time

SECONDS = 30
ROUNDS = 10


def undisturbed(guess):
    """The result of `guess(address)` in a round that is so short that the lock-out cannot have
    ended. A longer round proves nothing, and is repeated from another address."""
    for i in range(ROUNDS):
        begun = time.monotonic()
        found = guess(f"192.0.2.{66 + i}")
        if time.monotonic() - begun < SECONDS:
            return found
    raise AssertionError(f"no round of {ROUNDS} was done within {SECONDS} s")
