/* Users and groups, by Linux's rules (credentials(7)) for a process that starts as root without capabilities' finer points. */
#include <az/self.h>

#include <errno.h>
#include <string.h>

#include <az/user.h>

#define GROUPS_MAX 32
#define UNCHANGED UINT32_MAX

struct ids {
    uint32_t real, effective, saved;
};

static struct ids user, group;
static gid_t groups[GROUPS_MAX];
static size_t group_count;

static bool may_become(const struct ids *ids, uint32_t id)
{
    return user.effective == 0 || id == ids->real || id == ids->effective || id == ids->saved;
}

static long set_all(struct ids *ids, uint32_t real, uint32_t effective, uint32_t saved)
{
    const uint32_t wanted[] = {real, effective, saved};
    for (size_t i = 0; i < AZ_ARRAY_LENGTH(wanted); i++)
        if (wanted[i] != UNCHANGED && !may_become(ids, wanted[i]))
            return -EPERM;
    ids->real = real != UNCHANGED ? real : ids->real;
    ids->effective = effective != UNCHANGED ? effective : ids->effective;
    ids->saved = saved != UNCHANGED ? saved : ids->saved;
    return 0;
}

/* setuid: all three for root, else the effective one. */
static long set_one(struct ids *ids, uint32_t id)
{
    if (id == UNCHANGED)
        return -EINVAL;
    if (user.effective == 0)
        return set_all(ids, id, id, id);
    if (id != ids->real && id != ids->saved)
        return -EPERM;
    ids->effective = id;
    return 0;
}

/* setreuid: the saved id follows when the real one is set or the effective one leaves it. */
static long set_two(struct ids *ids, uint32_t real, uint32_t effective)
{
    if (user.effective != 0) {
        if (real != UNCHANGED && real != ids->real && real != ids->effective)
            return -EPERM;
        if (effective != UNCHANGED && !may_become(ids, effective))
            return -EPERM;
    }
    bool saves = real != UNCHANGED || (effective != UNCHANGED && effective != ids->real);
    ids->real = real != UNCHANGED ? real : ids->real;
    ids->effective = effective != UNCHANGED ? effective : ids->effective;
    if (saves)
        ids->saved = ids->effective;
    return 0;
}

static long get_all(const struct ids *ids, uint32_t *real, uint32_t *effective, uint32_t *saved)
{
    if (az_user_put(real, &ids->real) || az_user_put(effective, &ids->effective) || az_user_put(saved, &ids->saved))
        return -EFAULT;
    return 0;
}

long az_sys_getuid(void)
{
    return (long)user.real;
}

long az_sys_geteuid(void)
{
    return (long)user.effective;
}

long az_sys_getgid(void)
{
    return (long)group.real;
}

long az_sys_getegid(void)
{
    return (long)group.effective;
}

long az_sys_getresuid(uid_t *real, uid_t *effective, uid_t *saved)
{
    return get_all(&user, real, effective, saved);
}

long az_sys_getresgid(gid_t *real, gid_t *effective, gid_t *saved)
{
    return get_all(&group, real, effective, saved);
}

long az_sys_setuid(uid_t uid)
{
    return set_one(&user, uid);
}

long az_sys_setgid(gid_t gid)
{
    return set_one(&group, gid);
}

long az_sys_setreuid(uid_t real, uid_t effective)
{
    return set_two(&user, real, effective);
}

long az_sys_setregid(gid_t real, gid_t effective)
{
    return set_two(&group, real, effective);
}

long az_sys_setresuid(uid_t real, uid_t effective, uid_t saved)
{
    return set_all(&user, real, effective, saved);
}

long az_sys_setresgid(gid_t real, gid_t effective, gid_t saved)
{
    return set_all(&group, real, effective, saved);
}

long az_sys_getgroups(int size, gid_t *out)
{
    if (size < 0 || (size > 0 && (size_t)size < group_count))
        return -EINVAL;
    if (size > 0 && az_user_copy_out(out, groups, group_count * sizeof(*groups)))
        return -EFAULT;
    return (long)group_count;
}

long az_sys_setgroups(size_t count, const gid_t *wanted)
{
    gid_t copy[GROUPS_MAX];
    if (user.effective != 0)
        return -EPERM;
    if (count > GROUPS_MAX)
        return -EINVAL;
    if (az_user_copy_in(copy, wanted, count * sizeof(*copy)))
        return -EFAULT;
    memcpy(groups, copy, count * sizeof(*copy));
    group_count = count;
    return 0;
}
