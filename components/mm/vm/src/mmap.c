/* mmap(2), munmap(2), mprotect(2). */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include <az/layout.h>
#include <az/process.h>
#include <az/self.h>

#include "regions.h"

#define PROTECTIONS (PROT_READ | PROT_WRITE | PROT_EXEC)
static_assert(PROT_READ == AZ_VM_READ && PROT_WRITE == AZ_VM_WRITE && PROT_EXEC == AZ_VM_EXEC, "az/vm.h");

/* Absent from an image without files; then no descriptor is open. */
AZ_WEAK int az_fd_get(int fd, struct az_file **out);
AZ_WEAK void az_file_unref(struct az_file *file);

/* The pager of an open file, if it may be mapped like that. */
static int map_file(int fd, int protection, bool shared, const struct az_pager **out_pager, void **out_object)
{
    struct az_file *file;
    int error = az_fd_get ? az_fd_get(fd, &file) : -EBADF;
    if (error)
        return error;
    unsigned mode = file->flags & O_ACCMODE;
    if (mode == O_WRONLY || (shared && protection & PROT_WRITE && mode != O_RDWR))
        error = -EACCES;
    else if (!file->ops->map)
        error = -ENODEV;
    else
        error = file->ops->map(file, out_pager, out_object);
    az_file_unref(file);
    return error;
}

long az_sys_mmap(void *addr, size_t length, int prot, int flags, int fd, int64_t offset)
{
    int type = flags & MAP_TYPE;
    bool shared = type == MAP_SHARED || type == MAP_SHARED_VALIDATE;
    if ((!shared && type != MAP_PRIVATE) || length == 0 || offset % AZ_PAGE_BYTES || offset < 0)
        return -EINVAL;
    const struct az_pager *pager = &az_pager_anonymous;
    void *object = NULL;
    if (!(flags & MAP_ANONYMOUS)) {
        int error = map_file(fd, prot, shared, &pager, &object);
        if (error)
            return error;
    }
    unsigned vm_flags = shared ? AZ_VM_SHARED : 0;
    if (flags & MAP_FIXED_NOREPLACE)
        vm_flags |= AZ_VM_FIXED_KEEP;
    else if (flags & MAP_FIXED)
        vm_flags |= AZ_VM_FIXED;
    if (flags & (MAP_POPULATE | MAP_LOCKED))
        vm_flags |= AZ_VM_POPULATE;
    uintptr_t at = (uintptr_t)addr;
    int error = az_vm_map(&at, length, (unsigned)prot & PROTECTIONS, vm_flags, pager, object, (uint64_t)offset);
    return error ? error : (long)at;
}

long az_sys_munmap(void *addr, size_t length)
{
    return az_vm_unmap((uintptr_t)addr, length);
}

long az_sys_mprotect(void *addr, size_t length, int prot)
{
    if ((uintptr_t)addr % AZ_PAGE_BYTES || prot & ~(PROTECTIONS | PROT_GROWSDOWN | PROT_GROWSUP))
        return -EINVAL;
    if (length == 0)
        return 0;
    int error = az_vm_protect((uintptr_t)addr, length, (unsigned)prot & PROTECTIONS);
    return error == -EINVAL ? -ENOMEM : error; /* outside the app's half nothing is mapped */
}
