/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank that only a vendor's loader can write: `command:PROGRAM[,size=N]`. The program gets the
 * whole image on standard input; exit status 0 means that it is written and verified. The bank
 * cannot be read. The program may be run again. It is killed after the opener's command_seconds.
 */
#ifndef CAMERA_LINUX_FLASH_COMMAND_H
#define CAMERA_LINUX_FLASH_COMMAND_H

#include "camera/flash.h"

/* The unit in which ISP_BLOCKS counts such a bank. */
enum { FLASH_COMMAND_BLOCK = 65536 };

/* Fails if the program cannot be run. Does not run it. */
bool flash_command_open(const struct flash_opener *opener, const char *bank_name, struct span where,
                        bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

#endif
