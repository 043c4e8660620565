/* What signals do in an image without posix/signal: nobody can catch one, so the default action is all there is. */
#include <az/process.h>

#include <errno.h>
#include <signal.h>

#include <az/init.h>
#include <az/user.h>

AZ_WEAK void az_signal_send(int signal)
{
    if (signal != SIGCHLD && signal != SIGURG && signal != SIGWINCH && signal != SIGCONT)
        az_exit(128 + signal);
}

AZ_WEAK int az_signal_pending(void)
{
    return 0;
}

AZ_WEAK bool az_signal_return(AZ_UNUSED long *result)
{
    return false;
}

AZ_WEAK int az_signal_mask_for_wait(const uint64_t *user_mask, size_t bytes)
{
    uint64_t mask;
    if (!user_mask)
        return 0;
    return bytes == sizeof(mask) ? az_user_get(&mask, user_mask) : -EINVAL;
}
