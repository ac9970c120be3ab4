/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into `ispup rollout` or `ispup gateway`: kills it after its KILL_AFTER-th transaction,
 * the moment that SQLite says that it is on the disk. From the FAIL_FROM-th on, all transactions
 * fail as on a full disk. */
#include <dlfcn.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int execute(sqlite3 *database, const char *text, int (*row)(void *, int, char **, char **),
                    void *context, char **said);

static bool must_fail(const char *text)
{
    static long begun = 0;
    const char *wanted = getenv("FAIL_FROM");

    return wanted != NULL && strcmp(text, "COMMIT;") == 0 && ++begun >= atol(wanted);
}

static int count_down(int result, const char *text)
{
    static long left = -1;
    const char *wanted = getenv("KILL_AFTER");

    if (result != SQLITE_OK || strcmp(text, "COMMIT;") != 0 || wanted == NULL)
        return result;
    if (left < 0)
        left = atol(wanted);
    if (--left == 0)
        (void)kill(getpid(), SIGKILL);
    return result;
}

int sqlite3_exec(sqlite3 *database, const char *text, int (*row)(void *, int, char **, char **),
                 void *context, char **said)
{
    execute *real;
    void *symbol = dlsym(RTLD_NEXT, "sqlite3_exec");

    if (must_fail(text))
        return SQLITE_FULL;
    memcpy(&real, &symbol, sizeof(real));
    return count_down(real(database, text, row, context, said), text);
}
