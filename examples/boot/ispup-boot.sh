#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ispup-boot.sh ISP CAMERA
# For products without systemd: a camera's boot, after the file systems are mounted. Runs ISP and CAMERA
# with the word `start`: ISP starts the ISP, CAMERA starts the rest (settings, web server) and returns.
# Exits 0, or with the status of a recover after which the ISP was not started.
# ISPUP_CAMERA="PROGRAM -c FILE" names another program or configuration.
# docs/flash.md, "Boot integration".
set -u
: "${ISPUP_CAMERA:=/usr/sbin/ispup-camera}"

say() {
    echo "ispup: $*" >&2
}

# Whether [flash] without-journal = first: `active` then prints a bank although the journal is lost.
starts_without_journal() {
    for component in firmware device-resource hardware; do
        $ISPUP_CAMERA active "$component" >/dev/null 2>&1 && return 0
    done
    return 1
}

# Whether the ISP may be started; leaves recover's status in `recovered`.
recover() {
    $ISPUP_CAMERA recover
    recovered=$?
    case $recovered in
    0) ;;
    3)
        say "journal lost: is the work folder mounted? else upload an image, or run ispup-camera adopt"
        starts_without_journal && recovered=0
        ;;
    4)
        say "an update cannot be finished: the ISP is not started, the next boot tries again"
        say "ISP_RESULT of ispup-camera status says what to mend"
        ;;
    5)
        say "the journal cannot be read: the ISP is not started, the next boot tries again"
        ;;
    *) say "recover ended with status $recovered: the ISP is not started, run ispup-camera doctor" ;;
    esac
    [ $recovered -eq 0 ]
}

# What went wrong trial has printed itself, as ERROR: or in its one line.
try_image() {
    $ISPUP_CAMERA trial
    case $? in
    0) ;;
    3) say "trial could not end: the ERROR line above says why; the next boot goes on" ;;
    4) say "the ISP makes no pictures, see the line above; ISP_STATE of ispup-camera status:" \
        "rolling-back: the next boot goes on with the way back; unconfirmed: install another image" ;;
    *) say "trial failed, see the ERROR line above: run ispup-camera doctor" ;;
    esac
}

if [ $# -ne 2 ]; then
    say "usage: ispup-boot.sh ISP CAMERA"
    exit 64
fi
if recover; then
    "$1" start
    "$2" start
    try_image &
else
    "$2" start
fi
exit $recovered
