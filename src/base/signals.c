/* SPDX-License-Identifier: Apache-2.0 */
#include "base/signals.h"

#include "base/span.h"

#include <stdbool.h>

static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void signals_heeded(sigset_t *signals)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

    (void)sigemptyset(signals);
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (!is_ignored(numbers[i]))
            (void)sigaddset(signals, numbers[i]);
}
