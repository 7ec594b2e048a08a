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
#include "testbed/compat.h"

#define MAX_RANGES	16

/* A granule's free pages are bits of a long. */
static_assert((1 << MSPEC_GRANULE_ORDER) <= BITS_PER_LONG);

static struct mspec_policy policy;
module_param_named(strict, policy.strict, bool, 0644);
MODULE_PARM_DESC(strict, "fail a touch rather than take a page of another node");
module_param_named(limit, policy.limit, ulong, 0644);
MODULE_PARM_DESC(limit, "pages to take from the page allocator at most, per device and node; 0: no limit");

static char *spare[MAX_RANGES];
static unsigned int nr_spare;
module_param_array(spare, charp, &nr_spare, 0444);
MODULE_PARM_DESC(spare, "SIZE@ADDR,... memory without struct pages, for mspec_uncached");

/**
 * struct mspec_pool - what one device has on one node
 * @nid: the node
 * @spare: spare page frames; NULL if there are none
 * @grow: held while the pool grows, so that those who find it empty at the same
 *	time share one granule, and none of them misses a page below the limit
 * @lock: protects what follows, and the free pages of the granules
 * @idle: granules with all pages free
 * @some: granules with some pages free
 * @full: granules with no page free
 * @nr_idle: pages in @idle
 * @counts: see there
 */
struct mspec_pool {
	int nid;
	struct gen_pool *spare;
	struct mutex grow; /* taken before lock */
	spinlock_t lock; /* see above */
	struct list_head idle;
	struct list_head some;
	struct list_head full;
	unsigned long nr_idle;
	struct mspec_node_counts counts;
};

/**
 * struct mspec_granule - pages that come from the page allocator together
 * @pool: where they are; page_private() of each page leads here
 * @link: in one of the pool's lists
 * @page: the first
 * @order: 1 << @order of them
 * @free: bit n: page n is free
 */
struct mspec_granule {
	struct mspec_pool *pool;
	struct list_head link;
	struct page *page;
	unsigned int order;
	unsigned long free;
};

/**
 * struct mspec_device - one of the devices
 * @misc: how it is registered; file->private_data points here
 * @uncached: its pages are uncached as long as they are in a pool
 * @grows: it can use pages of the page allocator
 * @registered: users can open it
 * @pools: one for each possible node
 * @shrinker: gives pages back under memory pressure
 */
struct mspec_device {
	struct miscdevice misc;
	bool uncached;
	bool grows;
	bool registered;
	struct mspec_pool *pools;
	struct shrinker *shrinker;
};

/**
 * struct mspec_area - the memory behind one mmap()
 * @dev: where its pages come from
 * @users: vmas that show some of it: pieces after a split, copies after a fork
 * @nr_pages: its size, whatever the size of the vmas
 * @frames: its page frames by offset, see frame_of(); 0 until touched, then
 *	fixed
 */
struct mspec_area {
	struct mspec_device *dev;
	refcount_t users;
	unsigned long nr_pages;
	unsigned long frames[] __counted_by(nr_pages);
};

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

static int nearest_node(int nid, const nodemask_t *nodes)
{
	int node, nearest = NUMA_NO_NODE;

	for_each_node_mask(node, *nodes) {
		if (nearest == NUMA_NO_NODE ||
		    mspec_distance(nid, node) < mspec_distance(nid, nearest))
			nearest = node;
	}
	return nearest;
}

/* The node itself, or a stand-in for one without memory. */
static int memory_node(int nid)
{
	if (nid == NUMA_NO_NODE)
		return first_memory_node;
	if (node_state(nid, N_MEMORY))
		return nid;
	return nearest_node(nid, &node_states[N_MEMORY]);
}

VISIBLE_IF_KUNIT int mspec_home_node(void)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_home_node);

	return memory_node(numa_mem_id());
}
EXPORT_SYMBOL_IF_KUNIT(mspec_home_node);

/*
 * Page frames, as the areas keep them: the number, shifted, and where it is
 * from. That is never 0, and fits: physical addresses leave more than two bits.
 */
#define FRAME_TAKEN	BIT(0)
#define FRAME_SPARE	BIT(1)
#define FRAME_SHIFT	2

static unsigned long frame_of(unsigned long pfn, unsigned long from)
{
	return pfn << FRAME_SHIFT | from | FRAME_TAKEN;
}

static unsigned long frame_pfn(unsigned long frame)
{
	return frame >> FRAME_SHIFT;
}

/* Spare ranges. Set up at load, and constant from then on. */

static struct mspec_range ranges[MAX_RANGES];
static unsigned int nr_ranges;

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
	u64 start, size, last;
	unsigned int i;
	char *end;

	size = memparse(spec, &end);
	if (end == spec || *end != '@')
		return "not SIZE@ADDR";
	spec = end + 1;
	start = memparse(spec, &end);
	if (end == spec || *end)
		return "not SIZE@ADDR";
	if (!size)
		return "it is empty";
	if (!PAGE_ALIGNED(start | size))
		return "not whole pages";
	last = start + size - 1;
	if (start + size < start)
		return "it wraps around";
	if (last != (phys_addr_t)last)
		return "out of reach of the kernel";

	for (i = 0; i < nr_others; i++) {
		if (start < others[i].start + others[i].size &&
		    others[i].start <= last)
			return "it overlaps one before";
	}

	range->start = start;
	range->size = size;
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_spare_parse);

static bool spare_has_struct_pages(const struct mspec_range *range)
{
	unsigned long pfn, end = PHYS_PFN(range->start + range->size);

	for (pfn = PHYS_PFN(range->start); pfn < end; pfn++) {
		if (pfn_valid(pfn))
			return true;
	}
	return false;
}

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

static const char *spare_claim(struct mspec_range *range,
			       struct mspec_pool *pools)
{
	int nid = phys_to_target_node(range->start);
	const char *error;

	if (region_intersects(range->start, range->size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return "the kernel uses it as memory";
	if (spare_has_struct_pages(range))
		return "it has struct pages";
	if (phys_to_target_node(range->start + range->size - 1) != nid)
		return "on more than one node";
	if (!request_mem_region(range->start, range->size, KBUILD_MODNAME))
		return "in use by another driver";

	error = spare_add(range, &pools[memory_node(nid)]);
	if (error)
		release_mem_region(range->start, range->size);
	return error;
}

static void __init spare_init(struct mspec_pool *pools)
{
	struct mspec_range *range;
	const char *error;
	unsigned int i;

	for (i = 0; i < nr_spare; i++) {
		range = &ranges[nr_ranges];
		error = mspec_spare_parse(spare[i], ranges, nr_ranges, range);
		if (!error)
			error = spare_claim(range, pools);
		if (error) {
			pr_err("spare=%s refused: %s\n", spare[i], error);
			continue;
		}
		pr_info("spare=%s: on node %d\n", spare[i], range->pool->nid);
		nr_ranges++;
	}
}

/* The pools that handed the frames out are gone by now. */
static void spare_exit(void)
{
	while (nr_ranges) {
		struct mspec_range *range = &ranges[--nr_ranges];

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
	if (page && order)
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
static unsigned long granule_restore(struct mspec_device *dev,
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
static struct mspec_granule *granule_create(struct mspec_device *dev,
					    struct mspec_pool *pool)
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
		granule_restore(dev, granule);
		return NULL;
	}

	granule->free = granule_mask(granule);
	return granule;
}

/* Take one of its pages; some are free. With the pool's lock held. */
static unsigned long granule_take(struct mspec_granule *granule)
{
	struct mspec_pool *pool = granule->pool;
	unsigned int bit = __ffs(granule->free);

	lockdep_assert_held(&pool->lock);
	__clear_bit(bit, &granule->free);
	list_move(&granule->link, granule->free ? &pool->some : &pool->full);
	pool->counts.in_use++;
	return frame_of(page_to_pfn(granule->page + bit), 0);
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
	return frame_of(PHYS_PFN(gen_pool_virt_to_phys(pool->spare, virt)),
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
	struct mspec_granule *granule = granule_create(dev, pool);
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

static unsigned long pool_take(struct mspec_device *dev,
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

/* Zeroes it first, by the only mapping of it that is left. */
static void return_spare(unsigned long frame)
{
	u64 phys = PFN_PHYS(frame_pfn(frame));
	struct mspec_range *range = ranges;
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
	struct page *page = pfn_to_page(frame_pfn(frame));
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

static void mspec_return(unsigned long frame)
{
	if (frame & FRAME_SPARE)
		return_spare(frame);
	else
		return_page(frame);
}

/* Take a zeroed page, as the contract says. @nid is set to where it is from. */
static unsigned long mspec_take(struct mspec_device *dev, int home, int *nid)
{
	nodemask_t left = node_states[N_MEMORY];
	unsigned long frame;

	for (*nid = home; *nid != NUMA_NO_NODE; *nid = nearest_node(home, &left)) {
		frame = pool_take(dev, &dev->pools[*nid]);
		if (frame || READ_ONCE(policy.strict))
			return frame;
		node_clear(*nid, left);
	}
	return 0;
}

/* Count a first touch; @nid is of no interest if it got no page. */
static void mspec_count_touch(struct mspec_device *dev, int home, int nid,
			      bool placed)
{
	struct mspec_pool *pool = &dev->pools[home];

	spin_lock(&pool->lock);
	if (!placed)
		pool->counts.refused++;
	else if (nid == home)
		pool->counts.hit++;
	else
		pool->counts.foreign++;
	spin_unlock(&pool->lock);

	if (placed && nid != home) {
		pool = &dev->pools[nid];
		spin_lock(&pool->lock);
		pool->counts.miss++;
		spin_unlock(&pool->lock);
	}
}

/* Give back at least @nr_pages pages, if there are so many in idle granules. */
static unsigned long pool_shrink(struct mspec_device *dev,
				 struct mspec_pool *pool, unsigned long nr_pages)
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

		restored += granule_restore(dev, granule);
		cond_resched();
	}
	return restored;
}

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

	return pool_shrink(dev, &dev->pools[sc->nid], sc->nr_to_scan) ?: SHRINK_STOP;
}

static int __init pools_create(struct mspec_device *dev)
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

		pool_shrink(dev, pool, ULONG_MAX);
		if (pool->spare)
			gen_pool_destroy(pool->spare);
	}
	kfree(dev->pools);
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
		mspec_return(frame);
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

	return vmf_insert_pfn(vmf->vma, vmf->address, frame_pfn(frame));
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
			mspec_return(area->frames[i]);
		cond_resched();
	}
	kvfree(area);
}

static struct mspec_device *file_device(const struct file *file)
{
	return container_of(file->private_data, struct mspec_device, misc);
}

static struct mspec_area *area_create(struct mspec_device *dev,
				      unsigned long nr_pages)
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

/* All that a device could ever hand out. */
static unsigned long device_pages(const struct mspec_device *dev)
{
	unsigned long nr_pages = totalram_pages();
	unsigned int i;

	for (i = 0; dev->uncached && i < nr_ranges; i++)
		nr_pages += PHYS_PFN(ranges[i].size);
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
	if (pgoff || !(vm_flags & VM_SHARED))
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
	*private_data = area_create(file_device(file), PHYS_PFN(end - start));
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
	vma->vm_private_data = area_create(dev, vma_pages(vma));
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

static struct mspec_device mspec_devices[MSPEC_NR_KINDS] = {
	[MSPEC_CACHED] = {
		.misc = {
			.minor = MISC_DYNAMIC_MINOR,
			.name = "mspec_cached",
			.fops = &mspec_fops,
		},
		.grows = true,
	},
	[MSPEC_UNCACHED] = {
		.misc = {
			.minor = MISC_DYNAMIC_MINOR,
			.name = "mspec_uncached",
			.fops = &mspec_fops,
		},
		.uncached = true,
		.grows = ARCH_CAN_UNCACHE,
	},
};

static void pool_counts(struct mspec_pool *pool, struct mspec_node_counts *counts)
{
	spin_lock(&pool->lock);
	*counts = pool->counts;
	spin_unlock(&pool->lock);
	counts->spare = pool->spare ? PHYS_PFN(gen_pool_size(pool->spare)) : 0;
}

#if IS_ENABLED(CONFIG_KUNIT)
bool mspec_registered(enum mspec_kind kind)
{
	return mspec_devices[kind].registered;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_registered);

bool mspec_grows(enum mspec_kind kind)
{
	return mspec_devices[kind].grows;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_grows);

struct file *mspec_open(enum mspec_kind kind)
{
	struct mspec_device *dev = &mspec_devices[kind];

	return anon_inode_getfile(dev->misc.name, dev->misc.fops, &dev->misc,
				  O_RDWR);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_open);

void mspec_node_count(enum mspec_kind kind, int nid,
		      struct mspec_node_counts *counts)
{
	pool_counts(&mspec_devices[kind].pools[nid], counts);
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
	struct mspec_device *dev = &mspec_devices[kind];

	return pool_shrink(dev, &dev->pools[nid], nr_pages);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_shrink);
#endif

/* Debugfs: a file for each device, a line for each memory node */

static struct dentry *debugfs_dir;

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

static void mspec_unload(void)
{
	int kind;

	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		if (mspec_devices[kind].registered)
			misc_deregister(&mspec_devices[kind].misc);
	}
	debugfs_remove_recursive(debugfs_dir);
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++)
		pools_destroy(&mspec_devices[kind]);
	spare_exit();
}

static int __init device_init(struct mspec_device *dev)
{
	int err = pools_create(dev);

	if (err)
		return err;
	if (dev->uncached)
		spare_init(dev->pools);
	if (!dev->grows && !nr_ranges) {
		pr_info("no %s: the kernel's own mapping of a page cannot be made uncached on this architecture, and no memory is spare\n",
			dev->misc.name);
		return 0;
	}

	err = misc_register(&dev->misc);
	if (err)
		return err;
	dev->registered = true;
	debugfs_create_file(dev->misc.name, 0444, debugfs_dir, dev, &counts_fops);
	return 0;
}

static int __init mspec_init(void)
{
	int kind, err;

	debugfs_dir = debugfs_create_dir(KBUILD_MODNAME, NULL);
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		err = device_init(&mspec_devices[kind]);
		if (err) {
			mspec_unload();
			return err;
		}
	}
	return 0;
}
module_init(mspec_init);

static void __exit mspec_exit(void)
{
	mspec_unload();
}
module_exit(mspec_exit);

MODULE_DESCRIPTION("Special memory mapped by page frame number on first touch");
MODULE_LICENSE("GPL");
