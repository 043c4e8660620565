/*
 * Under setuid() and its family. Credentials are the process's here: musl stops every thread to set its own, as Linux has them, by a
 * number that no compiler knows. Here each call is named.
 */
#include "libc.h"
#include "syscall.h"
#include <unistd.h>

int __setxid(int nr, int id, int eid, int sid)
{
    switch (nr) {
    case SYS_setuid:
        return syscall(SYS_setuid, id);
    case SYS_setgid:
        return syscall(SYS_setgid, id);
    case SYS_setreuid:
        return syscall(SYS_setreuid, id, eid);
    case SYS_setregid:
        return syscall(SYS_setregid, id, eid);
    case SYS_setresuid:
        return syscall(SYS_setresuid, id, eid, sid);
    default:
        return syscall(SYS_setresgid, id, eid, sid);
    }
}
