#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ispupd-init.sh start|stop|reload|status
# The HTTP server of a camera that has neither systemd nor another server. It is started again where
# it ends by itself; `stop` waits for updates that are being sent. docs/ispupd.md
# ISPUPD="PROGRAM -c FILE" names another program or configuration, ISPUPD_PID another file for the
# number of the process that looks after it. What the server says goes where this script's errors go.
set -u
: "${ISPUPD:=/usr/sbin/ispupd}"
: "${ISPUPD_PID:=/run/ispupd.pid}"

say() {
    echo "ispupd-init: $*" >&2
}

is_running() {
    [ -s "$ISPUPD_PID" ] && kill -0 "$(cat "$ISPUPD_PID")" 2>/dev/null
}

# Signals come between two looks at the server, and end a look.
look_after() {
    ended=no server=
    trap 'ended=yes; [ -z "$server" ] || kill "$server"' TERM
    trap '[ -z "$server" ] || kill -HUP "$server"' HUP
    trap '' INT
    while [ $ended = no ]; do
        $ISPUPD &
        server=$!
        # Who was asked to end a moment ago, before there was a number to ask.
        [ $ended = no ] || kill "$server"
        while kill -0 "$server" 2>/dev/null; do wait "$server"; done
        [ $ended = yes ] || sleep 1
    done
    rm -f "$ISPUPD_PID"
}

start() {
    if is_running; then
        say "runs already"
        return 0
    fi
    look_after </dev/null >/dev/null &
    echo $! >"$ISPUPD_PID"
}

stop() {
    is_running || return 0
    kill "$(cat "$ISPUPD_PID")"
    while is_running; do sleep 1; done
}

case ${1:-} in
start) start ;;
stop) stop ;;
reload) is_running && kill -HUP "$(cat "$ISPUPD_PID")" ;;
status) is_running ;;
*)
    say "usage: ispupd-init.sh start|stop|reload|status"
    exit 64
    ;;
esac
