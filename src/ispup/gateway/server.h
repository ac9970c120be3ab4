/* SPDX-License-Identifier: Apache-2.0 */
/* How hawkBit is: nothing is asked of a server that does not answer or does not take the token. */
#ifndef ISPUP_GATEWAY_SERVER_H
#define ISPUP_GATEWAY_SERVER_H

#include "ispup/gateway/gateway.h"

/* Whether a request may begin now. */
bool server_is_open(const struct gateway *gateway);

/* An answer came for a target, or none. True: the server has taken the request, or refused it for
 * good. False: the target waits, and the server too if another target had no answer before.
 * `device`: NULL if the request was for none. */
bool server_heard(struct gateway *gateway, struct device *device,
                  const struct client_request *request);

/* The last of a target's requests was answered: a poll, and the links of its answer. */
void server_has_answered(struct device *device);

/* Milliseconds until the next poll of a camera: what the configuration says, else the server, from
 * 5 seconds to 24 hours, 20 % more or less. `sleep`: seconds; 0: not told. Pure. */
uint64_t server_poll_delay(uint64_t configured, uint64_t sleep, uint64_t random);

/* `SERVER/TENANT/controller/v1/CONTROLLER`, and more words after that, or NULL. */
bool server_url(const struct gateway *gateway, const char *controller, const char *const *more,
                char url[ORIGIN_URL_SIZE]);

#endif
