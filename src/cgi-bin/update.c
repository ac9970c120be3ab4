/* SPDX-License-Identifier: Apache-2.0 */
/* /cgi-bin/update: one request, one process. The story is in update/update.c. */
#include "update/update.h"

#include "update/surroundings.h"

#include <unistd.h>

int main(void)
{
    struct surroundings surroundings;

    if (!surroundings_settle(&surroundings))
        return 1;
    return update_answer(surroundings.configuration, surroundings.trusted,
                         surroundings_environment(), STDIN_FILENO, STDOUT_FILENO);
}
