/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person or a script sees of `ispup push`. display.c keeps one row for each camera; a style
 * prints it: plain lines, outcomes other than done alone, lines that move on a terminal, or JSON.
 */
#ifndef ISPUP_PUSH_DISPLAY_H
#define ISPUP_PUSH_DISPLAY_H

#include "ispup/fleet/camera_list.h"
#include "ispup/push/event.h"
#include "ispup/remote/target.h"

#include <stdio.h>

struct display;

/* Each function may be NULL. */
struct display_style {
    void (*event)(struct display *display, size_t row, const struct event *event);
    void (*tick)(struct display *display);
    /* Takes away what will be drawn again, so that a line can be written to the terminal. */
    void (*clear)(struct display *display);
    void (*draw)(struct display *display);
    void (*finish)(struct display *display);
    bool is_quiet; /* prints no notes */
};

struct display_row {
    const struct target *target; /* borrowed */
    struct event last;
    bool is_begun, is_ended;
    size_t width;                 /* columns of its line on the screen; 0: it has none */
    uint64_t begun_at, upload_at; /* when it and its upload began, milliseconds */
};

struct display {
    const struct display_style *style; /* borrowed */
    const char *verb;                  /* borrowed */
    bool check_only, is_of_orders;
    bool is_interrupted, is_abandoned; /* by one signal, by two */
    bool is_noted[EVENT_ONCE_COUNT];   /* what comes once was printed */
    FILE *out;                         /* borrowed */
    int fd;                            /* borrowed: the terminal that `out` leads to */
    const char *file_name;             /* borrowed: the image's */
    const struct camera_list *list;    /* borrowed: the columns of the cameras */
    struct display_row *rows;          /* borrowed; `count` of them */
    size_t count;
    size_t lines, columns; /* of the terminal, as they were last measured */
    size_t drawn;          /* lines on the screen that will be drawn again */
    uint64_t drawn_at;
};

void display_event(struct display *display, size_t row, const struct event *event);
/* The camera's process has ended. If it sent no outcome, the row gets one here, with the cause. */
void display_ended(struct display *display, size_t row, const char *cause);
void display_interrupted(struct display *display, unsigned times);
void display_tick(struct display *display);
/* Gives an outcome to each camera that was not begun, then prints the end. */
void display_finish(struct display *display);

/* How many cameras have that outcome. */
size_t display_count(const struct display *display, enum verdict outcome);

/* 0: all done; 2: one or more unknown; 1: else. */
int display_exit_status(const struct display *display);

#endif
