/* The page allocator over a few MiB of host memory that stands for RAM at many addresses. */
#include <az/test.h>

#include <az/boot_info.h>
#include <az/phys.h>

#define SPAN (64ull << 20)
#define HIGH (5ull << 30) /* the second window begins here */

static unsigned char *low_memory, *high_memory;
static unsigned char tables_given[16]; /* by GiB */
static uint64_t tables_from = 1;       /* GiB from here on want a table */

struct az_boot_info az_boot_info;

void *az_phys_pointer(az_phys phys)
{
    AZ_ASSERT(phys.value < SPAN || (phys.value >= HIGH && phys.value < HIGH + SPAN));
    AZ_ASSERT(phys.value >> 30 < tables_from || tables_given[phys.value >> 30]);
    return phys.value < SPAN ? low_memory + phys.value : high_memory + (phys.value - HIGH);
}
az_phys az_phys_from(const volatile void *pointer)
{
    const unsigned char *at = (const unsigned char *)pointer;
    return az_phys_of(at >= low_memory && at < low_memory + SPAN ? (uint64_t)(at - low_memory) : HIGH + (uint64_t)(at - high_memory));
}
bool az_phys_table_wanted(az_phys at)
{
    return at.value >> 30 >= tables_from && !tables_given[at.value >> 30];
}
void az_phys_table_give(az_phys at, az_phys table)
{
    memset(az_phys_pointer(table), 0xee, AZ_PAGE_BYTES);
    tables_given[at.value >> 30] = 1;
}

#include "../src/pages.c"
#include "../src/zones.c"

static struct az_pages_stats stats(void)
{
    struct az_pages_stats now;
    az_pages_stats(&now);
    return now;
}

static char *cmdline;

static void machine(const struct az_memory_range *ranges, uint32_t count)
{
    free(low_memory);
    free(high_memory);
    low_memory = malloc(SPAN);
    high_memory = malloc(SPAN);
    memset(low_memory, 0xaa, SPAN); /* memory is not clean at boot */
    memset(high_memory, 0xaa, SPAN);
    memset(tables_given, 0, sizeof tables_given);
    memset(lists, 0, sizeof lists);
    zone_count = 0;
    node_count = 1;
    pages_total = pages_used = pages_used_max = 0;
    reserve_wanted = reserve_there = false;
    az_boot_info = (struct az_boot_info){.image_start = {0x100000}, .image_bytes = 0x30000, .ranges = count};
    cmdline = az_phys_pointer(az_phys_of(0x8000));
    strcpy(cmdline, "words");
    az_boot_info.cmdline = cmdline;
    memcpy(az_boot_info.range, ranges, count * sizeof *ranges);
}

static const struct az_memory_range small[] = {
    {{0}, 0x9fc00, AZ_MEMORY_RAM, 0},
    {{0x9fc00}, 0x400, AZ_MEMORY_RESERVED, 0},
    {{0x100000}, 0x40000, AZ_MEMORY_RAM, 0},
};
static const struct az_memory_range large[] = {
    {{0}, 0x9fc00, AZ_MEMORY_RAM, 0},
    {{0x100000}, SPAN - 0x100000, AZ_MEMORY_RAM, 0},
    {{HIGH}, SPAN, AZ_MEMORY_RAM, 1},
};

AZ_TEST(zones_leave_out_everything_in_use)
{
    machine(small, AZ_ARRAY_LENGTH(small));
    az_boot_info.modules = 1;
    az_boot_info.module[0] = (struct az_boot_module){{0x20800}, 0x1000};
    static const uint64_t expected[][2] = {{0x1000, 0x8000}, {0x9000, 0x20000}, {0x22000, 0x9f000}, {0x130000, 0x140000}};
    uint64_t start, end = 0;
    uint32_t node;
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(expected); i++) {
        AZ_CHECK(az_zone_next(&az_boot_info, end, &start, &end, &node));
        AZ_CHECK_EQ(start, expected[i][0]);
        AZ_CHECK_EQ(end, expected[i][1]);
    }
    AZ_CHECK(!az_zone_next(&az_boot_info, end, &start, &end, &node));
}

AZ_TEST(zones_survive_a_strange_map)
{
    static const struct az_memory_range strange[] = {
        {{0}, UINT64_MAX, AZ_MEMORY_RAM, 0},          /* everything, and again in parts */
        {{0x200000}, 0x1000, AZ_MEMORY_RAM, 0},
        {{0x200800}, 0x10, AZ_MEMORY_ACPI, 0},
        {{0x300001}, 0xffe, AZ_MEMORY_RAM, 0},
        {{0x400000}, UINT64_MAX, AZ_MEMORY_RESERVED, 0}, /* wraps */
    };
    machine(strange, AZ_ARRAY_LENGTH(strange));
    static const uint64_t expected[][2] = {{0x1000, 0x8000}, {0x9000, 0xa0000}, {0x130000, 0x200000}, {0x201000, 0x400000}};
    uint64_t start, end = 0;
    uint32_t node;
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(expected); i++) {
        AZ_CHECK(az_zone_next(&az_boot_info, end, &start, &end, &node));
        AZ_CHECK_EQ(start, expected[i][0]);
        AZ_CHECK_EQ(end, expected[i][1]);
    }
    AZ_CHECK(!az_zone_next(&az_boot_info, end, &start, &end, &node));
}

AZ_TEST(a_machine_without_memory_is_refused)
{
    machine(small, 0);
    AZ_CHECK_EQ(az_pages_init(), -ENOMEM);
}

AZ_TEST(every_page_can_be_had_and_given_back)
{
    machine(small, AZ_ARRAY_LENGTH(small));
    AZ_CHECK_EQ(az_pages_init(), 0);
    uint64_t total = stats().total, taken = 0;
    az_phys pages[256];
    while (az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &pages[taken]) == 0) {
        memset(az_phys_pointer(pages[taken]), (int)taken + 1, AZ_PAGE_BYTES);
        taken++;
    }
    AZ_CHECK_EQ(taken, total);
    AZ_CHECK_EQ(stats().free, 0);
    for (uint64_t i = 0; i < taken; i++) {
        AZ_CHECK_EQ(*(unsigned char *)az_phys_pointer(pages[i]), (unsigned char)(i + 1));
        az_pages_free(pages[i], 0);
    }
    AZ_CHECK_EQ(stats().free, total);
    AZ_CHECK_EQ(stats().used_max, total);
    az_phys block; /* joined again: 512 KiB below 640 KiB */
    AZ_CHECK_EQ(az_pages_alloc(6, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &block), 0);
}

/* The pages between the records and the round page that a large zone begins at are the last, and not lost. */
AZ_TEST(a_large_zone_begins_at_a_round_page_and_gives_every_page)
{
    machine(large, AZ_ARRAY_LENGTH(large));
    AZ_CHECK_EQ(az_pages_init(), 0);
    uint64_t total = stats().total, taken = 0;
    az_phys first = {0}, *pages = malloc(total * sizeof *pages);
    while (az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &pages[taken]) == 0) {
        if (taken == 0)
            first = pages[0];
        memset(az_phys_pointer(pages[taken]), (int)taken + 1, AZ_PAGE_BYTES);
        taken++;
    }
    AZ_CHECK((first.value & 0x1fffff) <= AZ_PAGE_BYTES); /* the first of all may be the reserve */
    AZ_CHECK(taken >= total - 2); /* less the table and the reserve for the next */
    AZ_CHECK_EQ(stats().free, 0);
    for (uint64_t i = 0; i < taken; i++) {
        AZ_CHECK_EQ(*(unsigned char *)az_phys_pointer(pages[i]), (unsigned char)(i + 1));
        az_pages_free(pages[i], 0);
    }
    AZ_CHECK_EQ(stats().free, taken);
    free(pages);
}

AZ_TEST(blocks_are_aligned_and_below_their_limit)
{
    machine(large, AZ_ARRAY_LENGTH(large));
    AZ_CHECK_EQ(az_pages_init(), 0);
    az_phys block;
    for (unsigned order = 0; order <= 13; order++) {
        AZ_CHECK_EQ(az_pages_alloc(order, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &block), 0);
        AZ_CHECK_EQ(block.value % ((uint64_t)AZ_PAGE_BYTES << order), 0);
        az_pages_free(block, order);
    }
    AZ_CHECK_EQ(az_pages_alloc(0, AZ_NODE_ANY, az_phys_of(0x100000), &block), 0);
    AZ_CHECK(block.value < 0x100000);
    AZ_CHECK_EQ(az_pages_alloc(9, AZ_NODE_ANY, az_phys_of(0x100000), &block), -ENOMEM);
    AZ_CHECK_EQ(az_pages_alloc(4, AZ_NODE_ANY, az_phys_of(16 << 20), &block), 0);
    AZ_CHECK(block.value + (16 << 12) <= 16 << 20);
    AZ_CHECK_EQ(az_pages_alloc(18, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &block), -ENOMEM);
}

AZ_TEST(nodes_are_preferred_and_helped_out)
{
    machine(large, AZ_ARRAY_LENGTH(large));
    AZ_CHECK_EQ(az_pages_init(), 0);
    az_phys page, first;
    AZ_CHECK_EQ(az_pages_alloc(0, 0, AZ_PAGES_NO_LIMIT, &first), 0); /* makes the reserve for node 1's table */
    AZ_CHECK(first.value < SPAN);
    AZ_CHECK_EQ(az_pages_alloc(0, 1, AZ_PAGES_NO_LIMIT, &page), 0);
    AZ_CHECK(page.value >= HIGH);
    AZ_CHECK_EQ(tables_given[HIGH >> 30], 1);
    unsigned others = 0;
    while (az_pages_alloc(10, 1, AZ_PAGES_NO_LIMIT, &page) == 0)
        others += page.value < SPAN;
    AZ_CHECK(others > 0);
}

AZ_TEST(broken_frees_are_caught)
{
    machine(large, AZ_ARRAY_LENGTH(large));
    AZ_CHECK_EQ(az_pages_init(), 0);
    az_phys page;
    AZ_CHECK_EQ(az_pages_alloc(1, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &page), 0);
    az_pages_free(page, 1);
    AZ_CHECK_ASSERTS(({ az_pages_free(az_phys_of(SPAN + 0x1000), 0); 0; }));
    AZ_CHECK_ASSERTS(({ az_pages_free(az_phys_add(page, AZ_PAGE_BYTES), 1); 0; }));
    AZ_CHECK_EQ(az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &page), 0);
    az_phys other;
    AZ_CHECK_EQ(az_pages_alloc(0, AZ_NODE_ANY, AZ_PAGES_NO_LIMIT, &other), 0);
    az_pages_free(page, 0); /* its buddy is in use, so it keeps a record of its own */
    AZ_CHECK_ASSERTS(({ az_pages_free(page, 0); 0; }));
}

/* Random takes and gives against a map of owners. */
AZ_TEST(no_page_has_two_owners)
{
    enum { LIVE = 300 };
    static struct { az_phys at; unsigned order; } live[LIVE];
    static unsigned char owned[2 * (SPAN >> 12)];
    unsigned count = 0, state = 1;
    memset(owned, 0, sizeof owned);
    machine(large, AZ_ARRAY_LENGTH(large));
    AZ_CHECK_EQ(az_pages_init(), 0);
    uint64_t total = stats().total;
    for (unsigned round = 0; round < 20000; round++) {
        state = state * 1103515245u + 12345u;
        unsigned roll = state >> 16;
        if (count < LIVE && roll % 5 < 3) {
            unsigned order = roll % 7 ? roll % 4 : roll % 10;
            az_phys at;
            if (az_pages_alloc(order, (int)(roll % 3) - 1, AZ_PAGES_NO_LIMIT, &at))
                continue;
            for (uint64_t i = 0; i < 1u << order; i++) {
                uint64_t page = (at.value >> 12) + i;
                unsigned char *owner = &owned[page < SPAN >> 12 ? page : page - (HIGH >> 12) + (SPAN >> 12)];
                AZ_CHECK_EQ(*owner, 0);
                *owner = 1;
            }
            memset(az_phys_pointer(at), 0x55, (size_t)AZ_PAGE_BYTES << order);
            live[count].at = at;
            live[count++].order = order;
        } else if (count > 0) {
            unsigned victim = roll % count;
            for (uint64_t i = 0; i < 1u << live[victim].order; i++) {
                uint64_t page = (live[victim].at.value >> 12) + i;
                owned[page < SPAN >> 12 ? page : page - (HIGH >> 12) + (SPAN >> 12)] = 0;
            }
            az_pages_free(live[victim].at, live[victim].order);
            live[victim] = live[--count];
        }
    }
    while (count > 0) {
        count--;
        az_pages_free(live[count].at, live[count].order);
    }
    AZ_CHECK(stats().free >= total - 2); /* less the table and the reserve for the next */
    free(low_memory);
    free(high_memory);
    low_memory = high_memory = NULL;
}
