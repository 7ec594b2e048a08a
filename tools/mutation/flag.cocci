// SPDX-License-Identifier: GPL-2.0
// Operator: flag
// A flag, an error or a cache mode becomes another one of its kind.
@flag@
identifier I =~ "^(VM_|VMA_|FAULT_FLAG_|FOLL_|E[A-Z]+$|_PAGE_CACHE_MODE_|MADV_)";
position p;
@@
I@p

@script:python@
p << flag.p; i << flag.I;
@@
operators.flag(p, i)
