/* What signals do in an image without posix/signal: nobody can catch one, so the default action is all there is. */
#include <az/process.h>

#include <signal.h>

#include <az/init.h>

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
