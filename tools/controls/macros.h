/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Coccinelle cannot guess: macros in front of a function's type, and such that
 * have a block behind them.
 */
#define VISIBLE_IF_KUNIT static
#define scoped_guard(...)
