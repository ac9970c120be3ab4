# SPDX-License-Identifier: Apache-2.0
"""What the page says at the end, by the fault of `ispup simulate`."""

VERDICTS = {
    "slow=400000": "done", "drop=50000": "not-done", "reply-lost": "done", "garbage-reply": "done",
    "no-restart": "unknown", "restart-loop": "not-done", "failing-probe": "not-done",
    "wrong-version": "unknown", "flash-failure": "not-done", "dead-flash": "unknown",
    "full-work-folder": "not-done", "stuck-rollback": "unknown", "other-id": "unknown",
    "other-camera": "unknown", "slow-status=2": "done", "hang=3": "unknown",
}
