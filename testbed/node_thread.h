/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Run something on a chosen CPU or memory node.
 */
#ifndef PFNKUNIT_NODE_THREAD_H
#define PFNKUNIT_NODE_THREAD_H

/**
 * free_thread_run() - Call a function in a kthread of its own, and wait.
 * @fn: the function; it must not use KUnit's assertions
 * @data: for @fn
 *
 * The thread is bound to no CPU, and may choose one: set_cpus_allowed_ptr().
 *
 * Return: what @fn returned, or a negative errno if there is no thread.
 */
int free_thread_run(int (*fn)(void *data), void *data);

/**
 * cpu_thread_run() - Call a function in a kthread bound to a CPU, and wait.
 * @cpu: the CPU; online
 * @fn: the function; it must not use KUnit's assertions
 * @data: for @fn
 *
 * Return: what @fn returned, or a negative errno if there is no thread.
 */
int cpu_thread_run(unsigned int cpu, int (*fn)(void *data), void *data);

/**
 * node_thread_run() - The same on some CPU of a node.
 * @nid: the node
 * @fn: the function; it must not use KUnit's assertions
 * @data: for @fn
 *
 * Return: what @fn returned, or -ENODEV if the node has no online CPU.
 */
int node_thread_run(int nid, int (*fn)(void *data), void *data);

#endif /* PFNKUNIT_NODE_THREAD_H */
