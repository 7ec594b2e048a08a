/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Suites of tests in a user program, reported in the kernel's log as KUnit's are.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define REASON_SIZE	128

struct test {
	const char *name;
	void (*run)(void);
};

struct suite {
	const char *name;
	const struct test *tests;
	int count;
};

#define SUITE(suite_name, table) \
	{ suite_name, table, sizeof(table) / sizeof((table)[0]) }

/* The test that runs now. */
static const char *test_name;
static bool test_failed;
static char test_skipped[REASON_SIZE];

static void note(const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	say("    # %s: %s\n", test_name, text);
}

/* Returns the condition; where it is false the test fails, and the words say why. */
static bool expect(bool condition, const char *format, ...)
{
	char text[256];
	va_list arguments;

	if (condition)
		return true;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	note("%s", text);
	test_failed = true;
	return false;
}

/* Returns whether the machine has what the test needs; otherwise that is missing. */
static bool requires(bool condition, const char *what)
{
	if (!condition)
		snprintf(test_skipped, sizeof(test_skipped), "needs %s", what);
	return condition;
}

static void run_suite(int number, const struct suite *suite)
{
	bool failed = false;

	say("    KTAP version 1\n");
	say("    # Subtest: %s\n", suite->name);
	say("    1..%d\n", suite->count);
	for (int i = 0; i < suite->count; i++) {
		test_name = suite->tests[i].name;
		test_failed = false;
		test_skipped[0] = '\0';
		suite->tests[i].run();
		failed |= test_failed;
		say("    %s %d %s%s%s\n", test_failed ? "not ok" : "ok", i + 1, test_name,
		    test_skipped[0] && !test_failed ? " # SKIP " : "",
		    test_failed ? "" : test_skipped);
	}
	say("%s %d %s\n", failed ? "not ok" : "ok", number, suite->name);
}
