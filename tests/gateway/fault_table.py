# SPDX-License-Identifier: Apache-2.0
"""For each fault of a simulated camera: what hawkBit is told, and what really happens."""

from dataclasses import dataclass

SUCCESS, FAILURE, OPEN = "closed/success", "closed/failure", "proceeding/none"
UNKNOWN = "unknown, not failed: "


@dataclass(frozen=True)
class Row:
    fault: str
    told: str  # the last feedback
    code: int | None
    words: str  # a line of its details begins so
    state: str  # what ISP_STATE says in the end
    is_new: bool = False  # the camera runs the new image

    def __str__(self):
        return self.fault

    def check(self, camera, image):
        """`image`: its file, which the camera runs or not."""
        said = camera.status()
        runs_it = said["ISP_VERSION"] in image.name
        assert (said["ISP_STATE"], runs_it) == (self.state, self.is_new), (self.fault, said)
        assert self.told != SUCCESS or (self.is_new and self.state == "confirmed"), self.fault


FAULTS = {row.fault: row for row in (
    Row("slow=8000", SUCCESS, 200, "confirmed: ", "confirmed", True),
    Row("slow-status=1", SUCCESS, 200, "confirmed: ", "confirmed", True),
    Row("reply-lost", SUCCESS, 200, "confirmed: ", "confirmed", True),
    Row("garbage-reply", SUCCESS, 200, "confirmed: ", "confirmed", True),
    Row("drop=2000", FAILURE, 901, "failed: ", "failed"),
    Row("flash-failure", FAILURE, 901, "failed: ", "failed"),
    Row("failing-probe", FAILURE, 901, "rolled-back: ", "rolled-back"),
    Row("restart-loop", FAILURE, 901, "rolled-back: ", "rolled-back"),
    Row("full-work-folder", FAILURE, 901, "error-room: ", "idle"),
    Row("no-restart", FAILURE, 902, UNKNOWN, "restarting"),
    Row("hang=30", FAILURE, 902, UNKNOWN, "restarting"),
    Row("wrong-version", FAILURE, 902, UNKNOWN, "idle"),
    Row("dead-flash", FAILURE, 902, UNKNOWN, "writing"),
    Row("stuck-rollback", FAILURE, 902, UNKNOWN, "rolling-back"),
    # The target is stopped: a person has to look at it.
    Row("other-id", OPEN, None, "outcome unknown: another camera ", "confirmed", True),
    Row("other-camera", OPEN, None, "outcome unknown: another camera ", "idle"),
)}
