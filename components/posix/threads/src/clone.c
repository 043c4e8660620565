/*
 * clone(2), for threads alone: one address space and one process is all there is. libc's __clone() leaves a function and its
 * argument at the top of the new stack (components/libc/musl/thread/clone.c).
 */
#include <az/self.h>

#include <errno.h>
#include <sched.h>

#include <az/arch.h>
#include <az/futex.h>
#include <az/init.h>
#include <az/thread.h>
#include <az/user.h>
#include <az/vm.h>

#define SHARED (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
#define ALLOWED                                                                                                        \
    (SHARED | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |         \
     CLONE_DETACHED)

#define STATUS_MASK 0xff /* what a parent would see */

struct start {
    int (*function)(void *);
    void *arg;
};

static void begin(void *arg)
{
    const struct start *start = arg;
    const int status = start->function(start->arg);
    az_thread_exit();
    az_exit(status & STATUS_MASK);
}

long az_sys_clone(unsigned long flags, void *stack, int *parent_tid, int *child_tid, unsigned long tls)
{
    struct start start;
    struct az_thread *thread;
    if ((flags & SHARED) != SHARED || (flags & ~(unsigned long)ALLOWED))
        return -EINVAL;
    if (az_user_get(&start, (const struct start *)stack))
        return -EFAULT;
    /* On i386 a fault pushes its frame on the stack it hits, which must be there. */
    if (sizeof(void *) == 4 && az_vm_populate((uintptr_t)stack))
        return -EAGAIN;
    int error = az_thread_create(stack, begin, stack, &thread);
    if (error)
        return error;
    if (flags & CLONE_SETTLS)
        thread->thread_pointer = (void *)tls;
    if (flags & CLONE_CHILD_CLEARTID)
        thread->clear_at_end = child_tid;
    if (flags & CLONE_PARENT_SETTID)
        (void)!az_user_put(parent_tid, &thread->id);
    if (flags & CLONE_CHILD_SETTID)
        (void)!az_user_put(child_tid, &thread->id);
    return thread->id;
}
