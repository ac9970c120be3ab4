/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runs of the static analyzers include this before every source. An analyzer sees one file at a
 * time: without this it follows paths on which error_set, which always returns false, returned
 * true.
 */
#ifndef SUPPORT_ANALYZER_H
#define SUPPORT_ANALYZER_H

#include "base/error.h"

#define error_set(...) ((void)(error_set)(__VA_ARGS__), false)
#define error_system(...) ((void)(error_system)(__VA_ARGS__), false)
#define error_prefix(...) ((void)(error_prefix)(__VA_ARGS__), false)

#endif
