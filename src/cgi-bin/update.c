/* SPDX-License-Identifier: Apache-2.0 */
/* /cgi-bin/update: one process for each request. It starts in update/front/update.c. */
#include "update/front/update.h"

#include "base/fd.h"
#include "update/front/other.h"
#include "update/front/surroundings.h"

#include <unistd.h>

int main(void)
{
    struct surroundings surroundings;

    fd_fill_standard();
    other_try(PROGRAM_UPDATE);
    if (!surroundings_settle(&surroundings))
        return 1;
    return update_answer(surroundings.configuration, surroundings.trusted,
                         surroundings_environment(), STDIN_FILENO, STDOUT_FILENO);
}
