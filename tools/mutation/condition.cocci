// SPDX-License-Identifier: GPL-2.0
// Operator: condition
// What an if, a loop or ?: tests is negated.
@condition_if@
expression E;
position p;
statement S;
@@
if (E@p) S

@script:python@
p << condition_if.p;
@@
operators.condition(p)

@condition_else@
expression E;
position p;
statement S, T;
@@
if (E@p) S else T

@script:python@
p << condition_else.p;
@@
operators.condition(p)

@condition_while@
expression E;
position p;
statement S;
@@
while (E@p) S

@script:python@
p << condition_while.p;
@@
operators.condition(p)

@condition_choice@
expression E, A, B;
position p;
@@
E@p ? A : B

@script:python@
p << condition_choice.p;
@@
operators.condition(p)
