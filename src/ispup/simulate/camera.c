/* SPDX-License-Identifier: Apache-2.0 */
#include "ispup/simulate/camera.h"

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/process.h"
#include "ispup/simulate/factory.h"
#include "ispup/simulate/link.h"
#include "ispup/simulate/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTEN_MILLISECONDS = 10, BOOT_ID_SIZE = 64, SECOND = 1000 };

/* The state of the camera's own process. */
struct running {
    const struct simulate_camera *camera; /* borrowed */
    struct log log;                       /* standard error */
    int signals, button, output;          /* owned */
    int ready;                            /* owned; FD_NONE: the caller was told */
    pid_t server, link;                   /* 0: has ended */
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

/* The first event within that time (-1: no limit). */
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

    return file_path(running->camera->folder, "saved/settings", saved, err) &&
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

/* Like a real boot script, goes on if `recover` fails: docs/flash.md. */
static bool recover(struct running *running, struct error *err)
{
    const struct simulate_camera *camera = running->camera;
    pid_t child;
    int status = 0;

    if (!start(running, camera->site->ispup_camera, "recover", &child, err))
        return false;
    (void)waitpid(child, &status, 0);
    if (status != 0)
        log_line(&running->log, "%s: recover failed, repair it by hand: see %s/log", camera->name,
                 camera->folder);
    return true;
}

/* Waits until a host can connect. */
static enum event wait_for_server(struct running *running)
{
    enum event event = EVENT_NONE;
    CLEANUP(fd_close) int connection = FD_NONE;

    while (event == EVENT_NONE && !simulate_port_connect(&running->camera->server, &connection))
        event = wait_for_event(running, LISTEN_MILLISECONDS);
    return event;
}

static bool start_link(struct running *running, struct error *err)
{
    const struct simulate_camera *camera = running->camera;

    return !simulate_fault_is_of_link(&camera->faults) ||
           simulate_link_start(&camera->port, &camera->server, &camera->faults, &running->link,
                               err);
}

static void make_id(unsigned port, bool is_other, char id[SIMULATE_ID_SIZE])
{
    (void)snprintf(id, SIMULATE_ID_SIZE, "02:00:00:%02x:%02x:%02x", is_other ? 1U : 0U,
                   port >> 8 & 0xff, port & 0xff);
}

static bool change_id(const struct simulate_camera *camera, struct error *err)
{
    char id[SIMULATE_ID_SIZE];

    make_id(camera->port.number, true, id);
    return simulate_factory_label(camera->folder, id, err);
}

/* What a restart changes, before any program of ours runs. */
static bool load(const struct running *running, struct error *err)
{
    const struct simulate_camera *camera = running->camera;
    const bool *has = camera->faults.has;
    bool is_restart = running->ready == FD_NONE;

    if (is_restart && (has[FAULT_OTHER_ID] || has[FAULT_OTHER_CAMERA]) && !change_id(camera, err))
        return false;
    return !is_restart || !(has[FAULT_VERSION] || has[FAULT_OTHER_CAMERA]) ||
           simulate_factory_reset(camera->site, camera->folder, has[FAULT_OTHER_CAMERA], err);
}

static bool power_on(struct running *running, enum event *event, struct error *err)
{
    const struct simulate_site *site = running->camera->site;
    pid_t trial;

    if (mkdir(running->ram, 0777) != 0)
        return error_system(err, ERROR_INTERNAL, "cannot make folder %s", running->ram);
    if (!write_boot_id(running, err) || !load(running, err) || !recover(running, err) ||
        !load_settings(running, err) || !start(running, site->ispupd, NULL, &running->server, err))
        return false;
    *event = wait_for_server(running);
    return *event != EVENT_NONE ||
           (start_link(running, err) && start(running, site->ispup_camera, "trial", &trial, err));
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
        log_line(&running->log, "%s: on again", running->camera->name);
        return;
    }
    (void)!write(running->ready, "+", 1);
    fd_close(&running->ready);
}

/* Without an answer, but with its port: the kernel still accepts connections. */
static enum event hang(struct running *running)
{
    const struct simulate_camera *camera = running->camera;
    uint64_t seconds = camera->faults.value[FAULT_HANG];
    uint64_t now = clock_milliseconds(), until = now + seconds * SECOND;
    enum event event = EVENT_NONE;

    simulate_process_signal(running->server, SIGSTOP);
    log_line(&running->log, "%s: hangs for %u seconds", camera->name, (unsigned)seconds);
    for (; now < until && event == EVENT_NONE; now = clock_milliseconds()) {
        event = wait_for_event(running, (int)(until - now));
        if (event == EVENT_BUTTON)
            event = EVENT_NONE;
    }
    if (event == EVENT_NONE)
        simulate_process_signal(running->server, SIGCONT);
    return event;
}

/* Until it is switched off. */
static enum event work(struct running *running)
{
    enum event event = EVENT_NONE;

    while (event == EVENT_NONE) {
        event = wait_for_event(running, -1);
        if (event == EVENT_BUTTON && running->camera->faults.has[FAULT_HANG])
            event = hang(running);
    }
    return event;
}

/* Boots again and again, until a signal ends it. */
static bool run(struct running *running, struct error *err)
{
    enum event event = EVENT_NONE;

    for (;;) {
        if (!power_on(running, &event, err))
            return false;
        if (event == EVENT_NONE) {
            tell_ready(running);
            event = work(running);
        }
        power_off(running);
        if (event == EVENT_END)
            return true;
        if (event == EVENT_SERVER_GONE)
            return error_set(err, ERROR_INTERNAL, "ispupd has ended: see %s/log",
                             running->camera->folder);
        log_line(&running->log, "%s: restarts", running->camera->name);
    }
}

static bool open_files(struct running *running, struct error *err)
{
    const char *folder = running->camera->folder;
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

/* A new camera is switched off: its RAM is empty. */
static bool make(struct running *running, struct error *err)
{
    const struct simulate_camera *camera = running->camera;

    const struct simulate_configuration configuration = {.folder = camera->folder,
                                                         .programs = camera->site->programs,
                                                         .pages = camera->site->pages,
                                                         .id = camera->id,
                                                         .tls = simulate_site_tls(camera->site),
                                                         .port = camera->server.number,
                                                         .faults = &camera->faults};

    if (!simulate_factory_make(camera->site, &configuration, err))
        return false;
    simulate_site_remove(running->ram);
    return true;
}

static bool begin(struct running *running, struct error *err)
{
    const struct simulate_camera *camera = running->camera;

    if (!file_path(camera->folder, "ispup.conf", running->configuration, err))
        return false;
    if (!file_path(camera->folder, "ram", running->ram, err))
        return false;
    return simulate_process_adopt(err) && simulate_process_listen(&running->signals, err) &&
           make(running, err) && open_files(running, err);
}

/* If the process that made the temporary folder was killed, the cameras remove the folder. */
static void clean_up(const struct simulate_camera *camera, pid_t parent)
{
    simulate_factory_close(camera->folder);
    if (!camera->site->is_temporary)
        return;
    simulate_site_remove(getppid() == parent ? camera->folder : camera->site->folder);
}

static int live(const struct simulate_camera *camera, int ready, pid_t parent)
{
    CLEANUP(release)
    struct running running = {.camera = camera,
                              .log = {"ispup simulate", STDERR_FILENO, false},
                              .signals = FD_NONE,
                              .button = FD_NONE,
                              .output = FD_NONE,
                              .ready = ready};
    struct error err = ERROR_EMPTY;
    bool done = begin(&running, &err) && run(&running, &err);

    simulate_process_end_all();
    if (!done)
        log_line(&running.log, "%s: %s", camera->name, err.text);
    clean_up(camera, parent);
    return done ? 0 : 1;
}

bool simulate_camera_plan(const struct simulate_site *site, unsigned number, uint16_t port,
                          struct simulate_camera *camera, struct error *err)
{
    *camera = SIMULATE_CAMERA_NONE;
    camera->site = site;
    camera->number = number;
    (void)snprintf(camera->name, sizeof(camera->name), "camera-%u", number);
    if (!file_path(site->folder, camera->name, camera->folder, err) ||
        !simulate_port_reserve(port, &camera->port, err))
        return false;
    make_id(camera->port.number, false, camera->id);
    return true;
}

bool simulate_camera_start(struct simulate_camera *camera, struct error *err)
{
    CLEANUP(fd_close) int told = FD_NONE;
    pid_t parent = getpid();
    int ends[2];

    camera->server = camera->port;
    camera->server.fd = FD_NONE;
    if (simulate_fault_is_of_link(&camera->faults) &&
        !simulate_port_reserve(0, &camera->server, err))
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_system(err, ERROR_INTERNAL, "internal error: pipe");
    camera->ready = ends[0];
    told = ends[1];
    camera->process = process_fork_bound(SIGTERM);
    if (camera->process < 0)
        return process_fork_failed(err);
    if (camera->process == 0) {
        /* In a group of its own, so that Ctrl-C reaches the simulation alone, which ends its
         * cameras: by SIGTERM, even if that was ignored at its start. */
        (void)setpgid(0, 0);
        (void)signal(SIGTERM, SIG_DFL);
        _exit(live(camera, fd_take(&told), parent));
    }
    return true;
}

void simulate_camera_forget(struct simulate_camera *camera)
{
    simulate_port_release(&camera->port);
    simulate_port_release(&camera->server);
    fd_close(&camera->ready);
}
