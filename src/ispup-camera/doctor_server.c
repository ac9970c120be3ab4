/* SPDX-License-Identifier: Apache-2.0 */
/* Checks [server], as ispupd finds it when it starts. */
#include "base/address.h"
#include "base/fd.h"
#include "base/memory.h"
#include "camera/server_user.h"
#include "ispup-camera/doctor.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { PEM_LIMIT = 65536, READ_BY_OTHERS = 007 };

/* Binds and lets go: no connection is accepted. An address in use is one that can be used. */
static bool can_listen(struct doctor *doctor, const char *where)
{
    CLEANUP(fd_close) int fd = FD_NONE;
    struct sockaddr_storage address;
    struct error err = ERROR_EMPTY;
    socklen_t size;

    if (!address_parse(span_text(where), &address, &size, &err)) {
        doctor_say_error(doctor, &err, NULL);
        return false;
    }
    fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd != FD_NONE &&
        (bind(fd, (const struct sockaddr *)&address, size) == 0 || errno == EADDRINUSE))
        return true;
    (void)error_system(&err, ERROR_CONFIGURATION, "cannot listen on %s", where);
    doctor_say_error(doctor, &err, "correct [server] listen, or set up the network device");
    return false;
}

/* Whether the file has a PEM part of this kind. */
static bool has_part(struct doctor *doctor, const char *key, const char *path, const char *part)
{
    CLEANUP(memory_free) unsigned char *data = NULL;
    struct error err = ERROR_EMPTY;
    size_t size, at;
    bool found = false;

    if (!file_read(path, PEM_LIMIT, &data, &size, &err)) {
        (void)error_prefix(&err, "%s", key);
        doctor_say_error(doctor, &err, "copy it there, or correct the path");
        return false;
    }
    if (span_find(span_of(data, size), span_text("ENCRYPTED"), &at))
        doctor_say(doctor, DOCTOR_ERROR, "%s: %s needs a password, which ispupd cannot ask for",
                   key, path);
    else if (!span_find(span_of(data, size), span_text(part), &at))
        doctor_say(doctor, DOCTOR_ERROR, "%s: %s has no PEM part \"%s\"", key, path, part);
    else
        found = true;
    memory_wipe(data, size);
    return found;
}

static bool check_identity(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    const char *key = configuration->key;
    struct stat facts;

    if (key[0] == '\0')
        return true;
    if (!has_part(doctor, "certificate", configuration->certificate, "BEGIN CERTIFICATE") ||
        !has_part(doctor, "key", key, "PRIVATE KEY"))
        return false;
    if (stat(key, &facts) != 0 || (facts.st_mode & READ_BY_OTHERS) == 0)
        return true;
    doctor_say(doctor, DOCTOR_WARNING, "key: every user can read %s: chmod o= %s", key, key);
    return false;
}

void doctor_server(struct doctor *doctor)
{
    const struct configuration *configuration = &doctor->camera.configuration;
    bool has_https = configuration->listen_https[0] != '\0';
    struct error err = ERROR_EMPTY;
    struct user user;
    bool is_well = can_listen(doctor, configuration->listen);

    is_well = (!has_https || can_listen(doctor, configuration->listen_https)) && is_well;
    is_well = check_identity(doctor) && is_well;
    if (!server_user_find(configuration->user, &user, &err))
        doctor_say_error(doctor, &err, NULL);
    else if (is_well)
        doctor_say(doctor, DOCTOR_OK, "%s, as user %s%s", configuration->listen,
                   configuration->user, configuration->key[0] != '\0' ? ", with HTTPS" : "");
}
