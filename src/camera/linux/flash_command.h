/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank behind a vendor's loader: `command:PROGRAM[,size=N]`. It takes the whole image on its
 * standard input; exit status 0 says that it is written and verified. Nothing can be read back, and
 * it may be run again. It is ended after the opener's command_seconds.
 */
#ifndef CAMERA_LINUX_FLASH_COMMAND_H
#define CAMERA_LINUX_FLASH_COMMAND_H

#include "camera/flash.h"

/* What ISP_BLOCKS counts it in. */
enum { FLASH_COMMAND_BLOCK = 65536 };

/* Fails where the program cannot be run; does not run it. */
bool flash_command_open(const struct flash_opener *opener, const char *bank, struct span where,
                        bool for_writing, struct flash **flash, struct error *err) MUST_CHECK;

#endif
