# SPDX-License-Identifier: Apache-2.0
"""The faults of a camera without ISP_STATUS, such as the vendor's. See faults.py."""

import time

from odd_camera import DONE, FORM, NEW, NOT_DONE, UNKNOWN, OddCamera


class VendorGood(OddCamera):
    fault = "none; a camera without ISP_STATUS"
    outcome, happened = DONE, "installed"


class VendorSameVersions(OddCamera):
    fault = "without ISP_STATUS: OK and a restart, and the log shows the old versions"
    outcome, happened = UNKNOWN, "not installed"

    def install(self):
        pass


class VendorNoRestart(OddCamera):
    fault = "without ISP_STATUS: OK, and no restart"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.say(request, "OK\n")


class VendorVersionsNoRestart(OddCamera):
    fault = "without ISP_STATUS: OK, the new versions, and no restart"
    outcome, happened = UNKNOWN, "installed, not running yet"

    def receive(self, request):
        self.version = NEW
        self.say(request, "OK\n")


class CutsConnections(OddCamera):
    """Accepts the update and never restarts; accepts later connections too, and closes them
    without an answer."""

    def __init__(self):
        self.cuts = 0
        super().__init__()

    def log(self, request):
        if self.cuts > 0:
            self.cuts -= 1
            self.cut(request)
        else:
            super().log(request)

    def receive(self, request):
        self.version, self.cuts = NEW, 3
        self.say(request, "OK\n")


class VendorResets(CutsConnections):
    fault = "without ISP_STATUS: OK, it resets connections, then shows the new versions: no restart"
    outcome, happened = UNKNOWN, "installed, not running yet"

    def cut(self, request):
        self.reset(request)


class VendorEmptyAnswers(CutsConnections):
    fault = "without ISP_STATUS: OK, it answers nothing, then shows the new versions: no restart"
    outcome, happened = UNKNOWN, "installed, not running yet"

    def cut(self, request):
        self.hang_up(request)


class VendorHangs(OddCamera):
    fault = "without ISP_STATUS: the reply is lost, it hangs, then shows the new versions: no restart"
    outcome, happened = UNKNOWN, "installed, not running yet"

    def __init__(self):
        self.hangs = False
        super().__init__()

    def log(self, request):
        if self.hangs:
            self.hangs = False
            self.stopping.wait(60)
        else:
            super().log(request)

    def receive(self, request):
        self.version, self.hangs = NEW, True
        self.reset(request)


class VendorOtherVersions(OddCamera):
    fault = "without ISP_STATUS: OK, a restart, and versions of another image"
    outcome, happened = UNKNOWN, "another image installed"

    def install(self):
        self.version = "V3.00.00"


class VendorRefuses(OddCamera):
    fault = "without ISP_STATUS: ERROR, with status 200"
    outcome, happened = NOT_DONE, "not installed"

    def receive(self, request):
        self.say(request, "ERROR: ISP flash is protected\n")


class VendorNeverBack(OddCamera):
    fault = "without ISP_STATUS: OK, and it does not come back"
    outcome, happened = UNKNOWN, "not known to anybody"

    def receive(self, request):
        self.say(request, "OK\n")
        self.hang_up(request)
        self.go_away()


class VendorReplyLost(OddCamera):
    fault = "without ISP_STATUS: the reply is lost, the update is not"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.restart(lambda: self.reset(request))


class VendorReplyLostNothingDone(OddCamera):
    fault = "without ISP_STATUS: the reply is lost, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.reset(request)


class VendorSilentLog(OddCamera):
    fault = "neither ISP_STATUS nor SYSTEM_LOG: OK and a restart"
    outcome, happened = UNKNOWN, "installed"

    def log(self, request):
        self.say(request, "ERROR: SYSTEM_LOG not found\n")


class VendorUnknownBefore(OddCamera):
    fault = "without ISP_STATUS: the log showed UNKNOWN before"
    outcome, happened = UNKNOWN, "installed"

    def __init__(self):
        self.is_blind = True
        super().__init__()

    def log(self, request):
        if self.installed:
            super().log(request)
        else:
            self.say(request, "ISP Firmware Version UNKNOWN\n")


class VendorEmptyReply(OddCamera):
    fault = "an empty reply, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.say(request, "")


class VendorOkAndMore(OddCamera):
    fault = "OK followed by more lines, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.say(request, "OK\nbut not really\n")


class VendorServerError(OddCamera):
    fault = "status 500 after the body, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        request.connection.sendall(b"HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\noops\n")


class VendorServerErrorText(OddCamera):
    fault = "without ISP_STATUS: status 500 and an ERROR, and the update goes on"
    outcome, happened = DONE, "installed"

    def receive(self, request):
        self.fail(request, 500, "ERROR: internal error: the program ended without a reply")
        self.restart(lambda: self.hang_up(request))


class VendorServerErrorTextNothingDone(OddCamera):
    fault = "without ISP_STATUS: status 500 and an ERROR, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.fail(request, 500, "ERROR: internal error: the program ended without a reply")


class VendorEndlessReply(OddCamera):
    fault = "a reply without end, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        self.say(request, "")
        while True:
            request.connection.sendall(b"OK\n" * 10000)


class VendorHeadWithoutEnd(OddCamera):
    fault = "a head without end, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        request.connection.sendall(b"HTTP/1.0 200 OK\r\n")
        while True:
            request.connection.sendall(b"X-More: and more\r\n" * 1000)


class VendorControlBytes(OddCamera):
    fault = "control bytes in an ERROR"
    outcome, happened = NOT_DONE, "not installed"

    def receive(self, request):
        self.say(request, "ERROR: \x1b[2J\x07flash\x9b is\tbad\n")


class VendorRefusesEarly(OddCamera):
    fault = "ERROR before the body was read, and the connection is reset"
    outcome, happened = NOT_DONE, "not installed"

    def take(self, request):
        self.uploads.append(request.body)
        self.say(request, "ERROR: no room for it\n")
        time.sleep(0.2)
        self.reset(request)


class VendorRefusesAndStaysDeaf(OddCamera):
    fault = "ERROR before the body is read, and the body is never read"
    outcome, happened = NOT_DONE, "not installed"

    def take(self, request):
        self.uploads.append(request.body)
        self.say(request, "ERROR: no room for it\n")
        self.stopping.wait(60)


class VendorStalls(OddCamera):
    fault = "the body is not read to its end"
    outcome, happened = UNKNOWN, "not installed"

    def take(self, request):
        self.uploads.append(request.body)
        self.stopping.wait(60)


class VendorLoginPage(OddCamera):
    fault = "a login page instead of the form"
    outcome, happened = NOT_DONE, "nothing was sent"

    def form(self, request):
        self.say(request, "<html><form action='/login'><input name=u></form></html>", "text/html")


class VendorNoForm(OddCamera):
    fault = "an ERROR instead of the form"
    outcome, happened = NOT_DONE, "nothing was sent"

    def form(self, request):
        self.say(request, "ERROR: ISP_IMAGE not found\n")


class VendorOtherHost(OddCamera):
    fault = "the form leads to another host"
    outcome, happened = NOT_DONE, "nothing was sent"

    def form(self, request):
        self.say(request, FORM.replace(b"update?", b"http://127.0.0.2/cgi-bin/update?"))


class VendorOtherCommand(OddCamera):
    fault = "the form leads to another command"
    outcome, happened = NOT_DONE, "nothing was sent"

    def form(self, request):
        self.say(request, FORM.replace(b"ISP_IMAGE_SAVE", b"ISP_HARDWARE_SAVE"))


class VendorRedirects(OddCamera):
    fault = "a redirect instead of the form"
    outcome, happened = NOT_DONE, "nothing was sent"

    def form(self, request):
        request.connection.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2/\r\nContent-Length: 0\r\n\r\n")


class VendorRedirectsUpload(OddCamera):
    fault = "a redirect instead of the reply, and nothing was done"
    outcome, happened = UNKNOWN, "not installed"

    def receive(self, request):
        request.connection.sendall(
            b"HTTP/1.1 307 Go\r\nLocation: /cgi-bin/update?ISP_IMAGE_SAVE\r\n"
            b"Content-Length: 0\r\n\r\n")


class Unreachable(OddCamera):
    fault = "no server is there"
    outcome, happened = NOT_DONE, "nothing was sent"

    def __init__(self):
        super().__init__()
        self.go_away()


class VendorOtherCamera(OddCamera):
    fault = "without ISP_STATUS: OK, a restart, and another camera at its address"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        self.version, self.mac = NEW, "00:0F:7C:00:00:02"


class VendorNoMac(OddCamera):
    fault = "without ISP_STATUS: OK, a restart, and no MAC address any more"
    outcome, happened = UNKNOWN, "not known to anybody"

    def install(self):
        self.version = NEW
        self.info = lambda request: self.say(request, "ERROR: SYSTEM_INFO not found\n")


class VendorLongLog(OddCamera):
    fault = "none; a camera without ISP_STATUS whose log has 200 KiB"
    outcome, happened = DONE, "installed"

    def log(self, request):
        self.say(request, "May 1 00:00:01 boot\n" * 10_000 + f"ISP Firmware Version ISP-F-0300-{self.version}\n"
                          "ISP Device Resource Version C0300-V1.00.00\n")
