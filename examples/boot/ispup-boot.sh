#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ispup-boot.sh ISP CAMERA
# For products without systemd: a camera's boot, from the mounted file systems on. ISP and CAMERA are
# run with the word `start`: ISP starts the ISP, CAMERA the rest (settings, web server) and returns.
# Exits 0, or with the status of a recover after which the ISP was not started.
# ISPUP_CAMERA="PROGRAM -c FILE" names another program or configuration.
# docs/flash.md, "Boot integration".
set -u
: "${ISPUP_CAMERA:=/usr/sbin/ispup-camera}"

say() {
    echo "ispup: $*" >&2
}

# Whether the ISP may be started; leaves recover's status in `recovered`.
recover() {
    $ISPUP_CAMERA recover
    recovered=$?
    case $recovered in
    0) ;;
    3)
        say "no journal: check that the work folder is mounted, then run ispup-camera adopt"
        recovered=0
        ;;
    4)
        say "an update cannot be finished: the ISP is not started, the next boot tries again"
        say "ISP_RESULT of ispup-camera status says what to mend"
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
        "rolled-back: the next boot goes on with the way back; failed: install another image" ;;
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
