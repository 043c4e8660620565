/* Rate of the time-stamp counter: Intel SDM volume 2A (CPUID), volume 3 section 18.7.3. */
#include <errno.h>

#include <az/arch.h>
#include <az/clock.h>
#include <az/self.h>

#define LEAF_FREQUENCY 0x15u
#define LEAF_BASE_MHZ 0x16u
#define LEAF_HYPERVISOR 0x40000000u
#define LEAF_HYPERVISOR_KHZ 0x40000010u
#define LEAF_EXTENDED 0x80000000u
#define LEAF_POWER 0x80000007u
#define CPUID1_EDX_TSC (1u << 4)
#define CPUID1_ECX_HYPERVISOR (1u << 31)
#define POWER_EDX_INVARIANT (1u << 8)
#define HZ_MAX (UINT64_C(1) << 34)

/* 0 when CPUID does not tell. */
static uint64_t hz_by_cpuid(uint32_t leaf_max, bool hypervisor)
{
    if (leaf_max >= LEAF_FREQUENCY) {
        struct az_cpuid ratio = az_cpuid(LEAF_FREQUENCY, 0);
        if (ratio.eax && ratio.ebx) {
            if (ratio.ecx)
                return (uint64_t)ratio.ecx * ratio.ebx / ratio.eax;
            if (leaf_max >= LEAF_BASE_MHZ)
                return (uint64_t)(az_cpuid(LEAF_BASE_MHZ, 0).eax & 0xffff) * 1000000;
        }
    }
    if (hypervisor && az_cpuid(LEAF_HYPERVISOR, 0).eax >= LEAF_HYPERVISOR_KHZ)
        return (uint64_t)az_cpuid(LEAF_HYPERVISOR_KHZ, 0).eax * 1000;
    return 0;
}

static int start(struct az_clock_source *source)
{
    uint32_t leaf_max = az_cpuid(0, 0).eax;
    struct az_cpuid features = az_cpuid(1, 0);
    bool hypervisor = features.ecx & CPUID1_ECX_HYPERVISOR;
    bool invariant = az_cpuid(LEAF_EXTENDED, 0).eax >= LEAF_POWER &&
                     (az_cpuid(LEAF_POWER, 0).edx & POWER_EDX_INVARIANT);
    if (!(features.edx & CPUID1_EDX_TSC) || !(invariant || hypervisor))
        return -ENODEV;
    uint64_t hz = hz_by_cpuid(leaf_max, hypervisor);
    source->hz = hz <= HZ_MAX ? hz : 0;
    return 0;
}

static uint64_t read_tsc(void)
{
    return az_tsc_read();
}

static struct az_clock_source source = {
    .name = "tsc",
    .rating = 400,
    .mask = UINT64_MAX,
    .read = read_tsc,
    .start = start,
};

int az_tsc_init(void)
{
    az_clock_source_register(&source);
    return 0;
}
