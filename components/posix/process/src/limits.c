/* Resource limits: kept and told. The limit on descriptors is the table's own and is enforced. */
#include <az/self.h>

#include <errno.h>
#include <limits.h>
#include <sys/resource.h>

#include <az/process.h>
#include <az/user.h>

#define STACK_BYTES (8ull << 20)
#define DESCRIPTORS_MAX 1048576u

/* One more than what is stored, so that 0 stands for no limit. */
static struct rlimit stored[RLIM_NLIMITS];
static uint32_t descriptors_max = DESCRIPTORS_MAX;

static struct rlimit limit_of(int resource)
{
    if (resource == RLIMIT_NOFILE)
        return (struct rlimit){az_process_current()->fd_limit, descriptors_max};
    struct rlimit limit = {stored[resource].rlim_cur - 1, stored[resource].rlim_max - 1};
    if (resource == RLIMIT_STACK && stored[resource].rlim_cur == 0)
        limit.rlim_cur = STACK_BYTES;
    return limit;
}

static long set_limit(int resource, const struct rlimit *wanted)
{
    if (wanted->rlim_cur > wanted->rlim_max)
        return -EINVAL;
    if (resource != RLIMIT_NOFILE) {
        stored[resource] = (struct rlimit){wanted->rlim_cur + 1, wanted->rlim_max + 1};
        return 0;
    }
    if (wanted->rlim_max > DESCRIPTORS_MAX)
        return -EPERM;
    az_process_current()->fd_limit = (uint32_t)wanted->rlim_cur;
    descriptors_max = (uint32_t)wanted->rlim_max;
    return 0;
}

long az_sys_prlimit64(pid_t pid, int resource, const struct rlimit *limits, struct rlimit *old)
{
    struct rlimit wanted;
    if (resource < 0 || resource >= RLIM_NLIMITS)
        return -EINVAL;
    if (limits && az_user_get(&wanted, limits))
        return -EFAULT;
    if (pid != 0 && pid != AZ_PROCESS_ID)
        return -ESRCH;
    struct rlimit before = limit_of(resource);
    long error = limits ? set_limit(resource, &wanted) : 0;
    if (!error && old)
        error = az_user_put(old, &before);
    return error;
}

static unsigned long clamped(rlim_t limit)
{
    return limit > ULONG_MAX ? ULONG_MAX : (unsigned long)limit;
}

long az_sys_getrlimit(int resource, unsigned long *limits)
{
    if (resource < 0 || resource >= RLIM_NLIMITS)
        return -EINVAL;
    struct rlimit limit = limit_of(resource);
    const unsigned long out[2] = {clamped(limit.rlim_cur), clamped(limit.rlim_max)};
    return az_user_copy_out(limits, out, sizeof(out));
}

long az_sys_setrlimit(int resource, const unsigned long *limits)
{
    unsigned long wanted[2];
    if (resource < 0 || resource >= RLIM_NLIMITS)
        return -EINVAL;
    if (az_user_copy_in(wanted, limits, sizeof(wanted)))
        return -EFAULT;
    return set_limit(resource, &(struct rlimit){
                                   wanted[0] == ULONG_MAX ? RLIM_INFINITY : wanted[0],
                                   wanted[1] == ULONG_MAX ? RLIM_INFINITY : wanted[1],
                               });
}
