/* timerfd_create(2): expirations of a timer, read as a number. */
#include <az/self.h>

#include <errno.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <time.h>

#include <az/clock.h>
#include <az/heap.h>
#include <az/process.h>
#include <az/user.h>

#define NS_PER_S 1000000000
#define CANCEL_ON_SET 2 /* TFD_TIMER_CANCEL_ON_SET */

struct timerfd {
    struct az_file file; /* first */
    struct az_timer timer;
    az_time interval;
    uint64_t expirations; /* not read yet */
    bool wall, running;
};

static struct timerfd *of(struct az_file *file)
{
    return AZ_CONTAINER_OF(file, struct timerfd, file);
}

static void expired(struct az_timer *timer)
{
    struct timerfd *self = AZ_CONTAINER_OF(timer, struct timerfd, timer);
    self->running = self->interval > 0;
    if (self->running) {
        const int64_t periods = AZ_MAX((az_clock_now() - timer->deadline) / self->interval, 0) + 1;
        self->expirations += (uint64_t)periods;
        az_timer_set(timer, timer->deadline + periods * self->interval);
    } else {
        self->expirations++;
    }
    az_wake(&self->file.queue, POLLIN | POLLRDNORM);
}

static ssize_t read_expirations(struct az_file *file, const struct iovec *iov, int count, AZ_UNUSED int64_t at)
{
    struct timerfd *self = of(file);
    if (az_iov_bytes(iov, count) < sizeof(uint64_t))
        return -EINVAL;
    (void)az_poll();
    for (;;) {
        uint32_t ticket = az_wait_ticket(&file->queue);
        if (self->expirations > 0)
            break;
        int error = az_file_wait(file, ticket);
        if (error)
            return error;
    }
    const uint64_t value = self->expirations;
    if (az_iov_copy_out(iov, count, 0, &value, sizeof(value)) != sizeof(value))
        return -EFAULT;
    self->expirations = 0;
    return sizeof(value);
}

static uint32_t poll_expirations(struct az_file *file)
{
    return of(file)->expirations > 0 ? POLLIN | POLLRDNORM : 0;
}

static void close_timer(struct az_file *file)
{
    az_timer_cancel(&of(file)->timer);
    az_heap_free(of(file), sizeof(struct timerfd));
}

static const struct az_file_ops timerfd_ops = {
    .readv = AZ_FILE_READS ? read_expirations : NULL,
    .poll = AZ_FILE_POLLS ? poll_expirations : NULL,
    .seek = AZ_FILE_SEEKS ? az_file_seek_nowhere : NULL,
    .close = close_timer,
};

long az_sys_timerfd_create(clockid_t clock, int flags)
{
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM;
    if (flags & ~(TFD_NONBLOCK | TFD_CLOEXEC))
        return -EINVAL;
    if (!wall && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME && clock != CLOCK_BOOTTIME_ALARM)
        return -EINVAL;
    struct timerfd *self = az_heap_zalloc(sizeof(*self));
    if (!self)
        return -ENOMEM;
    az_file_init(&self->file, &timerfd_ops, O_RDWR | (uint32_t)(flags & TFD_NONBLOCK));
    self->timer.expired = expired;
    self->wall = wall;
    int fd = az_fd_add(&self->file, 0, flags & TFD_CLOEXEC ? FD_CLOEXEC : 0);
    if (fd < 0)
        az_file_unref(&self->file);
    return fd;
}

static struct timespec timespec_of(az_time time)
{
    return (struct timespec){.tv_sec = time / NS_PER_S, .tv_nsec = (long)(time % NS_PER_S)};
}

/* Times beyond half the range of az_time end there, after 146 years. */
static bool read_time(az_time *out, const struct timespec *time)
{
    if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= NS_PER_S)
        return false;
    *out = time->tv_sec >= AZ_TIME_NEVER / 2 / NS_PER_S ? AZ_TIME_NEVER / 2 : AZ_SECONDS(time->tv_sec) + time->tv_nsec;
    return true;
}

static struct itimerspec state_of(const struct timerfd *self)
{
    az_time left = self->running ? AZ_MAX(self->timer.deadline - az_clock_now(), 1) : 0;
    return (struct itimerspec){.it_interval = timespec_of(self->interval), .it_value = timespec_of(left)};
}

static void start(struct timerfd *self, az_time value, az_time interval, bool absolute)
{
    az_timer_cancel(&self->timer);
    self->expirations = 0;
    self->interval = interval;
    self->running = value > 0;
    if (!self->running)
        return;
    const az_time now = az_clock_now();
    const az_time origin = !absolute ? now : self->wall ? now - az_clock_wall() : 0;
    az_timer_set(&self->timer, origin + value);
}

/* The timer behind `fd`, with a reference. */
static long get(int fd, struct timerfd **out)
{
    struct az_file *file;
    if (az_fd_get(fd, &file))
        return -EBADF;
    if (file->ops != &timerfd_ops) {
        az_file_unref(file);
        return -EINVAL;
    }
    *out = of(file);
    return 0;
}

long az_sys_timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
    struct itimerspec wanted;
    struct timerfd *self;
    az_time first, interval;
    if (az_user_get(&wanted, value))
        return -EFAULT;
    if ((flags & ~(TFD_TIMER_ABSTIME | CANCEL_ON_SET)) || !read_time(&first, &wanted.it_value) ||
        !read_time(&interval, &wanted.it_interval))
        return -EINVAL;
    long error = get(fd, &self);
    if (error)
        return error;
    const struct itimerspec before = state_of(self);
    start(self, first, interval, flags & TFD_TIMER_ABSTIME);
    error = old ? az_user_put(old, &before) : 0;
    az_file_unref(&self->file);
    return error;
}

long az_sys_timerfd_gettime(int fd, struct itimerspec *value)
{
    struct timerfd *self;
    long error = get(fd, &self);
    if (error)
        return error;
    const struct itimerspec state = state_of(self);
    az_file_unref(&self->file);
    return az_user_put(value, &state);
}
