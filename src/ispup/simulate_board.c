/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate_board.h"

#include "base/fd.h"
#include "base/log.h"
#include "ispup/simulate_factory.h"
#include "ispup/simulate_link.h"
#include "ispup/simulate_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTEN_MILLISECONDS = 10, BOOT_ID_SIZE = 64 };

/* What the process itself knows. */
struct running {
    const struct simulate_board *board; /* borrowed */
    struct log log;                     /* standard error */
    int signals, button, output;        /* owned */
    int ready;                          /* owned; FD_NONE: told */
    pid_t server, link;                 /* 0: has ended */
    char configuration[FILE_PATH_SIZE], ram[FILE_PATH_SIZE];
};

enum event { EVENT_NONE, EVENT_END, EVENT_BUTTON, EVENT_SERVER_GONE };

static void release(struct running *running)
{
    fd_close(&running->signals);
    fd_close(&running->button);
    fd_close(&running->output);
    fd_close(&running->ready);
}

/* Takes the exit status of every process that has ended. */
static void reap(struct running *running)
{
    pid_t child;

    while ((child = waitpid(-1, NULL, WNOHANG)) > 0)
        if (child == running->server || child == running->link)
            running->server = 0;
}

/* The first thing that happens within that time (-1: whatever it takes). */
static enum event wait_for_event(struct running *running, int milliseconds)
{
    struct pollfd places[] = {{.fd = running->signals, .events = POLLIN},
                              {.fd = running->button, .events = POLLIN}};
    char pressed[BOOT_ID_SIZE];

    (void)poll(places, COUNT_OF(places), milliseconds);
    if (simulate_process_heed(running->signals).end)
        return EVENT_END;
    reap(running);
    if (read(running->button, pressed, sizeof(pressed)) > 0)
        return EVENT_BUTTON;
    return running->server == 0 ? EVENT_SERVER_GONE : EVENT_NONE;
}

static bool write_boot_id(const struct running *running, struct error *err)
{
    CLEANUP(fd_close)
    int random = open("/proc/sys/kernel/random/uuid", O_RDONLY | O_CLOEXEC);
    CLEANUP(fd_close) int fd = FD_NONE;
    char path[FILE_PATH_SIZE], text[BOOT_ID_SIZE];
    size_t size;

    if (random == FD_NONE || !file_path(running->ram, "boot-id", path, err))
        return error_system(err, ERROR_INTERNAL, "cannot open /proc/sys/kernel/random/uuid");
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    return fd_read(random, text, sizeof(text), &size, err) &&
           fd_write(fd, span_of(text, size), err);
}

static bool load_settings(const struct running *running, struct error *err)
{
    char saved[FILE_PATH_SIZE], live[FILE_PATH_SIZE];

    return file_path(running->board->folder, "saved/settings", saved, err) &&
           file_path(running->ram, "settings", live, err) &&
           simulate_process_run((const char *const[]){"/bin/cp", "-Rp", saved, live, NULL}, err);
}

static bool start(struct running *running, const char *program, const char *verb, pid_t *child,
                  struct error *err)
{
    return simulate_process_start(
        (const char *const[]){program, "-c", running->configuration, verb, NULL}, running->output,
        child, err);
}

/* A boot script goes on whatever `recover` says: docs/flash.md. */
static bool recover(struct running *running, struct error *err)
{
    const struct simulate_board *board = running->board;
    pid_t child;
    int status = 0;

    if (!start(running, board->site->camera, "recover", &child, err))
        return false;
    (void)waitpid(child, &status, 0);
    if (status != 0)
        log_line(&running->log, "%s: recover needs a person: see %s/log", board->name,
                 board->folder);
    return true;
}

/* Until somebody can connect. */
static enum event wait_for_server(struct running *running)
{
    enum event event = EVENT_NONE;
    CLEANUP(fd_close) int connection = FD_NONE;

    while (event == EVENT_NONE && !simulate_port_connect(&running->board->server, &connection))
        event = wait_for_event(running, LISTEN_MILLISECONDS);
    return event;
}

static bool start_link(struct running *running, struct error *err)
{
    const struct simulate_board *board = running->board;

    return !simulate_fault_is_of_link(&board->faults) ||
           simulate_link_start(&board->port, &board->server, &board->faults, &running->link, err);
}

/* What a boot loader does before anything of ours runs. */
static bool load(const struct running *running, struct error *err)
{
    const struct simulate_board *board = running->board;

    return !board->faults.has[FAULT_VERSION] || running->ready != FD_NONE ||
           simulate_factory_reset(board->site, board->folder, err);
}

static bool power_on(struct running *running, enum event *event, struct error *err)
{
    const struct simulate_site *site = running->board->site;
    pid_t trial;

    if (mkdir(running->ram, 0777) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make folder %s", running->ram);
    if (!write_boot_id(running, err) || !load(running, err) || !recover(running, err) ||
        !load_settings(running, err) || !start(running, site->ispupd, NULL, &running->server, err))
        return false;
    *event = wait_for_server(running);
    return *event != EVENT_NONE ||
           (start_link(running, err) && start(running, site->camera, "trial", &trial, err));
}

static void power_off(struct running *running)
{
    simulate_process_end_all();
    running->server = 0;
    simulate_site_remove(running->ram);
}

static void tell_ready(struct running *running)
{
    if (running->ready == FD_NONE) {
        log_line(&running->log, "%s: on again", running->board->name);
        return;
    }
    (void)!write(running->ready, "+", 1);
    fd_close(&running->ready);
}

/* One boot after the other, until it is told to end. */
static bool run(struct running *running, struct error *err)
{
    enum event event = EVENT_NONE;

    for (;;) {
        if (!power_on(running, &event, err))
            return false;
        if (event == EVENT_NONE) {
            tell_ready(running);
            while (event == EVENT_NONE)
                event = wait_for_event(running, -1);
        }
        power_off(running);
        if (event == EVENT_END)
            return true;
        if (event == EVENT_SERVER_GONE)
            return error_set(err, ERROR_INTERNAL, "ispupd has ended: see %s/log",
                             running->board->folder);
        log_line(&running->log, "%s: restarts", running->board->name);
    }
}

static bool open_files(struct running *running, struct error *err)
{
    const char *folder = running->board->folder;
    char path[FILE_PATH_SIZE];

    if (!file_path(folder, "power-button", path, err))
        return false;
    running->button = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (running->button == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot open %s", path);
    if (!file_path(folder, "log", path, err))
        return false;
    running->output = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (running->output == FD_NONE)
        return error_system(err, ERROR_INTERNAL, "cannot make %s", path);
    return true;
}

/* It leaves its factory switched off: with nothing in its RAM. */
static bool make(struct running *running, struct error *err)
{
    const struct simulate_board *board = running->board;

    const struct simulate_configuration configuration = {.folder = board->folder,
                                                         .programs = board->site->programs,
                                                         .port = board->server.number,
                                                         .faults = &board->faults};

    if (!simulate_factory_make(board->site, &configuration, err))
        return false;
    simulate_site_remove(running->ram);
    return true;
}

static bool begin(struct running *running, struct error *err)
{
    const struct simulate_board *board = running->board;

    return simulate_process_adopt(err) && simulate_process_listen(&running->signals, err) &&
           file_path(board->folder, "ispup.conf", running->configuration, err) &&
           file_path(board->folder, "ram", running->ram, err) && make(running, err) &&
           open_files(running, err);
}

/* Where the process that made the temporary folder has gone without a chance to remove it, the
 * cameras do. */
static void clean_up(const struct simulate_board *board, pid_t parent)
{
    simulate_factory_close(board->folder);
    if (!board->site->is_temporary)
        return;
    simulate_site_remove(getppid() == parent ? board->folder : board->site->folder);
}

static int live(const struct simulate_board *board, int ready, pid_t parent)
{
    CLEANUP(release)
    struct running running = {.board = board,
                              .log = {"ispup simulate", STDERR_FILENO, false},
                              .signals = FD_NONE,
                              .button = FD_NONE,
                              .output = FD_NONE,
                              .ready = ready};
    struct error err = ERROR_EMPTY;
    bool done = begin(&running, &err) && run(&running, &err);

    simulate_process_end_all();
    if (!done)
        log_line(&running.log, "%s: %s", board->name, err.text);
    clean_up(board, parent);
    return done ? 0 : 1;
}

bool simulate_board_plan(const struct simulate_site *site, unsigned number, uint16_t port,
                         struct simulate_board *board, struct error *err)
{
    *board = SIMULATE_BOARD_NONE;
    board->site = site;
    board->number = number;
    (void)snprintf(board->name, sizeof(board->name), "camera-%u", number);
    return file_path(site->folder, board->name, board->folder, err) &&
           simulate_port_reserve(port, &board->port, err);
}

bool simulate_board_start(struct simulate_board *board, struct error *err)
{
    CLEANUP(fd_close) int told = FD_NONE;
    pid_t parent = getpid();
    int ends[2];

    board->server = board->port;
    board->server.fd = FD_NONE;
    if (simulate_fault_is_of_link(&board->faults) && !simulate_port_reserve(0, &board->server, err))
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: pipe");
    board->ready = ends[0];
    told = ends[1];
    board->process = simulate_process_fork(SIGTERM);
    if (board->process < 0)
        return error_system(err, ERROR_INTERNAL, "internal error: fork");
    if (board->process == 0) {
        /* A terminal's Ctrl-C reaches the simulation alone, which ends its cameras in order. */
        (void)setpgid(0, 0);
        _exit(live(board, fd_take(&told), parent));
    }
    return true;
}

void simulate_board_forget(struct simulate_board *board)
{
    simulate_port_release(&board->port);
    simulate_port_release(&board->server);
    fd_close(&board->ready);
}
