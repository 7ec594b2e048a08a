// SPDX-License-Identifier: GPL-2.0
// Operator: return
// 0 or NULL is returned instead of something, an error instead of 0.
@returned@
expression E;
position p;
@@
return E@p;

@script:python@
p << returned.p;
@@
operators.returned(p)
