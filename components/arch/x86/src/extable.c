/* The table of instructions that may fault on the app's memory, and where to go on then. Distances from the entries themselves. */
#include <az/x86.h>

struct entry {
    int32_t from, to;
};

extern const struct entry az_extable_start[], az_extable_end[];

bool az_extable_fixup(uintptr_t *ip)
{
    for (const struct entry *entry = az_extable_start; entry < az_extable_end; entry++) {
        if ((uintptr_t)&entry->from + (uintptr_t)entry->from == *ip) {
            *ip = (uintptr_t)&entry->to + (uintptr_t)entry->to;
            return true;
        }
    }
    return false;
}
