/* SPDX-License-Identifier: Apache-2.0 */
/* The places of this machine's banks, one function for each driver: `where` is the text after
 * `DRIVER:`. False: the bank is not there. */
#ifndef CAMERA_LINUX_FLASH_PLACE_H
#define CAMERA_LINUX_FLASH_PLACE_H

#include "camera/flash.h"

/* The file's device and inode. A file that does not exist yet: its folder's, and its name. */
bool flash_place_of_file(struct span where, struct flash_place *place);

/* The partition: /dev/mtd1 and /dev/mtd1ro are one. */
bool flash_place_of_mtd(struct span where, struct flash_place *place);

/* The volume: its name and its number are one. */
bool flash_place_of_ubi(struct span where, struct flash_place *place);

/* The device, under any of its paths and names. */
bool flash_place_of_block(struct span where, struct flash_place *place);

/* The folder and the program's name. Two links to one program are two loaders, because a program
 * may act by the name that it is called by. */
bool flash_place_of_command(struct span where, struct flash_place *place);

#endif
