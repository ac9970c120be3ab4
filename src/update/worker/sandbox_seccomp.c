/* SPDX-License-Identifier: Apache-2.0 */
#include "update/worker/sandbox.h"

#include "base/kernel.h"
#include "update/worker/limits.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_TESTS = 2, MAPPING_TYPE = 0x0f };

/* One system call, allowed if its arguments pass all tests. */
struct rule {
    int call;
    unsigned count;
    struct scmp_arg_cmp tests[MAX_TESTS];
};

#define CALL(name, count) SCMP_SYS(name), count
/* No executable and no shared memory. */
#define NO_PROGRAM                                                                                 \
    {                                                                                              \
        2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0                                                        \
    }
#define PRIVATE                                                                                    \
    {                                                                                              \
        3, SCMP_CMP_MASKED_EQ, MAPPING_TYPE, MAP_PRIVATE                                           \
    }

/* C libraries use different system calls for the same function: tests/sandbox found this list.
 * libseccomp skips the calls that a machine does not have. */
static const struct rule rules[] = {
    {CALL(read, 1), {{0, SCMP_CMP_EQ, STDIN_FILENO, 0}}},
    {CALL(write, 1), {{0, SCMP_CMP_EQ, STDOUT_FILENO, 0}}},
    /* Waiting for the body, with a limit. */
    {CALL(poll, 0), {{0}}},
    {CALL(ppoll, 0), {{0}}},
    {CALL(ppoll_time64, 0), {{0}}},
    {CALL(restart_syscall, 0), {{0}}},
    {CALL(clock_gettime, 0), {{0}}},
    {CALL(clock_gettime64, 0), {{0}}},
    /* Memory. */
    {CALL(brk, 0), {{0}}},
    {CALL(mmap, 2), {NO_PROGRAM, PRIVATE}},
    {CALL(mmap2, 2), {NO_PROGRAM, PRIVATE}},
    {CALL(mprotect, 1), {NO_PROGRAM}},
    {CALL(mremap, 0), {{0}}},
    {CALL(munmap, 0), {{0}}},
    {CALL(madvise, 0), {{0}}},
    {CALL(exit_group, 0), {{0}}},
    {CALL(exit, 0), {{0}}},
};

const char *sandbox_missing(void)
{
    return kernel_has_filters()
               ? NULL
               : "the kernel has no seccomp filter: build it with CONFIG_SECCOMP_FILTER";
}

static void release(scmp_filter_ctx *filter)
{
    if (*filter != NULL)
        seccomp_release(*filter);
    *filter = NULL;
}

/* Kernels before 4.14 can only kill one thread: the worker has no other. */
static scmp_filter_ctx open_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

    if (filter == NULL)
        return seccomp_init(SCMP_ACT_KILL_THREAD);
    (void)seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    return filter;
}

static bool install_filter(struct error *err)
{
    CLEANUP(release) scmp_filter_ctx filter = open_filter();
    int failure = filter == NULL ? -ENOMEM : 0;

    for (size_t i = 0; failure == 0 && i < COUNT_OF(rules); i++)
        failure = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, rules[i].count,
                                         rules[i].tests);
    if (failure == 0)
        failure = seccomp_load(filter);
    if (failure != 0)
        return error_set(err, ERROR_INTERNAL, "internal error: sandbox: its filter failed: %s",
                         strerror(-failure));
    return true;
}

bool sandbox_enter(uint64_t length, bool filtered, struct error *err)
{
    limits_set(length);
    return !filtered || install_filter(err);
}
