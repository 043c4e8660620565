/* Frame pointers: each frame begins with the caller's frame pointer and the return address (System V ABI, 3.2.2). */
#include <az/arch.h>
#include <az/user.h>

size_t az_arch_backtrace(const void *frame, uintptr_t *out, size_t max)
{
    uintptr_t at = (uintptr_t)(frame ? frame : __builtin_frame_address(0));
    size_t count = 0;
    while (count < max && at != 0 && at % sizeof(uintptr_t) == 0) {
        uintptr_t words[2]; /* the caller's frame, the return address */
        if (az_user_copy_in(words, (const void *)at, sizeof words) || words[1] == 0)
            break;
        out[count++] = words[1];
        if (words[0] <= at) /* stacks grow down, so callers lie above: anything else is a loop or rubbish */
            break;
        at = words[0];
    }
    return count;
}
