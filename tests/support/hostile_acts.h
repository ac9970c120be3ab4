/* SPDX-License-Identifier: Apache-2.0 */
/* What a process that was taken over would like to do. A filter is to end it at the first call. */
#ifndef SUPPORT_HOSTILE_ACTS_H
#define SUPPORT_HOSTILE_ACTS_H

void hostile_open_socket(void);
void hostile_run_program(void);
void hostile_kill_parent(void);
void hostile_trace_process(void);
void hostile_map_program(void);
void hostile_make_program(void);
void hostile_remove_file(void);

#endif
