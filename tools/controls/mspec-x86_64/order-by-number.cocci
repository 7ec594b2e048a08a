// SPDX-License-Identifier: GPL-2.0
// Fault 35: mspec asks nodes by number, not by distance
// Caught by: mspec_pool.touch_asks_the_nearest_nodes_first*
// File: mspec.c
@@
expression nid, node, nearest;
@@
 mspec_nearest_node(...)
 {
 <...
-mspec_distance(nid, node) < mspec_distance(nid, nearest)
+(pfnkunit_fault != 35 && mspec_distance(nid, node) < mspec_distance(nid, nearest))
 ...>
 }
