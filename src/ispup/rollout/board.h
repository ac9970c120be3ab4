/* SPDX-License-Identifier: Apache-2.0 */
/* The lines at the bottom of a terminal that are drawn again while a rollout runs: wave, sites,
 * budget, the last failures. */
#ifndef ISPUP_ROLLOUT_BOARD_H
#define ISPUP_ROLLOUT_BOARD_H

#include "ispup/rollout/rollout.h"

#include <stdio.h>

enum { BOARD_FAILURES = 3, BOARD_WIDTH = 78, BOARD_SITES = 4 };

struct board {
    bool is_on;          /* the output is a terminal that is large enough */
    size_t drawn;        /* lines on the screen */
    uint64_t drawn_at;   /* milliseconds */
    uint64_t begun_at;   /* the first tick, milliseconds; 0: none yet */
    size_t ended_before; /* cameras that had ended then */
};

/* Whether lines can be drawn again there. */
void board_open(struct board *board, int fd);

/* Takes the lines away, before another line is printed. */
void board_clear(struct board *board, FILE *out);
void board_draw(struct board *board, const struct rollout *rollout, FILE *out);

/* Seconds until `left` more cameras have ended, if it goes on as in the last `seconds`, in which
 * `ended` did. 0: too few have ended to tell. */
uint64_t board_left(uint64_t seconds, size_t ended, size_t left);

/* The same twice a second, and no more often. */
void board_tick(struct board *board, const struct rollout *rollout, uint64_t now, FILE *out);

#endif
