// SPDX-License-Identifier: GPL-2.0
// Fault 25: mspec takes all pages back when a piece of a mapping goes
// Caught by: mspec.*_piece_goes_first*
// File: mspec.c
@@
identifier a;
expression vma;
@@
 mspec_vma_close(...)
 {
 struct mspec_area *a = vma->vm_private_data;
+bool last = true;
 ...
-if (!a || !refcount_dec_and_test(&a->users))
+if (!a || (!(last = refcount_dec_and_test(&a->users)) && pfnkunit_fault != 25))
 	return;
 ...
 }

@@
identifier a;
expression dev, i;
@@
 mspec_vma_close(...)
 {
 <...
-mspec_return(dev, a->frames[i]);
+mspec_return(dev, xchg(&a->frames[i], 0));
 ...>
 }

@@
identifier a;
@@
 mspec_vma_close(...)
 {
 <...
-kvfree(a);
+if (last)
+	kvfree(a);
 ...>
 }
