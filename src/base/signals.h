/* SPDX-License-Identifier: Apache-2.0 */
/* The signals that ask a program to end. */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include <signal.h>

/* SIGINT, SIGTERM and SIGHUP, except those that are ignored: `nohup`, and a shell for a program in
 * the background, start it so. A signal that is blocked is no longer ignored: block these only. */
void signals_heeded(sigset_t *signals);

#endif
