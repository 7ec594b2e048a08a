// SPDX-License-Identifier: GPL-2.0
// Operator: entry
// A page table entry lacks a bit that it was given, or has one too many.
@entry_dropped@
identifier F =~ "^((pte|pmd|pud)_(mk|wrprotect|sw_mk|clear_)|maybe_(pmd_|pud_)?mkwrite|pgprot_(writecombine|noncached|device|decrypted|encrypted|modify|nx))";
expression E;
position p, q, r;
@@
F@p(E@q, ...)@r

@script:python@
p << entry_dropped.p; q << entry_dropped.q; r << entry_dropped.r;
@@
operators.bit_dropped(p, q, r)

@entry_added_pte@
pte_t L;
expression E;
position p;
@@
L = E@p

@script:python@
p << entry_added_pte.p;
@@
operators.bit_added(p, "pte")

@entry_set_pte@
identifier F = {set_pte_at, ptep_set_access_flags, set_ptes};
expression A, B, C, E;
position p;
@@
F(A, B, C, E@p, ...)

@script:python@
p << entry_set_pte.p;
@@
operators.bit_added(p, "pte")

@entry_added_pmd@
pmd_t L;
expression E;
position p;
@@
L = E@p

@script:python@
p << entry_added_pmd.p;
@@
operators.bit_added(p, "pmd")

@entry_added_pud@
pud_t L;
expression E;
position p;
@@
L = E@p

@script:python@
p << entry_added_pud.p;
@@
operators.bit_added(p, "pud")
