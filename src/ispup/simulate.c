/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup simulate`: cameras on this machine's loopback address, for rehearsals. */
#include "base/fd.h"
#include "base/memory.h"
#include "base/number.h"
#include "ispup/option.h"
#include "ispup/simulate_board.h"
#include "ispup/simulate_factory.h"
#include "ispup/simulate_process.h"
#include "ispup/verb.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT, FAULT, PORT, FOLDER, PROGRAMS, JSON, OPTION_COUNT };
enum { BOARD_LIMIT = 1000, FAULT_LIMIT = 64 };

struct simulation {
    struct simulate_site site;
    struct simulate_board *boards; /* owned */
    size_t count, started;
    struct simulate_fault_order orders[FAULT_LIMIT];
    size_t order_count;
    uint16_t first_port; /* 0: whatever the system chooses */
    bool for_scripts;
    int signals; /* owned */
};

/* The cameras first: none of them outlives its folder. */
static void release(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->started; i++)
        (void)kill(simulation->boards[i].process, SIGTERM);
    for (size_t i = 0; i < simulation->started; i++)
        (void)waitpid(simulation->boards[i].process, NULL, 0);
    for (size_t i = 0; simulation->boards != NULL && i < simulation->count; i++)
        simulate_board_forget(&simulation->boards[i]);
    memory_free(&simulation->boards);
    fd_close(&simulation->signals);
    simulate_site_close(&simulation->site);
}

static bool take_number(const struct option *option, uint64_t limit, uint64_t *number,
                        struct error *err)
{
    if (option->count == 0)
        return true;
    if (number_parse(span_text(option->values[0]), limit, number) && *number > 0)
        return true;
    return error_set(err, ERROR_USAGE, "--%s is a number from 1 to %llu", option->name,
                     (unsigned long long)limit);
}

static bool take_faults(const struct option *option, struct simulation *simulation,
                        struct error *err)
{
    for (size_t i = 0; i < option->count; i++) {
        struct simulate_fault_order *order = &simulation->orders[i];

        if (!simulate_fault_parse(option->list[i], order, err))
            return false;
        if (order->camera > simulation->count)
            return error_set(err, ERROR_USAGE, "fault %s: there are %zu cameras", option->list[i],
                             simulation->count);
    }
    simulation->order_count = option->count;
    return true;
}

/* Adds to a camera, which has none yet, what was asked for. */
static bool give_faults(const struct simulation *simulation, uint64_t camera,
                        struct simulate_faults *faults, struct error *err)
{
    for (size_t i = 0; i < simulation->order_count; i++)
        if (!simulate_fault_add(faults, &simulation->orders[i], camera, err))
            return false;
    return true;
}

/* Told before anything is made. */
static bool check_faults(const struct simulation *simulation, struct error *err)
{
    for (uint64_t camera = 1; camera <= simulation->count; camera++) {
        struct simulate_faults faults = {.has = {false}};

        if (!give_faults(simulation, camera, &faults, err))
            return false;
    }
    return true;
}

/* All advertised ports before anything else asks the system for one. */
static bool plan(struct simulation *simulation, struct error *err)
{
    uint16_t port = simulation->first_port;
    void *memory;

    if (!memory_allocate(&memory, simulation->count * sizeof(*simulation->boards), err))
        return false;
    simulation->boards = memory;
    for (size_t i = 0; i < simulation->count; i++)
        simulation->boards[i] = SIMULATE_BOARD_NONE;
    for (size_t i = 0; i < simulation->count; i++) {
        struct simulate_board *board = &simulation->boards[i];

        if (!simulate_board_plan(&simulation->site, (unsigned)i + 1, port, board, err) ||
            !give_faults(simulation, i + 1, &board->faults, err))
            return false;
        if (port == UINT16_MAX)
            return error_set(err, ERROR_INTERNAL, "no free port left");
        port = port == 0 ? 0 : (uint16_t)(board->port.number + 1);
    }
    return true;
}

static bool start(struct simulation *simulation, struct error *err)
{
    for (; simulation->started < simulation->count; simulation->started++)
        if (!simulate_board_start(&simulation->boards[simulation->started], err))
            return false;
    return true;
}

/* Waits for a camera's word. False: it has none, or the end was asked for meanwhile. */
static bool wait_until_on(const struct simulation *simulation, const struct simulate_board *board,
                          bool *asked, struct error *err)
{
    struct pollfd places[] = {{.fd = board->ready, .events = POLLIN},
                              {.fd = simulation->signals, .events = POLLIN}};
    char word;

    while (places[0].revents == 0 && !*asked) {
        (void)poll(places, COUNT_OF(places), -1);
        *asked = simulate_process_heed(simulation->signals).end;
    }
    if (*asked)
        return true;
    if (read(board->ready, &word, 1) == 1)
        return true;
    return error_set(err, ERROR_INTERNAL, "%s did not start", board->name);
}

static void print_board(const struct simulate_board *board, bool for_scripts)
{
    static const char line[] =
        "http://127.0.0.1:%u " SIMULATE_ACCOUNT " " SIMULATE_PASSWORD " %s\n";
    static const char object[] = "{\"url\":\"http://127.0.0.1:%u\",\"account\":\"" SIMULATE_ACCOUNT
                                 "\",\"password\":\"" SIMULATE_PASSWORD "\",\"folder\":\"%s\"}\n";

    (void)printf(for_scripts ? object : line, (unsigned)board->port.number, board->folder);
    (void)fflush(stdout);
}

static bool is_running(const struct simulate_board *board)
{
    siginfo_t facts = {.si_pid = 0};

    return waitid(P_PID, (id_t)board->process, &facts, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           facts.si_pid == 0;
}

static bool wait_for_end(const struct simulation *simulation, struct error *err)
{
    struct pollfd place = {.fd = simulation->signals, .events = POLLIN};

    for (;;) {
        (void)poll(&place, 1, -1);
        if (simulate_process_heed(simulation->signals).end)
            return true;
        for (size_t i = 0; i < simulation->count; i++)
            if (!is_running(&simulation->boards[i]))
                return error_set(err, ERROR_INTERNAL, "%s has ended", simulation->boards[i].name);
    }
}

/* For whoever sits at the terminal: what to do with the first of them. */
static void advise(const struct simulation *simulation)
{
    static const char query[] = "USER=" SIMULATE_ACCOUNT "&PWD=" SIMULATE_PASSWORD;
    const unsigned port = simulation->boards[0].port.number;
    const char *ispup = simulation->site.ispup;
    const char *quote = span_has(span_text(ispup), ' ') ? "'" : "";

    (void)fprintf(stderr,
                  "\nCtrl-C ends %s. Account " SIMULATE_ACCOUNT ", password " SIMULATE_PASSWORD
                  ".\n\n"
                  "  in a browser  http://127.0.0.1:%u/cgi-bin/update?%s&ISP_IMAGE\n"
                  "  its state     curl 'http://127.0.0.1:%u/cgi-bin/update?%s&ISP_STATUS'\n"
                  "  its versions  curl 'http://127.0.0.1:%u/cgi-bin/system?%s&SYSTEM_LOG'\n"
                  "  an update     %s%s%s push %s/images/%s " SIMULATE_ACCOUNT "@127.0.0.1:%u\n\n",
                  simulation->count == 1 ? "it" : "them all", port, query, port, query, port, query,
                  quote, ispup, quote, simulation->site.folder, SIMULATE_IMAGE, port);
}

static bool rehearse(struct simulation *simulation, struct error *err)
{
    bool asked = false;

    if (!simulate_process_listen(&simulation->signals, err) || !plan(simulation, err) ||
        !simulate_factory_prepare(&simulation->site, err) || !start(simulation, err))
        return false;
    for (size_t i = 0; i < simulation->count; i++) {
        if (!wait_until_on(simulation, &simulation->boards[i], &asked, err))
            return false;
        if (asked)
            return true;
        print_board(&simulation->boards[i], simulation->for_scripts);
    }
    advise(simulation);
    return wait_for_end(simulation, err);
}

static enum verb_status run(int count, char **words, struct error *err)
{
    CLEANUP(release) struct simulation simulation = {.signals = FD_NONE};
    const char *faults[FAULT_LIMIT];
    struct option options[OPTION_COUNT] = {
        [COUNT] = {.name = "count", .limit = 1},
        [FAULT] = {.name = "fault", .limit = FAULT_LIMIT, .list = faults},
        [PORT] = {.name = "port", .limit = 1},
        [FOLDER] = {.name = "folder", .limit = 1},
        [PROGRAMS] = {.name = "programs", .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
    };
    uint64_t boards = 1, port = 0;

    if (!option_parse(count, words, options, OPTION_COUNT, err) ||
        !take_number(&options[COUNT], BOARD_LIMIT, &boards, err) ||
        !take_number(&options[PORT], UINT16_MAX, &port, err))
        return VERB_FAILED;
    simulation.for_scripts = options[JSON].count > 0;
    simulation.count = boards;
    simulation.first_port = (uint16_t)port;
    if (!take_faults(&options[FAULT], &simulation, err) || !check_faults(&simulation, err) ||
        !simulate_site_open(option_value(&options[FOLDER]), option_value(&options[PROGRAMS]),
                            &simulation.site, err))
        return VERB_FAILED;
    return rehearse(&simulation, err) ? VERB_DONE : VERB_FAILED;
}

const struct verb verb_simulate = {
    .name = "simulate",
    .arguments = "[OPTION...]",
    .summary = "start cameras on this machine, for rehearsals",
    .help =
        "  --count N          cameras to start (1)\n"
        "  --fault KIND       what is wrong with each of them, or KIND@N with the N-th: see below\n"
        "  --port FIRST       they take the first free ports from this one on (whatever the "
        "system\n"
        "                     chooses)\n"
        "  --folder FOLDER    where they keep flash, settings and logs: empty or new, and kept (a\n"
        "                     fresh one in TMPDIR or /tmp, removed at the end)\n"
        "  --programs FOLDER  where ispupd, ispup-camera, update and system are: the src of a "
        "build\n"
        "                     folder, or a PREFIX (found beside ispup)\n"
        "  --json             one object for each camera\n"
        "Prints a line for each camera when it is on: URL, account, password, folder. They listen\n"
        "on 127.0.0.1 alone and take images that nobody signed. Ctrl-C or SIGTERM ends them all.\n"
        "Faults:\n"
        "  slow=N             the link passes on N bytes a second\n"
        "  drop=N             the link cuts a connection when N bytes have come from the host\n"
        "  reply-lost         the update is made; its reply never reaches the host\n"
        "  garbage-reply      the update is made; in the place of its reply come other bytes\n"
        "  no-restart         the camera does not restart, whoever asks it to\n"
        "  restart-loop       it restarts again and again while an image is on trial\n"
        "  failing-probe      a new image makes no pictures\n"
        "  wrong-version      it comes back from each restart with what its factory made, and "
        "with\n"
        "                     no record of anything else\n"
        "  flash-failure      the bank that is not in use takes no image\n"
        "  dead-flash         the only bank takes none, at no boot: somebody has to mend it\n"
        "  full-work-folder   no component has a second bank, and there is no room to stage one\n",
    .run = run,
};
