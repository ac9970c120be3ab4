/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile_acts.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096 };

void hostile_open_socket(void)
{
    (void)socket(AF_INET, SOCK_STREAM, 0);
}

void hostile_run_program(void)
{
    char *const nothing[] = {NULL};

    (void)execve("/bin/true", nothing, nothing);
}

void hostile_kill_parent(void)
{
    (void)kill(getppid(), 0);
}

void hostile_trace_process(void)
{
    (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

void hostile_map_program(void)
{
    (void)mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void hostile_make_program(void)
{
    char memory[2 * PAGE];
    uintptr_t page = ((uintptr_t)memory + PAGE) & ~(uintptr_t)(PAGE - 1);

    (void)syscall(SYS_mprotect, page, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
}

void hostile_remove_file(void)
{
    (void)unlink("/nothing/there");
}
