// SPDX-License-Identifier: GPL-2.0
// Operator: deletion
// A statement is left out: a call, an assignment, a step, a jump.
@deleted_call@
expression F;
position p, q;
@@
F@p(...);@q

@script:python@
p << deleted_call.p; q << deleted_call.q;
@@
operators.deletion(p, q)

@deleted_assignment@
expression A, E;
assignment operator o;
position p, q;
@@
A@p o E;@q

@script:python@
p << deleted_assignment.p; q << deleted_assignment.q;
@@
operators.deletion(p, q)

@deleted_step@
expression E;
position p, q;
@@
(
E@p++;@q
|
E@p--;@q
)

@script:python@
p << deleted_step.p; q << deleted_step.q;
@@
operators.deletion(p, q)

@deleted_break@
position p, q;
@@
break@p;@q

@script:python@
p << deleted_break.p; q << deleted_break.q;
@@
operators.deletion(p, q)

@deleted_continue@
position p, q;
@@
continue@p;@q

@script:python@
p << deleted_continue.p; q << deleted_continue.q;
@@
operators.deletion(p, q)

@deleted_goto@
identifier L;
position p, q;
@@
goto@p L;@q

@script:python@
p << deleted_goto.p; q << deleted_goto.q;
@@
operators.deletion(p, q)
