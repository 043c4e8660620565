/* The KVM paravirtual clock: Linux, Documentation/virt/kvm/x86/{cpuid,msr}.rst. */
#include <errno.h>

#include <az/arch.h>
#include <az/clock.h>
#include <az/phys.h>
#include <az/self.h>

#define CPUID1_ECX_HYPERVISOR (1u << 31)
#define LEAF_FIRST 0x40000000u
#define LEAF_STEP 0x100u /* another interface of the hypervisor (Hyper-V's) goes before KVM's */
#define LEAF_LAST 0x40000100u
#define LEAF_FEATURES 1u
#define FEATURE_CLOCK (1u << 3)

#define SIGNATURE_EBX 0x4b4d564bu /* "KVMK" */
#define SIGNATURE_ECX 0x564b4d56u /* "VMKV" */
#define SIGNATURE_EDX 0x4du       /* "M" */

#define MSR_WALL 0x4b564d00u
#define MSR_SYSTEM_TIME 0x4b564d01u
#define SYSTEM_TIME_ENABLE 1u

#define TRIES_MAX 1000u
#define FLAG_STABLE 1u /* time is monotonic without our help */

struct time_page {
    uint32_t version; /* odd while the hypervisor writes */
    uint32_t reserved;
    uint64_t tsc, ns;     /* at that count it was that time */
    uint32_t multiplier;  /* nanoseconds per tick of the shifted counter, 32 fraction bits */
    int8_t shift;
    uint8_t flags;
    uint8_t reserved_too[2];
};
_Static_assert(sizeof(struct time_page) == 32, "struct pvclock_vcpu_time_info");

struct wall_page {
    uint32_t version, seconds, nanoseconds; /* the date at time 0 */
};
_Static_assert(sizeof(struct wall_page) == 12, "struct pvclock_wall_clock");

/* Each within one page. */
static AZ_ALIGNED(32) volatile struct time_page time_page;
static AZ_ALIGNED(16) volatile struct wall_page wall_page;

static enum { UNTRIED, RUNS, ABSENT } state;
static uint64_t last;

AZ_ALWAYS_INLINE void in_order(void)
{
    __asm__ volatile("lfence" ::: "memory");
}

/* The time that `page` gives to the count `tsc`. */
static uint64_t time_at(const struct time_page *page, uint64_t tsc)
{
    uint64_t ticks = tsc - page->tsc;
    ticks = page->shift < 0 ? ticks >> (-page->shift & 63) : ticks << (page->shift & 63);
    return page->ns + (ticks >> 32) * page->multiplier + ((ticks & UINT32_MAX) * page->multiplier >> 32);
}

static uint64_t read_time(void)
{
    for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
        struct time_page page;
        page.version = time_page.version;
        in_order();
        page.tsc = time_page.tsc;
        page.ns = time_page.ns;
        page.multiplier = time_page.multiplier;
        page.shift = time_page.shift;
        page.flags = time_page.flags;
        const uint64_t now = time_at(&page, az_tsc_read());
        in_order();
        if ((page.version & 1) || time_page.version != page.version)
            continue;
        if ((page.flags & FLAG_STABLE) || now > last)
            last = now;
        break;
    }
    return last;
}

/* Whether KVM offers the two registers. */
static bool is_offered(void)
{
    if (!(az_cpuid(1, 0).ecx & CPUID1_ECX_HYPERVISOR))
        return false;
    for (uint32_t leaf = LEAF_FIRST; leaf <= LEAF_LAST; leaf += LEAF_STEP) {
        const struct az_cpuid signature = az_cpuid(leaf, 0);
        if (signature.ebx != SIGNATURE_EBX || signature.ecx != SIGNATURE_ECX || signature.edx != SIGNATURE_EDX)
            continue;
        /* Old versions of KVM give 0 for the largest leaf and mean the next one. */
        if (signature.eax != 0 && signature.eax < leaf + LEAF_FEATURES)
            return false;
        return az_cpuid(leaf + LEAF_FEATURES, 0).eax & FEATURE_CLOCK;
    }
    return false;
}

/* Lets the hypervisor write the time; false when it does not. */
static bool has_started(void)
{
    if (state == UNTRIED) {
        state = ABSENT;
        if (is_offered()) {
            az_msr_write(MSR_SYSTEM_TIME, az_phys_from(&time_page).value | SYSTEM_TIME_ENABLE);
            if (time_page.version != 0 && time_page.multiplier != 0)
                state = RUNS;
            else
                az_msr_write(MSR_SYSTEM_TIME, 0);
        }
    }
    return state == RUNS;
}

static int start(AZ_UNUSED struct az_clock_source *source)
{
    return has_started() ? 0 : -ENODEV;
}

static int read_date(az_time *out)
{
    if (!has_started())
        return -ENODEV;
    az_msr_write(MSR_WALL, az_phys_from(&wall_page).value);
    for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
        const uint32_t version = wall_page.version;
        in_order();
        const az_time at_start = AZ_SECONDS((az_time)wall_page.seconds) + wall_page.nanoseconds;
        in_order();
        if (version == 0 || (version & 1) || wall_page.version != version)
            continue;
        *out = at_start + (az_time)read_time();
        return 0;
    }
    return -EIO;
}

static struct az_clock_source source = {
    .name = "kvmclock",
    .rating = 500,
    .hz = UINT64_C(1000000000),
    .mask = UINT64_MAX,
    .read = read_time,
    .start = start,
};

static struct az_wall_source wall_source = {.name = "kvmclock", .rating = 200, .read = read_date};

int az_kvmclock_init(void)
{
    az_clock_source_register(&source);
    az_wall_source_register(&wall_source);
    return 0;
}
