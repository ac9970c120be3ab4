#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: ispupd-init.sh start|stop|restart|reload|status
# The HTTP server of a camera without systemd and without another server. Starts it again if it ends
# by itself; `stop` waits for uploads under way. docs/ispupd.md
# ISPUPD="PROGRAM -c FILE" names another program or configuration, ISPUPD_PID another file for the pid
# of the supervising process. The server writes to this script's standard error.
set -u
: "${ISPUPD:=/usr/sbin/ispupd}"
: "${ISPUPD_PID:=/run/ispupd.pid}"

say() {
    echo "ispupd-init: $*" >&2
}

is_running() {
    [ -s "$ISPUPD_PID" ] && kill -0 "$(cat "$ISPUPD_PID")" 2>/dev/null
}

# Supervises the server. A signal interrupts `wait`, so the loop checks again.
look_after() {
    ended=no server=
    trap 'ended=yes; [ -z "$server" ] || kill "$server"' TERM
    trap '[ -z "$server" ] || kill -HUP "$server"' HUP
    trap '' INT
    while [ $ended = no ]; do
        $ISPUPD &
        server=$!
        # SIGTERM may have come before the server's pid was known.
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
restart) stop && start ;;
reload) is_running && kill -HUP "$(cat "$ISPUPD_PID")" ;;
status) is_running ;;
*)
    say "usage: ispupd-init.sh start|stop|restart|reload|status"
    exit 64
    ;;
esac
