/* SPDX-License-Identifier: Apache-2.0 */
/* /cgi-bin/system: one process for each request. It starts in update/front/system.c. */
#include "update/front/system.h"

#include "base/fd.h"
#include "update/front/other.h"
#include "update/front/surroundings.h"

#include <unistd.h>

int main(void)
{
    struct surroundings surroundings;

    fd_fill_standard();
    other_try(PROGRAM_SYSTEM);
    if (!surroundings_settle(&surroundings))
        return 1;
    return system_answer(surroundings.configuration, surroundings.trusted,
                         surroundings_environment(), STDIN_FILENO, STDOUT_FILENO);
}
