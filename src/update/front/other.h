/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A product's own commands: `[update] other` and `[system] other` name a CGI program that gets each
 * query that is none of ours. It runs with the rights of the user that started us, never as root.
 */
#ifndef UPDATE_FRONT_OTHER_H
#define UPDATE_FRONT_OTHER_H

#include "protocol/command.h"

/* Called first, before anything is parsed, authorised or read. Becomes the product's program, or
 * returns if the request is ours. */
void other_try(enum command_program program);

#endif
