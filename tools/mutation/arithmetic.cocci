// SPDX-License-Identifier: GPL-2.0
// Operator: arithmetic
// + becomes -, << becomes >>, and so on; of a mask or a set of flags one side is left out.
@arithmetic@
expression A, B;
position p, q;
binary operator o = {+, -, *, /, %, <<, >>, &, |, ^};
@@
A@p o B@q

@script:python@
p << arithmetic.p; q << arithmetic.q; o << arithmetic.o;
@@
operators.arithmetic(p, q, o)

@arithmetic_assignment@
expression A, B;
position p, q;
assignment operator o = {+=, -=, *=, /=, |=, &=, <<=, >>=};
@@
A@p o B@q

@script:python@
p << arithmetic_assignment.p; q << arithmetic_assignment.q; o << arithmetic_assignment.o;
@@
operators.assignment(p, q, o)

@complement@
expression E;
position p, q;
@@
~@p E@q

@script:python@
p << complement.p; q << complement.q;
@@
operators.complement(p, q)
