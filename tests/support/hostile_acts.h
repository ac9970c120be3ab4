/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that a compromised process would try. A filter must kill it at the first one. */
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
