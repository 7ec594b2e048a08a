// SPDX-License-Identifier: GPL-2.0
// Operator: relational
// < becomes <= and >=, == becomes !=, and so on.
@relational@
expression A, B;
position p, q;
binary operator o = {<, >, <=, >=, ==, !=};
@@
A@p o B@q

@script:python@
p << relational.p; q << relational.q; o << relational.o;
@@
operators.relational(p, q, o)
