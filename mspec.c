// SPDX-License-Identifier: GPL-2.0
/*
 * mspec - special memory, mapped by page frame number on first touch
 *
 * A shared mapping of /dev/mspec_cached or /dev/mspec_uncached begins empty.
 * Each page of it is taken when it is first touched, from the memory node of
 * the CPU that touches it, and mapped as a raw page frame: mm neither counts
 * nor moves it. It stays where it is, whoever uses it later, until the last
 * piece of the mapping is gone from the last address space. No user ever sees
 * what another one has left in it.
 *
 * Placement is the purpose of the driver, and this is its contract:
 *
 *  - A first touch is at home on the node of its CPU: numa_mem_id() or, if
 *    that node has no memory, the memory node nearest to it.
 *  - The page comes from the home node as long as there is one. Then it comes
 *    from the other memory nodes, the nearest to the home node first. 'Nearest'
 *    is by node_distance(), the lowest number first among equals.
 *  - On each node a free spare page frame is taken first, then a free page that
 *    is in the pool, then the pool grows, up to the parameter 'limit'.
 *  - With the parameter 'strict' there is no other node.
 *  - If there is no page, the touch ends in VM_FAULT_OOM. That is not the OOM
 *    killer: the CPU touches again, until there is a page or the task is killed.
 *  - The memory policy of the task does not apply.
 *
 * Spare page frames are memory that the kernel was told to leave alone, without
 * struct pages. They are named by the parameter 'spare' and serve
 * /dev/mspec_uncached. Other pages are taken from the page allocator in
 * granules, kept for reuse, and given back under memory pressure and at unload.
 *
 * The driver of this name for ia64 had a third mode, fetchop, in which a load
 * was an atomic operation in SGI's memory controller. No other has that, so
 * there is no such mode here.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/bitmap.h>
#include <linux/cacheflush.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/genalloc.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/overflow.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/topology.h>

#include "mspec.h"
#include "mspec_internal.h"
#include "testbed/compat.h"

/* A granule's free pages are bits of a long. */
static_assert((1 << MSPEC_GRANULE_ORDER) <= BITS_PER_LONG);

static struct mspec_policy policy;
module_param_named(strict, policy.strict, bool, 0644);
MODULE_PARM_DESC(strict, "fail a touch rather than take a page of another node");
module_param_named(limit, policy.limit, ulong, 0644);
MODULE_PARM_DESC(limit, "pages to take from the page allocator at most, per device and node; 0: no limit");

static struct mspec_driver mspec_driver;
module_param_array_named(spare, mspec_driver.spare, charp, &mspec_driver.nr_spare, 0444);
MODULE_PARM_DESC(spare, "SIZE@ADDR,... memory without struct pages, for mspec_uncached");

/* What the architecture can do */

/*
 * An uncached mapping in user space is not enough: the kernel maps the page
 * too, and where two mappings differ in cache mode, either the hardware may
 * return stale data, or the kernel quietly makes the second one like the first
 * (x86 with PAT). So the kernel's own mapping of a page has to follow.
 *
 * A spare page frame has no such mapping, and gets one as users do. Users
 * take it for memory: unaligned accesses and memset() have to work. So where
 * 'noncached' is for device registers, as on arm64, it must be the mode for
 * write combining, which is that of uncached memory.
 */
#ifdef CONFIG_X86
#include <asm/set_memory.h>

#define ARCH_CAN_UNCACHE	true

static int arch_uncache(struct page *page, unsigned int nr_pages)
{
	return set_memory_uc((unsigned long)page_address(page), nr_pages);
}

static int arch_recache(struct page *page, unsigned int nr_pages)
{
	return set_memory_wb((unsigned long)page_address(page), nr_pages);
}

static pgprot_t arch_uncached(pgprot_t prot)
{
	return pgprot_noncached(prot);
}

static void __iomem *arch_map_spare(phys_addr_t start, size_t size)
{
	return ioremap(start, size);
}
#else
#define ARCH_CAN_UNCACHE	false

static int arch_uncache(struct page *page, unsigned int nr_pages)
{
	return -EOPNOTSUPP;
}

static int arch_recache(struct page *page, unsigned int nr_pages)
{
	return -EOPNOTSUPP;
}

static pgprot_t arch_uncached(pgprot_t prot)
{
	return pgprot_writecombine(prot);
}

static void __iomem *arch_map_spare(phys_addr_t start, size_t size)
{
#ifdef CONFIG_HAS_IOMEM
	return ioremap_wc(start, size);
#else
	return NULL;
#endif
}
#endif

/* Nodes */

VISIBLE_IF_KUNIT int mspec_distance(int from, int to)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_distance, from, to);

	return node_distance(from, to);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_distance);

VISIBLE_IF_KUNIT int mspec_nearest_node(int nid, const nodemask_t *nodes)
{
	int node, nearest = NUMA_NO_NODE;

	for_each_node_mask(node, *nodes) {
		if (nearest == NUMA_NO_NODE ||
		    mspec_distance(nid, node) < mspec_distance(nid, nearest))
			nearest = node;
	}
	return nearest;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_nearest_node);

/* The node itself, or a stand-in for one without memory. */
VISIBLE_IF_KUNIT int mspec_memory_node(int nid)
{
	if (nid == NUMA_NO_NODE)
		return first_memory_node;
	if (node_state(nid, N_MEMORY))
		return nid;
	return mspec_nearest_node(nid, &node_states[N_MEMORY]);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_memory_node);

VISIBLE_IF_KUNIT int mspec_home_node(void)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_home_node);

	return mspec_memory_node(numa_mem_id());
}
EXPORT_SYMBOL_IF_KUNIT(mspec_home_node);

/*
 * Page frames, as the areas keep them: the number, shifted, and where it is
 * from. That is never 0, and fits: physical addresses leave more than two bits.
 */
#define FRAME_TAKEN	BIT(0)
#define FRAME_SHIFT	2

VISIBLE_IF_KUNIT unsigned long mspec_frame_of(unsigned long pfn, unsigned long from)
{
	return pfn << FRAME_SHIFT | from | FRAME_TAKEN;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_frame_of);

VISIBLE_IF_KUNIT unsigned long mspec_frame_pfn(unsigned long frame)
{
	return frame >> FRAME_SHIFT;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_frame_pfn);

/* Spare ranges. Set up at load, and constant from then on. */

VISIBLE_IF_KUNIT unsigned long mspec_spare_alloc(struct gen_pool *frames)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_spare_alloc, frames);

	return gen_pool_alloc(frames, PAGE_SIZE);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_spare_alloc);

VISIBLE_IF_KUNIT const char *
mspec_spare_parse(const char *spec, const struct mspec_range *others,
		  unsigned int nr_others, struct mspec_range *range)
{
	u64 start, size, end;
	unsigned int i;
	char *rest;

	size = memparse(spec, &rest);
	if (rest == spec || *rest != '@')
		return "not SIZE@ADDR";
	spec = rest + 1;
	start = memparse(spec, &rest);
	if (rest == spec || *rest)
		return "not SIZE@ADDR";
	if (!size)
		return "it is empty";
	if (!PAGE_ALIGNED(start | size))
		return "not whole pages";
	if (check_add_overflow(start, size, &end))
		return "it wraps around";
	if (end - 1 > PHYS_ADDR_MAX)
		return "out of reach of the kernel";

	for (i = 0; i < nr_others; i++) {
		if (start < others[i].start + others[i].size &&
		    others[i].start < end)
			return "it overlaps one before";
	}

	range->start = start;
	range->size = size;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_spare_parse);

VISIBLE_IF_KUNIT bool mspec_has_struct_pages(const struct mspec_range *range)
{
	unsigned long pfn, end = PHYS_PFN(range->start + range->size);

	for (pfn = PHYS_PFN(range->start); pfn < end; pfn++) {
		if (pfn_valid(pfn))
			return true;
	}
	return false;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_has_struct_pages);

VISIBLE_IF_KUNIT int mspec_target_node(u64 start)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_target_node, start);

	return phys_to_target_node(start);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_target_node);

/* Write-combining buffers drain before anyone can map the page elsewhere. */
static void spare_clear(void __iomem *virt)
{
	memset_io(virt, 0, PAGE_SIZE);
	wmb(); /* see above */
}

static const char *spare_add(struct mspec_range *range,
			     struct mspec_pool *pool)
{
	size_t offset;

	if (!pool->spare)
		pool->spare = gen_pool_create(PAGE_SHIFT, pool->nid);
	if (!pool->spare)
		return "out of memory";

	range->virt = arch_map_spare(range->start, range->size);
	if (!range->virt)
		return "cannot be mapped uncached";

	if (gen_pool_add_virt(pool->spare, (__force unsigned long)range->virt,
			      range->start, range->size, pool->nid)) {
		iounmap(range->virt);
		return "out of memory";
	}

	for (offset = 0; offset < range->size; offset += PAGE_SIZE) {
		spare_clear(range->virt + offset);
		cond_resched();
	}
	range->pool = pool;
	return NULL;
}

static const char *spare_claim(struct mspec_device *dev,
			       struct mspec_range *range)
{
	int nid = mspec_target_node(range->start);
	const char *error;

	if (region_intersects(range->start, range->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return "the kernel uses it as memory";
	if (mspec_has_struct_pages(range))
		return "it has struct pages";
	if (mspec_target_node(range->start + range->size - PAGE_SIZE) != nid)
		return "on more than one node";
	if (!request_mem_region(range->start, range->size, KBUILD_MODNAME))
		return "in use by another driver";

	error = spare_add(range, &dev->pools[mspec_memory_node(nid)]);
	if (error)
		release_mem_region(range->start, range->size);
	return error;
}

static void spare_init(struct mspec_device *dev, char *const *spare,
		       unsigned int nr_spare)
{
	struct mspec_range *range;
	const char *error;
	unsigned int i;

	for (i = 0; i < nr_spare; i++) {
		range = &dev->ranges[dev->nr_ranges];
		error = mspec_spare_parse(spare[i], dev->ranges, dev->nr_ranges, range);
		if (!error)
			error = spare_claim(dev, range);
		if (error) {
			pr_err("spare=%s refused: %s\n", spare[i], error);
			continue;
		}
		pr_info("spare=%s: on node %d\n", spare[i], range->pool->nid);
		dev->nr_ranges++;
	}
}

/* The pools that handed the frames out are gone by now. */
static void spare_exit(struct mspec_device *dev)
{
	while (dev->nr_ranges) {
		struct mspec_range *range = &dev->ranges[--dev->nr_ranges];

		iounmap(range->virt);
		release_mem_region(range->start, range->size);
	}
}

/* Granules */

VISIBLE_IF_KUNIT struct page *mspec_granule_alloc(int nid, unsigned int order)
{
	struct page *page;

	KUNIT_STATIC_STUB_REDIRECT(mspec_granule_alloc, nid, order);

	/*
	 * There is another node, or a user who can wait: no long search, and
	 * never the OOM killer. Not charged to the task, as the pages stay
	 * when it is gone; the parameter 'limit' is what bounds them.
	 */
	page = alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE |
				__GFP_NORETRY | __GFP_NOWARN, order);
	if (page)
		split_page(page, order);
	return page;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_granule_alloc);

VISIBLE_IF_KUNIT void mspec_granule_free(struct page *page, unsigned int order)
{
	unsigned int i;

	KUNIT_STATIC_STUB_REDIRECT(mspec_granule_free, page, order);

	for (i = 0; i < 1U << order; i++)
		__free_page(page + i);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_granule_free);

VISIBLE_IF_KUNIT int mspec_uncache(struct page *page, unsigned int nr_pages)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_uncache, page, nr_pages);

	return arch_uncache(page, nr_pages);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_uncache);

VISIBLE_IF_KUNIT int mspec_recache(struct page *page, unsigned int nr_pages)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_recache, page, nr_pages);

	return arch_recache(page, nr_pages);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_recache);

static unsigned long granule_mask(const struct mspec_granule *granule)
{
	return GENMASK((1U << granule->order) - 1, 0);
}

/* The user's address may differ in cache colour from the kernel's. */
static void page_clear(struct page *page)
{
	clear_highpage(page);
	flush_dcache_page(page);
}

/*
 * Give pages back as the allocator expects them; they are zeroed. What cannot
 * be made cached again is leaked: whoever got it next would not know what it
 * is. Sleeps.
 */
VISIBLE_IF_KUNIT unsigned long mspec_granule_restore(struct mspec_device *dev,
						     struct mspec_granule *granule)
{
	struct mspec_pool *pool = granule->pool;
	unsigned int i, nr_pages = 1U << granule->order;
	struct page *page = granule->page;
	bool leaked;

	for (i = 0; i < nr_pages; i++)
		set_page_private(page + i, 0);
	leaked = dev->uncached && mspec_recache(page, nr_pages);
	if (leaked)
		pr_warn_ratelimited("%s: page frames %#lx+%u stay uncached, leaking them\n",
				    dev->misc.name, page_to_pfn(page), nr_pages);
	else
		mspec_granule_free(page, granule->order);
	kfree(granule);

	spin_lock(&pool->lock);
	if (leaked)
		pool->counts.leaked += nr_pages;
	else
		pool->counts.restored += nr_pages;
	spin_unlock(&pool->lock);
	return leaked ? 0 : nr_pages;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_granule_restore);

/* As many pages as there are at once, and as the limit allows. */
static struct page *granule_pages(struct mspec_pool *pool, unsigned int *order)
{
	unsigned long has = READ_ONCE(pool->counts.converted);
	unsigned long limit = READ_ONCE(policy.limit);
	unsigned long room = limit ? limit - min(limit, has) : ULONG_MAX;
	struct page *page = NULL;

	*order = MSPEC_GRANULE_ORDER;
	if (room >= 1UL << *order)
		page = mspec_granule_alloc(pool->nid, *order);
	if (page || !room)
		return page;

	*order = 0;
	return mspec_granule_alloc(pool->nid, *order);
}

/* Zeroed pages of the device's cache mode, in no list yet. Sleeps. */
VISIBLE_IF_KUNIT struct mspec_granule *
mspec_granule_create(struct mspec_device *dev, struct mspec_pool *pool)
{
	struct mspec_granule *granule;
	unsigned int i, nr_pages;

	granule = kzalloc_node(sizeof(*granule), GFP_KERNEL | __GFP_NORETRY,
			       pool->nid);
	if (!granule)
		return NULL;
	granule->pool = pool;
	granule->page = granule_pages(pool, &granule->order);
	if (!granule->page) {
		kfree(granule);
		return NULL;
	}

	nr_pages = 1U << granule->order;
	spin_lock(&pool->lock);
	pool->counts.conversions += nr_pages;
	spin_unlock(&pool->lock);

	for (i = 0; i < nr_pages; i++) {
		page_clear(granule->page + i);
		set_page_private(granule->page + i, (unsigned long)granule);
	}
	/* A failure may have left some of them uncached. */
	if (dev->uncached && mspec_uncache(granule->page, nr_pages)) {
		mspec_granule_restore(dev, granule);
		return NULL;
	}

	granule->free = granule_mask(granule);
	return granule;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_granule_create);

/* Take one of its pages; some are free. With the pool's lock held. */
static unsigned long granule_take(struct mspec_granule *granule)
{
	struct mspec_pool *pool = granule->pool;
	unsigned int bit = __ffs(granule->free);

	lockdep_assert_held(&pool->lock);
	__clear_bit(bit, &granule->free);
	list_move(&granule->link, granule->free ? &pool->some : &pool->full);
	pool->counts.in_use++;
	return mspec_frame_of(page_to_pfn(granule->page + bit), FRAME_PAGE);
}

/* Pools */

static unsigned long pool_take_spare(struct mspec_pool *pool)
{
	unsigned long virt;

	if (!pool->spare)
		return 0;
	virt = mspec_spare_alloc(pool->spare);
	if (!virt)
		return 0;

	spin_lock(&pool->lock);
	pool->counts.in_use++;
	spin_unlock(&pool->lock);
	return mspec_frame_of(PHYS_PFN(gen_pool_virt_to_phys(pool->spare, virt)),
			      FRAME_SPARE);
}

/* From granules that are in use anyway first: the others can be given back. */
static unsigned long pool_take_page(struct mspec_pool *pool)
{
	struct mspec_granule *granule;
	unsigned long frame = 0;

	spin_lock(&pool->lock);
	granule = list_first_entry_or_null(&pool->some, struct mspec_granule,
					   link);
	if (!granule) {
		granule = list_first_entry_or_null(&pool->idle,
						   struct mspec_granule, link);
		if (granule)
			pool->nr_idle -= 1UL << granule->order;
	}
	if (granule)
		frame = granule_take(granule);
	spin_unlock(&pool->lock);
	return frame;
}

/* The page is taken before others see its granule: they cannot be faster. */
static unsigned long pool_grow(struct mspec_device *dev,
			       struct mspec_pool *pool)
{
	struct mspec_granule *granule = mspec_granule_create(dev, pool);
	unsigned long frame;

	if (!granule)
		return 0;

	spin_lock(&pool->lock);
	pool->counts.converted += 1UL << granule->order;
	list_add(&granule->link, &pool->some);
	frame = granule_take(granule);
	spin_unlock(&pool->lock);
	return frame;
}

VISIBLE_IF_KUNIT unsigned long mspec_pool_take(struct mspec_device *dev,
					       struct mspec_pool *pool)
{
	unsigned long frame = pool_take_spare(pool);

	if (!frame)
		frame = pool_take_page(pool);
	if (frame || !dev->grows)
		return frame;

	mutex_lock(&pool->grow);
	frame = pool_take_page(pool);
	if (!frame)
		frame = pool_grow(dev, pool);
	mutex_unlock(&pool->grow);
	return frame;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_pool_take);

/* Zeroes it first, by the only mapping of it that is left. */
static void return_spare(struct mspec_device *dev, unsigned long frame)
{
	u64 phys = PFN_PHYS(mspec_frame_pfn(frame));
	struct mspec_range *range = dev->ranges;
	u64 offset;

	while (phys - range->start >= range->size)
		range++;
	offset = phys - range->start;
	spare_clear(range->virt + offset);
	gen_pool_free(range->pool->spare,
		      (__force unsigned long)range->virt + offset, PAGE_SIZE);

	spin_lock(&range->pool->lock);
	range->pool->counts.in_use--;
	spin_unlock(&range->pool->lock);
}

static void return_page(unsigned long frame)
{
	struct page *page = pfn_to_page(mspec_frame_pfn(frame));
	struct mspec_granule *granule = (void *)page_private(page);
	struct mspec_pool *pool = granule->pool;

	page_clear(page);

	spin_lock(&pool->lock);
	__set_bit(page - granule->page, &granule->free);
	if (granule->free == granule_mask(granule)) {
		list_move(&granule->link, &pool->idle);
		pool->nr_idle += 1UL << granule->order;
	} else {
		list_move(&granule->link, &pool->some);
	}
	pool->counts.in_use--;
	spin_unlock(&pool->lock);
}

VISIBLE_IF_KUNIT void mspec_return(struct mspec_device *dev, unsigned long frame)
{
	if (frame & FRAME_SPARE)
		return_spare(dev, frame);
	else
		return_page(frame);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_return);

/* Take a zeroed page, as the contract says. @nid is set to where it is from. */
VISIBLE_IF_KUNIT unsigned long mspec_take(struct mspec_device *dev, int home, int *nid)
{
	nodemask_t left = node_states[N_MEMORY];
	unsigned long frame;

	for (*nid = home; *nid != NUMA_NO_NODE;
	     *nid = mspec_nearest_node(home, &left)) {
		frame = mspec_pool_take(dev, &dev->pools[*nid]);
		if (frame || READ_ONCE(policy.strict))
			return frame;
		node_clear(*nid, left);
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_take);

static void pool_count(struct mspec_pool *pool, unsigned long *count)
{
	spin_lock(&pool->lock);
	(*count)++;
	spin_unlock(&pool->lock);
}

/* Count a first touch; @nid is of no interest if it got no page. */
VISIBLE_IF_KUNIT void mspec_count_touch(struct mspec_device *dev, int home, int nid,
					bool placed)
{
	struct mspec_pool *here = &dev->pools[home];

	if (!placed) {
		pool_count(here, &here->counts.refused);
	} else if (nid == home) {
		pool_count(here, &here->counts.hit);
	} else {
		pool_count(here, &here->counts.foreign);
		pool_count(&dev->pools[nid], &dev->pools[nid].counts.miss);
	}
}
EXPORT_SYMBOL_IF_KUNIT(mspec_count_touch);

/* Give back at least @nr_pages pages, if there are so many in idle granules. */
VISIBLE_IF_KUNIT unsigned long mspec_pool_shrink(struct mspec_device *dev,
						 struct mspec_pool *pool,
						 unsigned long nr_pages)
{
	struct mspec_granule *granule;
	unsigned long restored = 0;

	while (restored < nr_pages) {
		spin_lock(&pool->lock);
		granule = list_first_entry_or_null(&pool->idle,
						   struct mspec_granule, link);
		if (granule) {
			list_del(&granule->link);
			pool->nr_idle -= 1UL << granule->order;
			pool->counts.converted -= 1UL << granule->order;
		}
		spin_unlock(&pool->lock);
		if (!granule)
			break;

		restored += mspec_granule_restore(dev, granule);
		cond_resched();
	}
	return restored;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_pool_shrink);

static unsigned long shrinker_count(struct shrinker *shrinker,
				    struct shrink_control *sc)
{
	struct mspec_device *dev = shrinker->private_data;

	return READ_ONCE(dev->pools[sc->nid].nr_idle) ?: SHRINK_EMPTY;
}

static unsigned long shrinker_scan(struct shrinker *shrinker,
				   struct shrink_control *sc)
{
	struct mspec_device *dev = shrinker->private_data;

	return mspec_pool_shrink(dev, &dev->pools[sc->nid], sc->nr_to_scan) ?: SHRINK_STOP;
}

static int pools_create(struct mspec_device *dev)
{
	int nid;

	dev->pools = kcalloc(nr_node_ids, sizeof(*dev->pools), GFP_KERNEL);
	if (!dev->pools)
		return -ENOMEM;
	for (nid = 0; nid < nr_node_ids; nid++) {
		struct mspec_pool *pool = &dev->pools[nid];

		pool->nid = nid;
		mutex_init(&pool->grow);
		spin_lock_init(&pool->lock);
		INIT_LIST_HEAD(&pool->idle);
		INIT_LIST_HEAD(&pool->some);
		INIT_LIST_HEAD(&pool->full);
	}

	dev->shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE, "%s", dev->misc.name);
	if (!dev->shrinker)
		return -ENOMEM;
	dev->shrinker->count_objects = shrinker_count;
	dev->shrinker->scan_objects = shrinker_scan;
	dev->shrinker->private_data = dev;
	shrinker_register(dev->shrinker);
	return 0;
}

static void pools_destroy(struct mspec_device *dev)
{
	int nid;

	if (!dev->pools)
		return;
	shrinker_free(dev->shrinker);
	for (nid = 0; nid < nr_node_ids; nid++) {
		struct mspec_pool *pool = &dev->pools[nid];

		mspec_pool_shrink(dev, pool, ULONG_MAX);
		if (pool->spare)
			gen_pool_destroy(pool->spare);
	}
	kfree(dev->pools);
	dev->pools = NULL;
}

/* Areas */

/*
 * Find the page frame at an offset, or take one on first touch. Of those who
 * touch it first at the same time, one gets its page in; the others return
 * theirs. Not under a lock, so it may sleep. Returns 0 if there is none.
 */
static unsigned long area_touch(struct mspec_area *area, unsigned long index)
{
	unsigned long frame, winner;
	int home, nid;

	frame = READ_ONCE(area->frames[index]);
	if (frame)
		return frame;

	home = mspec_home_node();
	frame = mspec_take(area->dev, home, &nid);
	winner = frame ? cmpxchg(&area->frames[index], 0, frame) :
			 READ_ONCE(area->frames[index]);
	if (!winner) {
		mspec_count_touch(area->dev, home, nid, frame);
		return frame;
	}

	if (frame)
		mspec_return(area->dev, frame);
	return winner;
}

static vm_fault_t mspec_fault(struct vm_fault *vmf)
{
	struct mspec_area *area = vmf->vma->vm_private_data;
	unsigned long frame;

	if (vmf->pgoff >= area->nr_pages)
		return VM_FAULT_SIGBUS;

	frame = area_touch(area, vmf->pgoff);
	if (!frame)
		return VM_FAULT_OOM;

	return vmf_insert_pfn(vmf->vma, vmf->address, mspec_frame_pfn(frame));
}

static void mspec_vma_open(struct vm_area_struct *vma)
{
	struct mspec_area *area = vma->vm_private_data;

	refcount_inc(&area->users);
}

/* There is no area if mmap() failed on the last step. */
static void mspec_vma_close(struct vm_area_struct *vma)
{
	struct mspec_area *area = vma->vm_private_data;
	unsigned long i;

	if (!area || !refcount_dec_and_test(&area->users))
		return;

	for (i = 0; i < area->nr_pages; i++) {
		if (area->frames[i])
			mspec_return(area->dev, area->frames[i]);
		cond_resched();
	}
	kvfree(area);
}

static struct mspec_device *file_device(const struct file *file)
{
	return container_of(file->private_data, struct mspec_device, misc);
}

VISIBLE_IF_KUNIT struct mspec_area *
mspec_area_create(struct mspec_device *dev, unsigned long nr_pages)
{
	struct mspec_area *area;

	area = kvzalloc(struct_size(area, frames, nr_pages),
			GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!area)
		return NULL;
	area->dev = dev;
	area->nr_pages = nr_pages;
	refcount_set(&area->users, 1);
	return area;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_area_create);

/* All that a device could ever hand out. */
static unsigned long device_pages(const struct mspec_device *dev)
{
	unsigned long nr_pages = totalram_pages();
	unsigned int i;

	for (i = 0; i < dev->nr_ranges; i++)
		nr_pages += PHYS_PFN(dev->ranges[i].size);
	return nr_pages;
}

#define MSPEC_VM_FLAGS	(VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP)

/*
 * Offsets mean nothing, as every mapping has memory of its own. Raw page
 * frames cannot be copied on write, so the mapping is shared. It begins
 * writable, as nothing but its users puts anything into it. And it cannot be
 * larger than memory is, so the array of its pages is of sane size.
 */
static int mspec_may_map(const struct mspec_device *dev, pgoff_t pgoff,
			 unsigned long vm_flags, unsigned long nr_pages)
{
	if (pgoff || !(vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (!(vm_flags & VM_WRITE))
		return -EPERM;
	if (nr_pages > device_pages(dev))
		return -ENOMEM;
	return 0;
}

#if COMPAT_HAS_MMAP_PREPARE
/*
 * What mmap() may yet fail of comes between the two. So the area is created in
 * the second, which is called when the vma is in place: if it fails, the vma
 * goes as every other does.
 */
static int mspec_mapped(unsigned long start, unsigned long end, pgoff_t pgoff,
			const struct file *file, void **private_data)
{
	*private_data = mspec_area_create(file_device(file), PHYS_PFN(end - start));
	return *private_data ? 0 : -ENOMEM;
}

static const struct vm_operations_struct mspec_vm_ops = {
	.open = mspec_vma_open,
	.close = mspec_vma_close,
	.mapped = mspec_mapped,
	.fault = mspec_fault,
};

static int mspec_mmap_prepare(struct vm_area_desc *desc)
{
	struct mspec_device *dev = file_device(desc->file);
	int err = mspec_may_map(dev, desc->pgoff,
				vma_flags_to_legacy(desc->vma_flags),
				vma_desc_pages(desc));

	if (err)
		return err;
	desc->vm_ops = &mspec_vm_ops;
	vma_desc_set_flags_mask(desc, legacy_to_vma_flags(MSPEC_VM_FLAGS));
	if (dev->uncached)
		desc->page_prot = arch_uncached(desc->page_prot);
	return 0;
}

#define MSPEC_MMAP	.mmap_prepare = mspec_mmap_prepare
#else
static const struct vm_operations_struct mspec_vm_ops = {
	.open = mspec_vma_open,
	.close = mspec_vma_close,
	.fault = mspec_fault,
};

static int mspec_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct mspec_device *dev = file_device(file);
	int err = mspec_may_map(dev, vma->vm_pgoff, vma->vm_flags,
				vma_pages(vma));

	if (err)
		return err;
	vma->vm_private_data = mspec_area_create(dev, vma_pages(vma));
	if (!vma->vm_private_data)
		return -ENOMEM;
	vma->vm_ops = &mspec_vm_ops;
	vm_flags_set(vma, MSPEC_VM_FLAGS);
	if (dev->uncached)
		vma->vm_page_prot = arch_uncached(vma->vm_page_prot);
	return 0;
}

#define MSPEC_MMAP	.mmap = mspec_mmap
#endif

/* Devices */

static const struct file_operations mspec_fops = {
	.owner = THIS_MODULE,
	MSPEC_MMAP,
	.llseek = noop_llseek,
};

#define MSPEC_DEVICES(cached, uncached_name)			\
	{							\
		[MSPEC_CACHED] = {				\
			.misc = {				\
				.minor = MISC_DYNAMIC_MINOR,	\
				.name = cached,			\
				.fops = &mspec_fops,		\
			},					\
			.grows = true,				\
		},						\
		[MSPEC_UNCACHED] = {				\
			.misc = {				\
				.minor = MISC_DYNAMIC_MINOR,	\
				.name = uncached_name,		\
				.fops = &mspec_fops,		\
			},					\
			.uncached = true,			\
			.grows = ARCH_CAN_UNCACHE,		\
		},						\
	}

static struct mspec_driver mspec_driver = {
	.name = KBUILD_MODNAME,
	.devices = MSPEC_DEVICES("mspec_cached", "mspec_uncached"),
};

static void pool_counts(struct mspec_pool *pool, struct mspec_node_counts *counts)
{
	spin_lock(&pool->lock);
	*counts = pool->counts;
	spin_unlock(&pool->lock);
	counts->spare = pool->spare ? PHYS_PFN(gen_pool_size(pool->spare)) : 0;
}

#if IS_ENABLED(CONFIG_KUNIT)
struct mspec_driver mspec_trial = {
	.name = "mspec_trial",
	.devices = MSPEC_DEVICES("mspec_trial_cached", "mspec_trial_uncached"),
};
EXPORT_SYMBOL_IF_KUNIT(mspec_trial);

struct mspec_device *mspec_device(enum mspec_kind kind)
{
	if (kind < MSPEC_NR_KINDS)
		return &mspec_driver.devices[kind];
	return &mspec_trial.devices[kind - MSPEC_NR_KINDS];
}
EXPORT_SYMBOL_IF_KUNIT(mspec_device);

bool mspec_registered(enum mspec_kind kind)
{
	return mspec_device(kind)->registered;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_registered);

bool mspec_grows(enum mspec_kind kind)
{
	return mspec_device(kind)->grows;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_grows);

struct file *mspec_open(enum mspec_kind kind, int flags)
{
	struct mspec_device *dev = mspec_device(kind);

	return anon_inode_getfile(dev->misc.name, dev->misc.fops, &dev->misc,
				  flags);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_open);

void mspec_node_count(enum mspec_kind kind, int nid,
		      struct mspec_node_counts *counts)
{
	pool_counts(&mspec_device(kind)->pools[nid], counts);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_node_count);

struct mspec_policy mspec_policy_set(struct mspec_policy new)
{
	struct mspec_policy old = policy;

	WRITE_ONCE(policy.strict, new.strict);
	WRITE_ONCE(policy.limit, new.limit);
	return old;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_policy_set);

unsigned long mspec_shrink(enum mspec_kind kind, int nid,
			   unsigned long nr_pages)
{
	struct mspec_device *dev = mspec_device(kind);

	return mspec_pool_shrink(dev, &dev->pools[nid], nr_pages);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_shrink);
#endif

/* Debugfs: a file for each device, a line for each memory node */

static int counts_show(struct seq_file *m, void *unused)
{
	struct mspec_device *dev = m->private;
	struct mspec_node_counts counts;
	int nid;

	seq_puts(m, "node spare converted in_use hit miss foreign refused conversions restored leaked\n");
	for_each_node_state(nid, N_MEMORY) {
		pool_counts(&dev->pools[nid], &counts);
		seq_printf(m, "%d %lu %lu %lu %lu %lu %lu %lu %lu %lu %lu\n", nid,
			   counts.spare, counts.converted, counts.in_use,
			   counts.hit, counts.miss, counts.foreign,
			   counts.refused, counts.conversions, counts.restored,
			   counts.leaked);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

/* Load and unload. A device that is in use cannot be unloaded, see fops.owner. */

VISIBLE_IF_KUNIT void mspec_unload(struct mspec_driver *driver)
{
	struct mspec_device *dev;
	int kind;

	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		dev = &driver->devices[kind];
		if (dev->registered)
			misc_deregister(&dev->misc);
		dev->registered = false;
	}
	debugfs_remove_recursive(driver->debugfs);
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		dev = &driver->devices[kind];
		pools_destroy(dev);
		spare_exit(dev);
	}
}
EXPORT_SYMBOL_IF_KUNIT(mspec_unload);

static int device_init(struct mspec_driver *driver, struct mspec_device *dev)
{
	int err = pools_create(dev);

	if (err)
		return err;
	if (dev->uncached)
		spare_init(dev, driver->spare, driver->nr_spare);
	if (!dev->grows && !dev->nr_ranges) {
		pr_info("no %s: the kernel's own mapping of a page cannot be made uncached on this architecture, and no memory is spare\n",
			dev->misc.name);
		return 0;
	}

	err = misc_register(&dev->misc);
	if (err)
		return err;
	dev->registered = true;
	debugfs_create_file(dev->misc.name, 0444, driver->debugfs, dev, &counts_fops);
	return 0;
}

VISIBLE_IF_KUNIT int mspec_load(struct mspec_driver *driver)
{
	int kind, err;

	driver->debugfs = debugfs_create_dir(driver->name, NULL);
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		err = device_init(driver, &driver->devices[kind]);
		if (err) {
			mspec_unload(driver);
			return err;
		}
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_load);

static int __init mspec_init(void)
{
	return mspec_load(&mspec_driver);
}
module_init(mspec_init);

static void __exit mspec_exit(void)
{
	mspec_unload(&mspec_driver);
}
module_exit(mspec_exit);

MODULE_DESCRIPTION("Special memory mapped by page frame number on first touch");
MODULE_LICENSE("GPL");
