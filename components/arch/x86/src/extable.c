/* The table of code that may fault on the app's memory, and where to go on then. Each word is a distance from itself. */
#include <az/x86.h>

struct entry {
    int32_t from, end, to;
};

extern const struct entry az_extable_start[], az_extable_end[];

static uintptr_t place(const int32_t *word)
{
    return (uintptr_t)word + (uintptr_t)*word;
}

bool az_extable_fixup(uintptr_t *ip)
{
    for (const struct entry *entry = az_extable_start; entry < az_extable_end; entry++) {
        if (*ip >= place(&entry->from) && *ip < place(&entry->end)) {
            *ip = place(&entry->to);
            return true;
        }
    }
    return false;
}
