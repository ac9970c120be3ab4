/* SPDX-License-Identifier: Apache-2.0 */
#include "ispupd/filter.h"

#include "base/kernel.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* A system call. If `count` is 1, it is allowed only if an argument passes the test. */
struct rule {
    int call;
    unsigned count;
    struct scmp_arg_cmp test;
};

#define ANY(name)                                                                                  \
    {                                                                                              \
        SCMP_SYS(name), 0,                                                                         \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }
#define EQUAL(name, at, value)                                                                     \
    {                                                                                              \
        SCMP_SYS(name), 1,                                                                         \
        {                                                                                          \
            at, SCMP_CMP_EQ, value, 0                                                              \
        }                                                                                          \
    }
#define MASKED(name, at, mask, value)                                                              \
    {                                                                                              \
        SCMP_SYS(name), 1,                                                                         \
        {                                                                                          \
            at, SCMP_CMP_MASKED_EQ, mask, value                                                    \
        }                                                                                          \
    }

/* C libraries choose different system calls for one function. libseccomp skips names that the
 * machine does not have. */
static const struct rule allowed[] = {
    /* The sockets of clients and of the broker, the pipes of programs, the log. */
    ANY(accept4),
    ANY(accept),
    ANY(read),
    ANY(write),
    ANY(writev),
    ANY(recv),
    ANY(recvfrom),
    ANY(recvmsg),
    ANY(send),
    ANY(sendto),
    ANY(sendmsg),
    ANY(sendfile),
    ANY(sendfile64),
    ANY(splice),
    ANY(pread64),
    ANY(shutdown),
    ANY(getsockname),
    ANY(getpeername),
    ANY(getsockopt),
    ANY(setsockopt),
    ANY(fcntl),
    ANY(fcntl64),
    ANY(close),
    /* Waiting. */
    ANY(poll),
    ANY(ppoll),
    ANY(ppoll_time64),
    ANY(restart_syscall),
    ANY(clock_gettime),
    ANY(clock_gettime64),
    ANY(clock_nanosleep),
    ANY(clock_nanosleep_time64),
    ANY(nanosleep),
    ANY(gettimeofday),
    ANY(time),
    ANY(rt_sigtimedwait),
    ANY(rt_sigtimedwait_time64),
    ANY(rt_sigprocmask),
    ANY(rt_sigaction),
    ANY(rt_sigreturn),
    ANY(sigreturn),
    /* Threads, never a process. */
    MASKED(clone, 0, CLONE_THREAD, CLONE_THREAD),
    ANY(futex),
    ANY(futex_time64),
    ANY(set_robust_list),
    ANY(rseq),
    ANY(gettid),
    ANY(getpid),
    ANY(sched_yield),
    ANY(sched_getaffinity),
    EQUAL(prctl, 0, PR_SET_NAME),
    ANY(eventfd2),
    ANY(pipe2),
    ANY(membarrier),
    ANY(exit),
    ANY(exit_group),
    /* Memory that is not executable. */
    MASKED(mmap, 2, PROT_EXEC, 0),
    MASKED(mmap2, 2, PROT_EXEC, 0),
    MASKED(mprotect, 2, PROT_EXEC, 0),
    ANY(brk),
    ANY(mremap),
    ANY(munmap),
    ANY(madvise),
    /* Randomness, and the statistics of the machine. */
    ANY(getrandom),
    ANY(getrusage),
    ANY(sysinfo),
};

/* Libraries try these calls and go on without them. */
static const struct {
    int call;
    int failure;
} refused[] = {
    {SCMP_SYS(clone3), ENOSYS}, /* seccomp cannot see its flags; glibc then tries clone */
    {SCMP_SYS(open), EACCES},   {SCMP_SYS(openat), EACCES},     {SCMP_SYS(access), EACCES},
    {SCMP_SYS(stat), EACCES},   {SCMP_SYS(newfstatat), EACCES}, {SCMP_SYS(statx), EACCES},
    {SCMP_SYS(stat64), EACCES}, {SCMP_SYS(fstatat64), EACCES},  {SCMP_SYS(readlink), EACCES},
};

const char *filter_missing(void)
{
    return kernel_has_filters() ? NULL
                                : "the kernel has no seccomp filter: build it with "
                                  "CONFIG_SECCOMP_FILTER, or set [server] "
                                  "sandbox = optional";
}

/* For CLEANUP. */
static void release(scmp_filter_ctx *filter)
{
    if (*filter != NULL)
        seccomp_release(*filter);
    *filter = NULL;
}

static int add_rules(scmp_filter_ctx filter)
{
    int failure = 0;

    for (size_t i = 0; failure == 0 && i < COUNT_OF(allowed); i++)
        failure = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, allowed[i].call, allowed[i].count,
                                         &allowed[i].test);
    for (size_t i = 0; failure == 0 && i < COUNT_OF(refused); i++)
        failure = seccomp_rule_add(filter, SCMP_ACT_ERRNO((uint16_t)refused[i].failure),
                                   refused[i].call, 0);
    return failure;
}

/* Kernels before 4.14 can only kill the calling thread, and the others would wait for its locks for
 * ever. There, a signal ends the process. The forbidden call is not made in either case. */
static scmp_filter_ctx open_filter(void)
{
    uint32_t end = SCMP_ACT_KILL_PROCESS;
    scmp_filter_ctx filter = seccomp_init(end);

    if (filter == NULL) {
        end = SCMP_ACT_TRAP;
        filter = seccomp_init(end);
    }
    if (filter != NULL && seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, end) != 0)
        release(&filter);
    return filter;
}

bool filter_enter(struct error *err)
{
    CLEANUP(release) scmp_filter_ctx filter = open_filter();
    int failure = filter == NULL ? -ENOMEM : 0;

    if (failure == 0)
        failure = add_rules(filter);
    if (failure == 0)
        failure = seccomp_load(filter);
    return failure == 0 ||
           error_set(err, ERROR_INTERNAL, "the sandbox's filter failed: %s", strerror(-failure));
}
