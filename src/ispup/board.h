/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people see of `ispup push`: on a terminal lines that move, elsewhere plain ones, one JSON
 * object for each event, or next to nothing. And the table at the end.
 */
#ifndef ISPUP_BOARD_H
#define ISPUP_BOARD_H

#include "ispup/event.h"
#include "ispup/target.h"

#include <stdio.h>

enum board_style { BOARD_PLAIN, BOARD_SCREEN, BOARD_JSON, BOARD_QUIET };

struct board_row {
    const struct target *target; /* borrowed */
    struct event last;
    bool is_begun, is_ended;
    uint64_t upload_at; /* when the upload began, milliseconds */
};

struct board {
    enum board_style style;
    bool check_only;
    FILE *out;              /* borrowed */
    const char *file_name;  /* borrowed: the image's */
    struct board_row *rows; /* borrowed; `count` of them */
    size_t count;
    size_t lines, columns; /* of the terminal, as they were last measured */
    size_t drawn;          /* lines on the screen that will be drawn again */
    bool is_changed;
    uint64_t drawn_at;
};

void board_event(struct board *board, size_t row, const struct event *event);
/* Its process has ended: where that was without an outcome, one is made up for it. */
void board_ended(struct board *board, size_t row);
void board_interrupted(struct board *board, unsigned times);
void board_tick(struct board *board);
/* What was never begun, the table, the sum. */
void board_finish(struct board *board);

/* 0: all done; 2: one or more unknown; 1: else. */
int board_exit_status(const struct board *board);

const char *board_outcome_name(const struct board *board, enum truth outcome);

enum { BOARD_LINE_SIZE = 128 };

/* board_screen.c */

/* Whether lines can be drawn again there: a terminal that knows its size, and is no tiny one. */
bool board_screen_fits(int fd);

/* What a row's line says at that moment (milliseconds), narrower than the terminal. */
void board_screen_line(const struct board *board, size_t row, uint64_t now,
                       char text[BOARD_LINE_SIZE]);

/* Never more lines than the terminal can show. */
void board_screen_draw(struct board *board);
void board_screen_clear(struct board *board);

/* board_json.c */
void board_json_event(struct board *board, size_t row, const struct event *event);
void board_json_finish(struct board *board);

#endif
