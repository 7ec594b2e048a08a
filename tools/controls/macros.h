/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Coccinelle cannot guess: macros in front of a function's type.
 */
#define VISIBLE_IF_KUNIT static
