/* `int $0x80`. A call whose parameters are az's own has no meaning for a caller that knows only Linux's. */
#include <az/self.h>

#include <errno.h>
#include <sys/syscall.h>

#include <az/arch.h>
#include <az/dynamic.h>
#include <az/layout.h>

#define VECTOR 0x80u

void az_trap_door(void);
long az_trap_door_call(long number, long a, long b, long c, long d, long e, unsigned long f);

/* Called by entry.S with the registers that the app set. */
long az_trap_door_call(long number, long a, long b, long c, long d, long e, unsigned long f)
{
    const unsigned place = az_dynamic_place(number);
    if (place == 0 || place & AZ_DYNAMIC_OWN)
        return -ENOSYS;
    /* i386 Linux has six registers, and so counts the offset of a mapping in pages (mmap2). */
    uint64_t last = number == SYS_mmap ? (uint64_t)f << AZ_PAGE_SHIFT : f;
    return az_dynamic_calls[place - 1](a, b, c, d, e, (long)last, (long)(last >> 32));
}

int az_trap_door_init(void)
{
    return az_vector_claim_entry(VECTOR, az_trap_door);
}
