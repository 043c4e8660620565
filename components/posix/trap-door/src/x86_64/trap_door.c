/* Where `syscall` goes: Intel SDM volume 3, section 5.8.8. */
#include <az/self.h>

#include <az/arch.h>

#define MSR_EFER 0xc0000080u
#define MSR_STAR 0xc0000081u
#define MSR_LSTAR 0xc0000082u
#define MSR_FMASK 0xc0000084u
#define EFER_SYSCALL 1u
#define FLAGS_CLEARED 0x44700u /* AC, NT, DF, IF, TF, as Linux clears them */
#define SELECTOR_CODE 8u       /* the one after it is the stack's */

void az_trap_door(void);

int az_trap_door_init(void)
{
    az_msr_write(MSR_STAR, (uint64_t)SELECTOR_CODE << 32);
    az_msr_write(MSR_LSTAR, (uintptr_t)az_trap_door);
    az_msr_write(MSR_FMASK, FLAGS_CLEARED);
    az_msr_write(MSR_EFER, az_msr_read(MSR_EFER) | EFER_SYSCALL);
    return 0;
}
