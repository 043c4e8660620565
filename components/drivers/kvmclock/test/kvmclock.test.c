/* A hypervisor in a few lines: CPUID leaves, two registers, and pages that it may write between any two readings. */
#define AZ_ARCH_H
#define AZ_SELF_H
#include <az/base.h>

struct az_cpuid {
    uint32_t eax, ebx, ecx, edx;
};
static struct az_cpuid az_cpuid(uint32_t leaf, uint32_t subleaf);
static void az_msr_write(uint32_t msr, uint64_t value);
static uint64_t az_tsc_read(void);
int az_kvmclock_init(void);

#include "../src/kvmclock.c"
#include <az/test.h>

static uint32_t hypervisor_at, features, leaf_max;
static bool deaf;            /* takes the page's address and writes nothing */
static uint64_t tsc;
static unsigned msr_writes, updates_while_reading;
static struct az_clock_source *clock_registered;
static struct az_wall_source *wall_registered;

static struct az_cpuid az_cpuid(uint32_t leaf, uint32_t subleaf)
{
    AZ_CHECK_EQ(subleaf, 0);
    if (leaf == 1)
        return (struct az_cpuid){.ecx = hypervisor_at ? CPUID1_ECX_HYPERVISOR : 0};
    AZ_CHECK(hypervisor_at != 0); /* no hypervisor: its leaves are garbage */
    if (leaf == hypervisor_at)
        return (struct az_cpuid){leaf_max, SIGNATURE_EBX, SIGNATURE_ECX, SIGNATURE_EDX};
    if (leaf == hypervisor_at + 1)
        return (struct az_cpuid){.eax = features};
    /* QEMU's own signature: "TCGTCGTCGTCG" */
    return (struct az_cpuid){leaf, 0x54474354, 0x43544743, 0x47435447};
}

/* From now on 1 ns is `per_ns` ticks of the counter, a power of two. */
static void write_time(uint64_t ns, int8_t shift, uint32_t multiplier, uint8_t flags)
{
    time_page.version += 2 - (time_page.version & 1);
    time_page.tsc = tsc;
    time_page.ns = ns;
    time_page.shift = shift;
    time_page.multiplier = multiplier;
    time_page.flags = flags;
}

static void az_msr_write(uint32_t msr, uint64_t value)
{
    msr_writes++;
    if (deaf)
        return;
    if (msr == MSR_SYSTEM_TIME && (value & SYSTEM_TIME_ENABLE)) {
        AZ_CHECK_EQ(value & ~1ull, (uintptr_t)&time_page);
        write_time(5000, 0, 0x80000000u, 0); /* 2 GHz */
    } else if (msr == MSR_WALL) {
        AZ_CHECK_EQ(value, (uintptr_t)&wall_page);
        wall_page.version += 2;
        wall_page.seconds = 4000000000u; /* 2096: beyond 31 bits */
        wall_page.nanoseconds = 999999999;
    }
}

static uint64_t az_tsc_read(void)
{
    if (updates_while_reading) { /* the hypervisor moved the guest: other counter, other rate */
        updates_while_reading--;
        tsc = 1u << 20;
        write_time(9000, 1, 0x80000000u, 0);
    }
    return tsc;
}

az_phys az_phys_from(const volatile void *pointer)
{
    return (az_phys){(uintptr_t)pointer};
}
void az_clock_source_register(struct az_clock_source *given)
{
    clock_registered = given;
}
void az_wall_source_register(struct az_wall_source *given)
{
    wall_registered = given;
}

static void reset(uint32_t leaf)
{
    memset((void *)(uintptr_t)&time_page, 0, sizeof time_page);
    memset((void *)(uintptr_t)&wall_page, 0, sizeof wall_page);
    state = UNTRIED;
    last = 0;
    hypervisor_at = leaf;
    leaf_max = leaf + 1;
    features = FEATURE_CLOCK;
    deaf = false;
    tsc = 1000000;
    msr_writes = updates_while_reading = 0;
    AZ_CHECK_EQ(az_kvmclock_init(), 0);
    AZ_CHECK_EQ(msr_writes, 0); /* nothing is touched before somebody asks */
}

static bool starts(void)
{
    return clock_registered->start(clock_registered) == 0;
}

AZ_TEST(is_left_alone_where_kvm_does_not_say_that_it_is_there)
{
    reset(0);
    az_time date = 77;
    AZ_CHECK(!starts());
    AZ_CHECK_EQ(wall_registered->read(&date), -ENODEV);
    AZ_CHECK_EQ(date, 77);
    reset(0x40000400); /* TCG's signature in all leaves that are looked at */
    AZ_CHECK(!starts());
    reset(0x40000000);
    features = ~FEATURE_CLOCK;
    AZ_CHECK(!starts());
    reset(0x40000000);
    leaf_max = 0x40000000; /* no leaf of features */
    AZ_CHECK(!starts());
    AZ_CHECK_EQ(msr_writes, 0);
}

AZ_TEST(a_hypervisor_that_writes_nothing_is_no_clock)
{
    reset(0x40000000);
    deaf = true;
    AZ_CHECK(!starts());
    AZ_CHECK_EQ(msr_writes, 2); /* and is told to forget the page */
    AZ_CHECK(!starts());
    AZ_CHECK_EQ(msr_writes, 2);
}

AZ_TEST(tells_nanoseconds_at_either_place)
{
    static const uint32_t leaves[] = {0x40000000, 0x40000100};
    for (unsigned i = 0; i < 2; i++) {
        reset(leaves[i]);
        leaf_max = i == 0 ? 0 : leaves[i] + 1;
        AZ_CHECK(starts());
        AZ_CHECK_EQ(clock_registered->hz, 1000000000);
        AZ_CHECK_EQ(clock_registered->read(), 5000);
        tsc += 4000;
        AZ_CHECK_EQ(clock_registered->read(), 7000);
        tsc += UINT64_C(2) * 1000000000 * 86400 * 365; /* a year: the product has more than 64 bits */
        AZ_CHECK_EQ(clock_registered->read(), 7000 + INT64_C(1000000000) * 86400 * 365);
    }
}

AZ_TEST(both_directions_of_the_shift)
{
    reset(0x40000000);
    AZ_CHECK(starts());
    write_time(0, 3, 0x40000000u, FLAG_STABLE); /* 8 / 4 */
    tsc += 100;
    AZ_CHECK_EQ(clock_registered->read(), 200);
    write_time(1000, -2, 0xc0000000u, FLAG_STABLE); /* 1/4 * 3/4 */
    tsc += 1600;
    AZ_CHECK_EQ(clock_registered->read(), 1300);
    write_time(2000, -128, 1, FLAG_STABLE); /* nonsense must not be undefined */
    (void)clock_registered->read();
    write_time(3000, 127, 1, FLAG_STABLE);
    (void)clock_registered->read();
}

AZ_TEST(an_update_in_between_is_read_again)
{
    reset(0x40000000);
    AZ_CHECK(starts());
    updates_while_reading = 2;
    AZ_CHECK_EQ(clock_registered->read(), 9000);
    tsc += 10;
    AZ_CHECK_EQ(clock_registered->read(), 9010);
}

AZ_TEST(time_does_not_go_back_and_an_update_without_end_does_not_hang)
{
    reset(0x40000000);
    AZ_CHECK(starts());
    tsc += 2000;
    AZ_CHECK_EQ(clock_registered->read(), 6000);
    write_time(5500, 0, 0x80000000u, 0);
    AZ_CHECK_EQ(clock_registered->read(), 6000);
    time_page.version++; /* odd for good */
    tsc += 100000;
    AZ_CHECK_EQ(clock_registered->read(), 6000);
}

AZ_TEST(the_date_is_that_of_the_start_and_the_time_since)
{
    reset(0x40000000);
    az_time date;
    AZ_CHECK_EQ(wall_registered->read(&date), 0);
    AZ_CHECK_EQ(date, INT64_C(4000000000) * 1000000000 + 999999999 + 5000);
    reset(0x40000000);
    AZ_CHECK(starts());
    deaf = true;
    date = 77;
    AZ_CHECK_EQ(wall_registered->read(&date), -EIO);
    AZ_CHECK_EQ(date, 77);
}
