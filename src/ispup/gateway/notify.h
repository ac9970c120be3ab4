/* SPDX-License-Identifier: Apache-2.0 */
/* Tells systemd how the service is (Type=notify): a datagram to the socket in $NOTIFY_SOCKET. */
#ifndef ISPUP_GATEWAY_NOTIFY_H
#define ISPUP_GATEWAY_NOTIFY_H

/* `READY=1`, `STOPPING=1`. No-op without such a socket. */
void notify_tell(const char *text);

#endif
