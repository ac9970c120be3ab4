# SPDX-License-Identifier: Apache-2.0
"""The faults of a camera with ISP_STATUS. See faults.py."""

import time

from odd_camera import ALREADY, DONE, NOT_DONE, UNKNOWN, RecordCamera


class RecordGood(RecordCamera):
    fault = "none; a camera with ISP_STATUS"
    outcome, happened = DONE, "installed"


class RecordReplyLost(RecordCamera):
    fault = "the reply is lost, the update is not"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.begin()
        self.reset(request)
        self.install()
        self.boot()


class RecordReplyLostNothingDone(RecordCamera):
    fault = "the reply is lost, and the record shows no update"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.reset(request)


class RecordRestartsBeforeReply(RecordCamera):
    fault = "it restarts before it replies, and carries the update through"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.begin("writing")
        self.boot(ISP_STATE="trial")
        time.sleep(2)
        self.install()
        self.stopping.wait(5)


class RecordOtherImage(RecordCamera):
    fault = "OK and a restart, and it confirms another image"
    outcome, happened = UNKNOWN, "another image installed"

    def install(self):
        super().install()
        self.record.update(ISP_IMAGE_SHA256="f" * 64, ISP_UPDATE_SHA256="f" * 64)
        self.installed = False


class RecordRolledBack(RecordCamera):
    fault = "OK, a restart, and the trial fails"
    outcome, happened = NOT_DONE, "the old image again"

    def install(self):
        self.begin("trial")

    def boot(self, **changes):
        super().boot()
        time.sleep(2)
        self.record.update(ISP_STATE="rolled-back", ISP_RESULT="ERROR: probe ended with status 1")


class RecordFailed(RecordCamera):
    fault = "OK, a restart, and the update failed"
    outcome, happened = NOT_DONE, "not installed"

    def install(self):
        self.begin("failed")


class RecordTrialForEver(RecordCamera):
    fault = "OK, a restart, and a trial that does not end"
    outcome, happened = UNKNOWN, "not confirmed"

    def install(self):
        self.begin("trial")
        self.record.update(ISP_IMAGE_SHA256=self.sha256)


class RecordErrorWhileWriting(RecordCamera):
    fault = "ERROR after the commit, and the next boot carries it through"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.begin("writing")
        self.say(request, "ERROR: firmware: writing at 0x100: Input/output error\n")
        self.hang_up(request)
        time.sleep(2)
        self.install()
        self.boot()


class RecordServerError(RecordCamera):
    fault = "status 500 and an ERROR, and the update goes on"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.begin("checking")
        self.fail(request, 500, "ERROR: internal error: the program ended without a reply")
        self.hang_up(request)
        time.sleep(2)
        self.begin("writing")
        self.install()
        self.boot()


class RecordServerErrorNothingDone(RecordCamera):
    fault = "status 500 and an ERROR, and the record shows no update"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.fail(request, 500, "ERROR: internal error: the program ended without a reply")


class RecordNoRoom(RecordCamera):
    fault = "status 503 and an ERROR: no program was begun for the request"
    outcome, happened = NOT_DONE, "not installed"

    def receive(self, request):
        self.fail(request, 503, "ERROR: request: too many at once, try again")


class RecordErrorAndGoesOn(RecordCamera):
    fault = "ERROR while this very update is under way, and it is carried through"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.begin("restarting")
        self.say(request, "ERROR: internal error: installer ended without a word\n")
        self.hang_up(request)
        time.sleep(2)
        self.install()
        self.boot()


class RecordErrorOfAnother(RecordCamera):
    fault = "ERROR while an update of another image is under way"
    outcome, happened = NOT_DONE, "not installed"

    def receive(self, request):
        self.begin("checking")
        self.record.update(ISP_UPDATE_SHA256="f" * 64)
        self.say(request, "ERROR: update in progress\n")


class RecordErrorAndStaysWriting(RecordCamera):
    fault = "ERROR after the commit, and no next boot"
    outcome, happened = UNKNOWN, "neither the old image nor the new one"

    def receive(self, request):
        self.begin("writing")
        self.record["ISP_RESULT"] = "ERROR: firmware: writing at 0x100: Input/output error"
        self.say(request, "ERROR: firmware: writing at 0x100: Input/output error\n")


class RecordRefuses(RecordCamera):
    fault = "ERROR"
    outcome, happened = NOT_DONE, "not installed"

    def receive(self, request):
        self.say(request, "ERROR: signature: missing (the image has no ISP-Image.desc.sig)\n")


class RecordNoRestart(RecordCamera):
    fault = "OK, confirmed, and no restart"
    outcome, happened = UNKNOWN, "installed, not running yet"

    def receive(self, request):
        self.record.update(ISP_IMAGE_SHA256=self.sha256, ISP_UPDATE="8", ISP_STATE="confirmed",
                           ISP_UPDATE_SHA256=self.sha256)
        self.say(request, "OK\n")


class RecordNeverBack(RecordCamera):
    fault = "OK, and it does not come back"
    outcome, happened = UNKNOWN, "not known to anybody"

    def receive(self, request):
        self.begin()
        self.say(request, "OK\n")
        self.hang_up(request)
        self.go_away()


class RecordNoTrace(RecordCamera):
    fault = "OK and a restart, and the record shows no update"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.say(request, "OK\n")
        self.hang_up(request)
        self.boot()


class RecordOldRollBack(RecordCamera):
    fault = "the record shows an older update that was rolled back"
    outcome, happened = UNKNOWN, "not installed"

    def __init__(self):
        super().__init__()
        self.record.update(ISP_STATE="rolled-back", ISP_UPDATE_SHA256="e" * 64)

    def receive(self, request):
        self.say(request, "OK\n")
        self.hang_up(request)
        self.boot()


class RecordDenies(RecordCamera):
    fault = "OK, a restart, and the account is gone"
    outcome, happened = UNKNOWN, "installed"

    def boot(self, **changes):
        super().boot(**changes)
        self.status = lambda request: self.say(request, "ERROR: not authorized\n")


class RecordOnTrial(RecordCamera):
    fault = "another image is on trial"
    outcome, happened = NOT_DONE, "nothing was sent"

    def __init__(self):
        super().__init__()
        self.record.update(ISP_STATE="trial")


class RecordRunsIt(RecordCamera):
    fault = "it runs the image already"
    outcome, happened = ALREADY, "nothing was sent"

    @property
    def sha256(self):
        return self.record["ISP_IMAGE_SHA256"]

    @sha256.setter
    def sha256(self, digest):
        self.record["ISP_IMAGE_SHA256"] = digest or "0" * 64


class RecordRunsItOnTrial(RecordRunsIt):
    fault = "the image is on trial already, and is confirmed"
    outcome, happened = ALREADY, "nothing was sent"
    looks_left = 3

    def status(self, request):
        self.looks_left -= 1
        self.record["ISP_STATE"] = "trial" if self.looks_left > 0 else "confirmed"
        super().status(request)


class RecordNextIsOther(RecordRunsIt):
    fault = "it runs the image, but another one starts next"
    outcome, happened = DONE, "installed"

    def __init__(self):
        super().__init__()
        self.record["ISP_NEXT"] = "V1.02.00"

    def install(self):
        super().install()
        self.record["ISP_NEXT"] = ""


class RecordGoesBack(RecordCamera):
    fault = "it still goes back to the image before"
    outcome, happened = NOT_DONE, "nothing was sent"

    def __init__(self):
        super().__init__()
        self.record.update(ISP_STATE="rolling-back", ISP_IMAGE_SHA256="")


class RecordInAStrangeState(RecordCamera):
    fault = "a state that nobody knows, before the upload"
    outcome, happened = NOT_DONE, "nothing was sent"

    def __init__(self):
        super().__init__()
        self.record["ISP_STATE"] = "paused"


class RecordUnconfirmed(RecordCamera):
    fault = "OK, a restart, the trial fails, and there is no way back"
    outcome, happened = UNKNOWN, "installed, not confirmed"

    def install(self):
        super().install()
        self.record.update(ISP_STATE="unconfirmed", ISP_RESULT="ERROR: probe ended with status 1")


class RecordStaysRollingBack(RecordCamera):
    fault = "OK, a restart, the trial fails, and the way back does not end"
    outcome, happened = UNKNOWN, "neither the old image nor the new one"

    def install(self):
        self.begin("rolling-back")
        self.record["ISP_IMAGE_SHA256"] = ""


class RecordErrorAndRollsBack(RecordCamera):
    fault = "ERROR while this very update is being rolled back, and the old image is there again"
    outcome, happened = NOT_DONE, "the old image again"

    def receive(self, request):
        self.begin("rolling-back")
        self.say(request, "ERROR: activate ended with status 1\n")
        self.hang_up(request)
        time.sleep(2)
        self.record["ISP_STATE"] = "rolled-back"
        self.boot()


class RecordStrangeState(RecordCamera):
    fault = "OK, a restart, and a state that nobody knows"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        super().install()
        self.record["ISP_STATE"] = "paused"


class RecordLoses(RecordCamera):
    fault = "OK, a restart, and its journal is lost"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        self.record.update(ISP_STATE="lost", ISP_UPDATE="0", ISP_UPDATE_SHA256="",
                           ISP_IMAGE_SHA256="", ISP_RESULT="ERROR: journal lost")


class RecordNumberSkipped(RecordCamera):
    fault = "OK, a restart, and another host's update of the same image"
    outcome, happened = UNKNOWN, "installed"

    def install(self):
        super().install()
        self.record["ISP_UPDATE"] = "9"


class RecordNumberLower(RecordCamera):
    fault = "OK, a restart, and an update number that is lower"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        super().install()
        self.record["ISP_UPDATE"] = "1"


class RecordOtherPlatform(RecordCamera):
    fault = "OK, and a camera of another platform at its address"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        super().install()
        self.record["ISP_PLATFORM"] = "0400"


class RecordWithId(RecordCamera):
    fault = "none; it shows a CAMERA_ID"
    outcome, happened = DONE, "installed"

    def __init__(self):
        super().__init__()
        self.record["CAMERA_ID"] = "one"


class RecordOtherCamera(RecordWithId):
    fault = "OK, and another camera, which confirms the image, at its address"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        super().install()
        self.record["CAMERA_ID"] = "other"


class RecordIdGone(RecordWithId):
    fault = "OK, a restart, and no CAMERA_ID any more"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        super().install()
        self.record["CAMERA_ID"] = ""


class RecordSlow(RecordCamera):
    fault = "none; each answer takes 6 seconds"
    outcome, happened = DONE, "installed"

    def status(self, request):
        self.stopping.wait(6)
        super().status(request)
