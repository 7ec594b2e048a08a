// SPDX-License-Identifier: GPL-2.0
// Operator: bound
// A difference, a number of pages or a page's index is off by one.
@bound_difference@
expression A, B;
position p, q;
binary operator o = {-, >>};
@@
A@p o B@q

@script:python@
p << bound_difference.p; q << bound_difference.q;
@@
operators.bound(p, q)

@bound_call@
identifier F = {vma_pages, linear_page_index, PHYS_PFN, PFN_DOWN, PFN_UP, page_to_pfn, pte_pfn, pmd_pfn, pud_pfn, folio_nr_pages, vma_start_pgoff, pmd_addr_end, pud_addr_end, p4d_addr_end, pgd_addr_end};
position p, r;
@@
F@p(...)@r

@script:python@
p << bound_call.p; r << bound_call.r;
@@
operators.bound(p, r)
