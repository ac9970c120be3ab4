/* SPDX-License-Identifier: Apache-2.0 */
/* `ispup simulate`: cameras on this machine's loopback address, for tests and rehearsals. */
#include "base/fd.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/option.h"
#include "ispup/cli/verbs.h"
#include "ispup/simulate/announce.h"
#include "ispup/simulate/camera.h"
#include "ispup/simulate/certificate.h"
#include "ispup/simulate/factory.h"
#include "ispup/simulate/process.h"
#include "ispup/simulate/replay.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT, FAULT, PORT, HTTPS, REPLAY, FOLDER, PROGRAMS, JSON, OPTION_COUNT };
enum { CAMERA_LIMIT = 1000, FAULT_LIMIT = 64 };

struct simulation {
    struct simulate_site site;
    struct simulate_camera *cameras; /* owned */
    size_t count, started;
    struct simulate_fault_order orders[FAULT_LIMIT];
    size_t order_count;
    uint16_t first_port; /* 0: the system chooses */
    bool for_scripts, with_https;
    int signals; /* owned */
};

/* The cameras end first, before their folders are removed. */
static void release(struct simulation *simulation)
{
    for (size_t i = 0; i < simulation->started; i++)
        (void)kill(simulation->cameras[i].process, SIGTERM);
    for (size_t i = 0; i < simulation->started; i++)
        (void)waitpid(simulation->cameras[i].process, NULL, 0);
    for (size_t i = 0; simulation->cameras != NULL && i < simulation->count; i++)
        simulate_camera_forget(&simulation->cameras[i]);
    memory_free(&simulation->cameras);
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
            return error_set(err, ERROR_USAGE, "fault %s: there are only %zu cameras",
                             option->list[i], simulation->count);
    }
    simulation->order_count = option->count;
    return true;
}

/* Adds the faults for this camera. */
static bool give_faults(const struct simulation *simulation, uint64_t camera,
                        struct simulate_faults *faults, struct error *err)
{
    for (size_t i = 0; i < simulation->order_count; i++)
        if (!simulate_fault_add(faults, &simulation->orders[i], camera, err))
            return false;
    return true;
}

/* Finds faults that exclude each other before anything is made. */
static bool check_faults(const struct simulation *simulation, struct error *err)
{
    for (uint64_t camera = 1; camera <= simulation->count; camera++) {
        struct simulate_faults faults = {.has = {false}};

        if (!give_faults(simulation, camera, &faults, err) ||
            (simulation->with_https && !simulate_fault_allows_https(&faults, err)))
            return false;
    }
    return true;
}

/* Reserves all ports for hosts first, before the links ask the system for theirs. */
static bool plan(struct simulation *simulation, struct error *err)
{
    uint16_t port = simulation->first_port;
    void *memory;

    if (!memory_allocate(&memory, simulation->count * sizeof(*simulation->cameras), err))
        return false;
    simulation->cameras = memory;
    for (size_t i = 0; i < simulation->count; i++)
        simulation->cameras[i] = SIMULATE_CAMERA_NONE;
    for (size_t i = 0; i < simulation->count; i++) {
        struct simulate_camera *camera = &simulation->cameras[i];

        if (!simulate_camera_plan(&simulation->site, (unsigned)i + 1, port, camera, err) ||
            !give_faults(simulation, i + 1, &camera->faults, err))
            return false;
        if (port == UINT16_MAX)
            return error_set(err, ERROR_INTERNAL, "no free port left");
        port = port == 0 ? 0 : (uint16_t)(camera->port.number + 1);
    }
    return true;
}

static bool start(struct simulation *simulation, struct error *err)
{
    for (; simulation->started < simulation->count; simulation->started++)
        if (!simulate_camera_start(&simulation->cameras[simulation->started], err))
            return false;
    return true;
}

/* Waits until the camera is on. `asked`: a signal asked for the end meanwhile. */
static bool wait_until_on(const struct simulation *simulation, const struct simulate_camera *camera,
                          bool *asked, struct error *err)
{
    struct pollfd places[] = {{.fd = camera->ready, .events = POLLIN},
                              {.fd = simulation->signals, .events = POLLIN}};
    char word;

    while (places[0].revents == 0 && !*asked) {
        (void)poll(places, COUNT_OF(places), -1);
        *asked = simulate_process_heed(simulation->signals).end;
    }
    if (*asked)
        return true;
    if (read(camera->ready, &word, 1) == 1)
        return true;
    return error_set(err, ERROR_INTERNAL, "%s did not start", camera->name);
}

static bool is_running(const struct simulate_camera *camera)
{
    siginfo_t facts = {.si_pid = 0};

    return waitid(P_PID, (id_t)camera->process, &facts, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           facts.si_pid == 0;
}

/* Tells which cameras have ended by themselves since the last call; counts them. */
static size_t note_ended(struct simulation *simulation)
{
    const struct log log = {"ispup simulate", STDERR_FILENO, false};
    size_t ended = 0;

    for (size_t i = 0; i < simulation->count; i++) {
        struct simulate_camera *camera = &simulation->cameras[i];

        if (!camera->has_ended && !is_running(camera)) {
            camera->has_ended = true;
            log_line(&log, "%s has ended", camera->name);
        }
        ended += camera->has_ended ? 1 : 0;
    }
    return ended;
}

/* A camera that ends by itself does not end the others. */
static bool wait_for_end(struct simulation *simulation, struct error *err)
{
    struct pollfd place = {.fd = simulation->signals, .events = POLLIN};
    size_t ended = 0;

    while (ended < simulation->count) {
        (void)poll(&place, 1, -1);
        if (simulate_process_heed(simulation->signals).end)
            break;
        ended = note_ended(simulation);
    }
    if (ended == 0)
        return true;
    return error_set(err, ERROR_INTERNAL, "%zu of %zu cameras ended by themselves", ended,
                     simulation->count);
}

static bool prepare(struct simulation *simulation, struct error *err)
{
    struct simulate_site *site = &simulation->site;

    if (!simulate_factory_prepare(site, err))
        return false;
    if (!simulation->with_https)
        return true;
    return file_path(site->folder, "tls", site->tls, err) &&
           (mkdir(site->tls, 0777) == 0 ||
            error_system(err, ERROR_INTERNAL, "cannot make folder %s", site->tls)) &&
           simulate_certificate_make(site->tls, err);
}

static bool rehearse(struct simulation *simulation, struct error *err)
{
    bool asked = false;

    if (!simulate_process_listen(&simulation->signals, err) || !plan(simulation, err) ||
        !prepare(simulation, err) || !start(simulation, err))
        return false;
    for (size_t i = 0; i < simulation->count; i++) {
        if (!wait_until_on(simulation, &simulation->cameras[i], &asked, err))
            return false;
        if (asked)
            return true;
        simulate_announce(&simulation->cameras[i], simulation->for_scripts);
    }
    simulate_advise(simulation->cameras, simulation->count);
    return wait_for_end(simulation, err);
}

static bool replay(const struct option *options, const struct simulation *simulation,
                   struct error *err)
{
    static const int others[] = {FAULT, HTTPS, FOLDER, PROGRAMS};
    const struct simulate_replay replay = {.file = option_value(&options[REPLAY]),
                                           .count = simulation->count,
                                           .first_port = simulation->first_port,
                                           .for_scripts = simulation->for_scripts};

    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (options[others[i]].count > 0)
            return error_set(err, ERROR_USAGE, "--replay and --%s cannot be used together",
                             options[others[i]].name);
    return simulate_replay(&replay, err);
}

static bool run(struct verb_call *call, struct error *err)
{
    CLEANUP(release) struct simulation simulation = {.signals = FD_NONE};
    const char *faults[FAULT_LIMIT];
    struct option options[OPTION_COUNT] = {
        [COUNT] = {.name = "count", .limit = 1},
        [FAULT] = {.name = "fault", .limit = FAULT_LIMIT, .list = faults},
        [PORT] = {.name = "port", .limit = 1},
        [HTTPS] = {.name = "https", .is_flag = true},
        [REPLAY] = {.name = "replay", .limit = 1},
        [FOLDER] = {.name = "folder", .limit = 1},
        [PROGRAMS] = {.name = "programs", .limit = 1},
        [JSON] = {.name = "json", .is_flag = true},
    };
    uint64_t cameras = 1, port = 0;

    if (!option_parse(call->count, call->words, options, OPTION_COUNT, err) ||
        !take_number(&options[COUNT], CAMERA_LIMIT, &cameras, err) ||
        !take_number(&options[PORT], UINT16_MAX, &port, err))
        return false;
    simulation.for_scripts = options[JSON].count > 0;
    simulation.with_https = options[HTTPS].count > 0;
    simulation.count = cameras;
    simulation.first_port = (uint16_t)port;
    if (options[REPLAY].count > 0)
        return replay(options, &simulation, err);
    if (!take_faults(&options[FAULT], &simulation, err) || !check_faults(&simulation, err) ||
        !simulate_site_open(option_value(&options[FOLDER]), option_value(&options[PROGRAMS]),
                            &simulation.site, err))
        return false;
    return rehearse(&simulation, err);
}

const struct verb verb_simulate = {
    .name = "simulate",
    .arguments = "[OPTION...]",
    .summary = "start simulated cameras on this machine, for tests and rehearsals",
    .help =
        "  --count N          cameras to start (default: 1)\n"
        "  --fault KIND       a fault of each camera, or with KIND@N of the N-th: see below\n"
        "  --port FIRST       first port; each camera takes the next free one (default: the "
        "system\n"
        "                     chooses)\n"
        "  --https            HTTPS, with a certificate made for it: the hints name its file\n"
        "  --replay FILE      cameras that answer like the one that ispup record has recorded\n"
        "  --folder FOLDER    empty or new folder for flash, settings and logs; it is kept\n"
        "                     (default: a new one in TMPDIR or /tmp, removed at the end)\n"
        "  --programs FOLDER  folder of ispupd, ispup-camera, update and system: the src of a "
        "build\n"
        "                     folder, or a PREFIX (default: next to ispup)\n"
        "  --json             print one object for each camera\n"
        "Prints a line for each camera when it is on: URL, account, password, folder. The cameras\n"
        "listen on 127.0.0.1 only and take unsigned images. Ctrl-C or SIGTERM ends them all.\n"
        "Faults:\n"
        "  slow=N             the link carries N bytes a second\n"
        "  drop=N             the link cuts a connection after N bytes from the host\n"
        "  reply-lost         the update is made, but its reply does not reach the host\n"
        "  garbage-reply      the update is made, but other bytes replace its reply\n"
        "  no-restart         the camera never restarts\n"
        "  restart-loop       it restarts again and again while an image is on trial\n"
        "  failing-probe      a new image makes no pictures\n"
        "  wrong-version      each restart brings back the image and the journal of the factory\n"
        "  flash-failure      writing the bank that is not in use fails\n"
        "  dead-flash         writing the only bank fails at each boot: it needs repair by hand\n"
        "  full-work-folder   no component has a second bank, and the work folder has no room\n"
        "  stuck-rollback     a new image fails its trial, and the old one cannot be written back\n"
        "  other-id           it shows another CAMERA_ID after a restart\n"
        "  other-camera       after a restart another camera has its address\n"
        "  slow-status=N      ISP_STATUS takes N seconds\n"
        "  hang=N             instead of a restart it answers nothing for N seconds\n",
    .run = run,
};
