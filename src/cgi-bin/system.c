/* SPDX-License-Identifier: Apache-2.0 */
/* /cgi-bin/system: one request, one process. The story is in update/system.c. */
#include "update/system.h"

#include "update/surroundings.h"

#include <unistd.h>

int main(void)
{
    struct surroundings surroundings;

    if (!surroundings_settle(&surroundings))
        return 1;
    return system_answer(surroundings.configuration, surroundings.trusted,
                         surroundings_environment(), STDIN_FILENO, STDOUT_FILENO);
}
