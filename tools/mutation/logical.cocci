// SPDX-License-Identifier: GPL-2.0
// Operator: logical
// && becomes ||, || becomes &&; or one side of it is left out.
@logical@
expression A, B;
position p, q;
binary operator o = {&&, ||};
@@
A@p o B@q

@script:python@
p << logical.p; q << logical.q; o << logical.o;
@@
operators.logical(p, q, o)

@negation@
expression E;
position p, q;
@@
!@p E@q

@script:python@
p << negation.p; q << negation.q;
@@
operators.negation(p, q)
