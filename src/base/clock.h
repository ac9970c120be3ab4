/* SPDX-License-Identifier: Apache-2.0 */
/* Time: everything that asks for it or waits for it asks here. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_milliseconds(void); /* since some moment; never goes back */
uint64_t clock_boot_seconds(void); /* since the boot, sleep included; for what lies in RAM */
int64_t clock_unix_seconds(void);  /* since 1970; whatever the machine takes for the date */
void clock_sleep(uint64_t milliseconds);

#endif
