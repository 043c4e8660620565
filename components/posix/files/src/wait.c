#include <az/process.h>

#include <errno.h>

#include <az/log.h>

int az_wait_for_app(struct az_wait_queue *queue, uint32_t ticket, az_time deadline)
{
    int error = az_wait(queue, ticket, deadline, AZ_WAIT_SIGNALS);
    if (error == -EDEADLK)
        az_panic("deadlock: the app waits, and nothing on this machine can wake it");
    return error;
}

int az_file_wait(struct az_file *file, uint32_t ticket)
{
    if (file->flags & O_NONBLOCK)
        return -EAGAIN;
    return az_wait_for_app(&file->queue, ticket, AZ_TIME_NEVER);
}
