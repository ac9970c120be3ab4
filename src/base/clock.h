/* SPDX-License-Identifier: Apache-2.0 */
/* The only module that reads clocks or sleeps. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_milliseconds(void); /* monotonic; only differences have a meaning */
uint64_t clock_boot_seconds(void); /* since the boot, suspended time included; for data in RAM */
int64_t clock_unix_seconds(void);  /* since 1970; wrong if the machine's date is wrong */
void clock_sleep(uint64_t milliseconds);

#endif
