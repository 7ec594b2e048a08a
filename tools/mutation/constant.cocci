// SPDX-License-Identifier: GPL-2.0
// Operator: constant
// 0 becomes 1, n becomes n + 1 and n - 1, true becomes false.
@number@
constant C;
position p;
@@
C@p

@script:python@
p << number.p; c << number.C;
@@
operators.constant(p, c)

@truth@
identifier I = {true, false};
position p;
@@
I@p

@script:python@
p << truth.p; i << truth.I;
@@
operators.constant(p, i)
