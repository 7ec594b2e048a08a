// SPDX-License-Identifier: GPL-2.0
/*
 * The rule for raw-PFN mappings, restated without mm/memory.c.
 */
#include "compat.h"
#include "oracle.h"

/* Private and writable sooner or later: a write gives it a page of its own. */
static bool is_cow(const struct oracle_entry *entry)
{
	return !entry->shared && entry->may_write;
}

/*
 * 'A raw VM_PFNMAP mapping is always special, COWed pages of it are always
 * normal.' Only a COW mapping can have the latter; it is they that are off the
 * rule, since such a mapping is remapped as a whole, linearly.
 */
static bool is_raw(const struct oracle_entry *entry)
{
	if (entry->pfnmap)
		return !is_cow(entry) || entry->on_rule;
	/* 'All pages with a struct page are normal' in a mixed map. */
	if (entry->mixedmap)
		return entry->backing >= BACKED_PAGELESS;
	return false;
}

/* Not raw: it had better be a page. */
static enum oracle_verdict classify_page(const struct oracle_entry *entry)
{
	switch (entry->backing) {
	case BACKED_PAGE:
		return ORACLE_NORMAL;
	case BACKED_ABOVE:
		return ORACLE_CORRUPT;
	default:
		return ORACLE_UNDEFINED;
	}
}

enum oracle_verdict oracle_classify(const struct oracle_entry *entry)
{
	if (entry->has_mark) {
		/* The mark decides; raw frames and the zero page carry it. */
		if (!entry->marked)
			return classify_page(entry);
		if (entry->pfnmap || entry->mixedmap ||
		    entry->backing == BACKED_ZERO)
			return ORACLE_SPECIAL;
		return ORACLE_CORRUPT;
	}

	/* The shared zero page is never counted, wherever it is mapped. */
	if (entry->backing == BACKED_ZERO || is_raw(entry))
		return ORACLE_SPECIAL;
	return classify_page(entry);
}
EXPORT_SYMBOL_IF_KUNIT(oracle_classify);

bool oracle_is_cow_copy(const struct oracle_entry *entry)
{
	return entry->pfnmap && is_cow(entry) &&
	       entry->backing == BACKED_PAGE && !entry->marked &&
	       (entry->has_mark || !entry->on_rule);
}
EXPORT_SYMBOL_IF_KUNIT(oracle_is_cow_copy);
