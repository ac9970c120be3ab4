/* SPDX-License-Identifier: Apache-2.0 */
/* A camera on 127.0.0.1 that answers the host tool's questions with texts of the test. */
#ifndef SUPPORT_SCRIPTED_CAMERA_H
#define SUPPORT_SCRIPTED_CAMERA_H

#include <pthread.h>

struct scripted_camera {
    const char *record; /* borrowed: answers ISP_STATUS; NULL: the camera does not know it */
    const char *log;    /* borrowed: answers SYSTEM_LOG; NULL: the camera does not know it */
    const char *status; /* borrowed: the end of the status line; NULL: `200 OK` */
    char origin[64];    /* `http://127.0.0.1:PORT` */
    int listener;
    pthread_t thread;
};

/* Fill in the answers before the start; change them only between two questions. */
void scripted_camera_begin(struct scripted_camera *camera);
void scripted_camera_end(struct scripted_camera *camera); /* for CLEANUP */

#endif
