// SPDX-License-Identifier: GPL-2.0
/*
 * Huge mappings of raw frames.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>

#include "compat.h"
#include "elsewhere.h"
#include "exports.h"
#include "frames.h"
#include "huge.h"
#include "knobs.h"
#include "walk.h"
#include "pfn_file.h"
#include "syscalls.h"

/* Bits of the cache mode are elsewhere in a huge entry of x86. */
#ifdef CONFIG_X86
#define as_for_ptes(prot) pgprot_large_2_4k(prot)
#else
#define as_for_ptes(prot) (prot)
#endif

void needs_thp_always(struct kunit *test)
{
	if (strcmp(knob_open(test, "transparent_hugepage/enabled")->before, "always"))
		kunit_skip(test, "needs transparent_hugepage/enabled=always");
}
EXPORT_SYMBOL_IF_KUNIT(needs_thp_always);

#ifdef CONFIG_ARCH_SUPPORTS_PUD_PFNMAP
static vm_fault_t insert_pud(struct vm_fault *vmf, unsigned long pfn,
			     bool write)
{
	return vmf_insert_pfn_pud(vmf, compat_pfn(pfn), write);
}

static struct huge_view view_pud(pud_t pud)
{
	return (struct huge_view){
		.level = HUGE_PUD,
		.special = pud_special(pud),
		.write = pud_write(pud),
		.dirty = pud_dirty(pud),
		.young = pud_young(pud),
		.pfn = pud_pfn(pud),
		.prot = as_for_ptes(pud_pgprot(pud)),
	};
}

static pud_t make_pud(unsigned long pfn, pgprot_t prot, bool marked)
{
	pud_t pud = pud_mkhuge(pfn_pud(pfn, prot));

	return marked ? pud_mkspecial(pud) : pud;
}

static void clear_pud(pud_t *pud)
{
	pud_clear(pud);
}
#else
/* Nobody calls these two where there is not even a huge pmd. */
static vm_fault_t __maybe_unused insert_pud(struct vm_fault *vmf,
					    unsigned long pfn, bool write)
{
	return VM_FAULT_FALLBACK;
}

static struct huge_view __maybe_unused view_pud(pud_t pud)
{
	return (struct huge_view){};
}

static pud_t make_pud(unsigned long pfn, pgprot_t prot, bool marked)
{
	return __pud(0);
}

static void clear_pud(pud_t *pud)
{
}
#endif

#if defined(CONFIG_ARCH_SUPPORTS_PUD_PFNMAP) && COMPAT_HAS_HUGE_FOLIOS
static vm_fault_t insert_folio_pud(struct vm_fault *vmf, struct folio *folio,
				   bool write)
{
	return vmf_insert_folio_pud(vmf, folio, write);
}
#else
static vm_fault_t insert_folio_pud(struct vm_fault *vmf, struct folio *folio,
				   bool write)
{
	return VM_FAULT_FALLBACK;
}
#endif

#if defined(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP) && COMPAT_HAS_HUGE_FOLIOS
static vm_fault_t insert_folio_pmd(struct vm_fault *vmf, struct folio *folio,
				   bool write)
{
	return vmf_insert_folio_pmd(vmf, folio, write);
}
#else
static vm_fault_t insert_folio_pmd(struct vm_fault *vmf, struct folio *folio,
				   bool write)
{
	return VM_FAULT_FALLBACK;
}
#endif

vm_fault_t huge_insert_folio(struct vm_fault *vmf, enum huge_level level,
			     struct folio *folio, bool write)
{
	return level == HUGE_PUD ? insert_folio_pud(vmf, folio, write) :
				   insert_folio_pmd(vmf, folio, write);
}
EXPORT_SYMBOL_IF_KUNIT(huge_insert_folio);

#ifdef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
vm_fault_t huge_insert_pfn(struct vm_fault *vmf, enum huge_level level,
			   unsigned long pfn, bool write)
{
	return level == HUGE_PUD ?
		insert_pud(vmf, pfn, write) :
		vmf_insert_pfn_pmd(vmf, compat_pfn(pfn), write);
}

static struct huge_view view_pmd(pmd_t pmd)
{
	return (struct huge_view){
		.level = HUGE_PMD,
		.special = pmd_special(pmd),
		.write = pmd_write(pmd),
		.dirty = pmd_dirty(pmd),
		.young = pmd_young(pmd),
		.pfn = pmd_pfn(pmd),
		.prot = as_for_ptes(pmd_pgprot(pmd)),
	};
}

static pmd_t make_pmd(unsigned long pfn, pgprot_t prot, bool marked)
{
	pmd_t pmd = pmd_mkhuge(pfn_pmd(pfn, prot));

	return marked ? pmd_mkspecial(pmd) : pmd;
}

/* A huge entry and where it is. */
struct place {
	pud_t *pud;
	pmd_t *pmd;
	struct huge_view view;
};

/* Descends to a huge entry as any software walker would. */
static struct place place_of(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	struct place at = {};
	p4d_t *p4d;

	if (pgd_none(*pgd))
		return at;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return at;
	at.pud = pud_offset(p4d, addr);
	if (pud_none(*at.pud))
		return at;
	if (pud_leaf(*at.pud)) {
		at.view = view_pud(*at.pud);
		return at;
	}
	at.pmd = pmd_offset(at.pud, addr);
	if (!pmd_none(*at.pmd) && pmd_leaf(*at.pmd))
		at.view = view_pmd(*at.pmd);
	return at;
}

/**
 * struct going - a huge entry that is just going
 * @at: where
 * @level: its level
 * @gone: nothing comes in its place; else the table that was there before
 * @pud: that table, of a pud
 * @pmd: and of a pmd
 * @lock: the lock of the entry
 * @thread: who takes the entry away; ready when it holds the lock
 */
struct going {
	struct place at;
	enum huge_level level;
	bool gone;
	pud_t pud;
	pmd_t pmd;
	spinlock_t *lock;	/* of the entry */
	struct elsewhere thread;
};

static void put_entry(const struct going *going, pud_t pud, pmd_t pmd)
{
	if (going->level == HUGE_PUD)
		set_pud(going->at.pud, pud);
	else
		set_pmd(going->at.pmd, pmd);
}

static int let_it_go(void *data)
{
	struct going *going = data;

	spin_lock(going->lock);
	complete(&going->thread.ready);
	elsewhere_await_contention(going->lock);
	if (going->gone)
		put_entry(going, __pud(0), __pmd(0));
	else
		put_entry(going, going->pud, going->pmd);
	spin_unlock(going->lock);
	kthread_complete_and_exit(&going->thread.done, 0);
}

int huge_call_while_goes(struct user_space *us, unsigned long addr,
			 enum huge_level level, bool gone, void (*fn)(void *data),
			 void *data)
{
	pgprot_t prot = vm_get_page_prot(VM_READ | VM_SHARED);
	unsigned long pfn = frames_pfn_above(huge_order(level));
	struct going going = {
		.at = place_of(us->mm, addr),
		.level = level,
		.gone = gone,
	};
	int ret = -ENOMEM;

	going.pud = *going.at.pud;
	going.pmd = *going.at.pmd;
	going.lock = level == HUGE_PUD ? pud_lockptr(us->mm, going.at.pud) :
					 pmd_lockptr(us->mm, going.at.pmd);
	put_entry(&going, make_pud(pfn, prot, true), make_pmd(pfn, prot, true));
	if (elsewhere_start(&going.thread, let_it_go, &going)) {
		fn(data);
		elsewhere_wait(&going.thread);
		ret = 0;
	}
	put_entry(&going, going.pud, going.pmd);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(huge_call_while_goes);
#else
int huge_call_while_goes(struct user_space *us, unsigned long addr,
			 enum huge_level level, bool gone, void (*fn)(void *data),
			 void *data)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(huge_call_while_goes);

vm_fault_t huge_insert_pfn(struct vm_fault *vmf, enum huge_level level,
			   unsigned long pfn, bool write)
{
	return VM_FAULT_FALLBACK;
}

static pmd_t make_pmd(unsigned long pfn, pgprot_t prot, bool marked)
{
	return __pmd(0);
}

struct place {
	pud_t *pud;
	pmd_t *pmd;
	struct huge_view view;
};

static struct place place_of(struct mm_struct *mm, unsigned long addr)
{
	return (struct place){};
}
#endif
EXPORT_SYMBOL_IF_KUNIT(huge_insert_pfn);

/* An entry to be made as a page fault would make it; of a folio, or of a frame. */
struct wanted {
	enum huge_level level;
	struct folio *folio;
	unsigned long pfn;
	bool write;
	vm_fault_t result;
};

static int insert_wanted(struct vm_area_struct *vma, unsigned long addr,
			 void *data)
{
	struct place at = place_of(vma->vm_mm, addr);
	struct wanted *wanted = data;
	struct vm_fault vmf = {
		.vma = vma,
		.address = addr,
		.pgoff = linear_page_index(vma, addr),
		.flags = wanted->write ? FAULT_FLAG_WRITE : 0,
		.pud = at.pud,
		.pmd = at.pmd,
	};

	if (wanted->level == HUGE_PUD ? !at.pud : !at.pmd)
		return 0;
	wanted->result = wanted->folio ?
		huge_insert_folio(&vmf, wanted->level, wanted->folio,
				  wanted->write) :
		huge_insert_pfn(&vmf, wanted->level, wanted->pfn,
				wanted->write);
	return 0;
}

static vm_fault_t insert_at(struct user_space *us, unsigned long addr,
			    struct wanted wanted)
{
	wanted.result = VM_FAULT_SIGSEGV;
	user_call_locked(us, addr, insert_wanted, &wanted);
	return wanted.result;
}

vm_fault_t huge_insert_folio_at(struct user_space *us, unsigned long addr,
				enum huge_level level, struct folio *folio,
				bool write)
{
	return insert_at(us, addr, (struct wanted){
		.level = level,
		.folio = folio,
		.write = write,
	});
}
EXPORT_SYMBOL_IF_KUNIT(huge_insert_folio_at);

vm_fault_t huge_insert_at(struct user_space *us, unsigned long addr,
			  enum huge_level level, unsigned long pfn, bool write)
{
	return insert_at(us, addr, (struct wanted){
		.level = level,
		.pfn = pfn,
		.write = write,
	});
}
EXPORT_SYMBOL_IF_KUNIT(huge_insert_at);

vm_fault_t pfn_file_insert_huge(struct vm_fault *vmf, unsigned int order)
{
	struct frames *frames = pfn_file_of(vmf)->frames;
	unsigned long size = PAGE_SIZE << order;
	unsigned long start = ALIGN_DOWN(vmf->address, size);
	unsigned long pages_in = (vmf->address - start) >> PAGE_SHIFT;
	unsigned long first = vmf->pgoff - pages_in;
	enum huge_level level;

	level = order == huge_order(HUGE_PMD) ? HUGE_PMD :
		order == huge_order(HUGE_PUD) ? HUGE_PUD : HUGE_NONE;
	if (level == HUGE_NONE || start < vmf->vma->vm_start ||
	    start + size > vmf->vma->vm_end || vmf->pgoff < pages_in ||
	    first + (size >> PAGE_SHIFT) > frames->nr ||
	    !IS_ALIGNED(frames->frame[first].pfn, size >> PAGE_SHIFT))
		return VM_FAULT_FALLBACK;
	return huge_insert_pfn(vmf, level, frames->frame[first].pfn,
			       vmf->flags & FAULT_FLAG_WRITE);
}
EXPORT_SYMBOL_IF_KUNIT(pfn_file_insert_huge);

struct huge_view observe_huge(struct user_space *us, unsigned long addr)
{
	struct huge_view view;

	mmap_read_lock(us->mm);
	view = place_of(us->mm, addr).view;
	mmap_read_unlock(us->mm);
	return view;
}
EXPORT_SYMBOL_IF_KUNIT(observe_huge);

static int ask_normal_page(struct vm_area_struct *vma, unsigned long addr,
			   void *data)
{
	struct place at = place_of(vma->vm_mm, addr);
	struct page **page = data;

	if (at.view.level == HUGE_PMD)
		*page = mm_normal_page_pmd(vma, addr, *at.pmd);
	else if (at.view.level == HUGE_PUD)
		*page = mm_normal_page_pud(vma, addr, *at.pud);
	return 0;
}

struct page *observe_normal_huge_page(struct user_space *us, unsigned long addr)
{
	struct page *page = NULL;

	user_call_locked(us, addr, ask_normal_page, &page);
	return page;
}
EXPORT_SYMBOL_IF_KUNIT(observe_normal_huge_page);

struct folio *observe_folio(struct user_space *us, unsigned long addr)
{
	struct page *page = mm_folio_walk(us->mm, addr, false);

	return page ? page_folio(page) : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(observe_folio);

struct page *huge_entry_normal_page(struct vm_area_struct *vma,
				    unsigned long addr, enum huge_level level,
				    unsigned long pfn, bool marked)
{
	pgprot_t prot = vm_get_page_prot(vma->vm_flags);

	return level == HUGE_PUD ?
		mm_normal_page_pud(vma, addr, make_pud(pfn, prot, marked)) :
		mm_normal_page_pmd(vma, addr, make_pmd(pfn, prot, marked));
}
EXPORT_SYMBOL_IF_KUNIT(huge_entry_normal_page);

struct page *huge_device_normal_page(struct vm_area_struct *vma,
				     unsigned long addr, unsigned long pfn)
{
	pmd_t pmd = make_pmd(pfn, vm_get_page_prot(vma->vm_flags), false);

	return mm_normal_page_pmd(vma, addr, compat_pmd_mkdevmap(pmd));
}
EXPORT_SYMBOL_IF_KUNIT(huge_device_normal_page);

struct folio *huge_entry_normal_folio(struct vm_area_struct *vma,
				      unsigned long addr, unsigned long pfn,
				      bool marked)
{
	pgprot_t prot = vm_get_page_prot(vma->vm_flags);

	return mm_normal_folio_pmd(vma, addr, make_pmd(pfn, prot, marked));
}
EXPORT_SYMBOL_IF_KUNIT(huge_entry_normal_folio);

bool huge_pud_is_taken_for_table(struct user_space *us, unsigned long addr)
{
	bool taken;

	mmap_read_lock(us->mm);
	taken = place_of(us->mm, addr).view.level == HUGE_PUD &&
		mm_find_pmd(us->mm, addr);
	mmap_read_unlock(us->mm);
	return taken;
}
EXPORT_SYMBOL_IF_KUNIT(huge_pud_is_taken_for_table);

void huge_map_anonymous(struct kunit *test, struct user_space *us)
{
	unsigned int nr_pages = huge_pages(HUGE_PMD);

	needs_huge_pfnmap(test, HUGE_PMD);
	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, HUGE_START,
			user_mmap_at(us, HUGE_START, NULL, nr_pages,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED, 0));
	if (user_madvise(us, HUGE_START, nr_pages, MADV_HUGEPAGE))
		kunit_skip(test, "needs MADV_HUGEPAGE");
}
EXPORT_SYMBOL_IF_KUNIT(huge_map_anonymous);

void huge_drop(struct user_space *us, unsigned long addr)
{
	struct place at;

	mmap_write_lock(us->mm);
	at = place_of(us->mm, addr);
	if (at.view.level == HUGE_PUD)
		clear_pud(at.pud);
	else if (at.view.level == HUGE_PMD)
		pmd_clear(at.pmd);
	mmap_write_unlock(us->mm);
}
EXPORT_SYMBOL_IF_KUNIT(huge_drop);
