/* The table of descriptors, open files, iovec arrays. */
#define _GNU_SOURCE
#include <az/test.h>

#include <az/posix-fakes.h>

#include "../src/deadline.c"
#include "../src/dup.c"
#include "../src/fcntl.c"
#include "../src/file.c"
#include "../src/iovec.c"
#include "../src/process.c"
#include "../src/read.c"
#include "../src/signal-default.c"
#include "../src/wait.c"
#include "../src/write.c"

static int closed;

static void count_close(struct az_file *file)
{
    closed++;
    free(file);
}

static ssize_t read_letters(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    (void)file;
    (void)at;
    return az_iov_copy_out(iov, count, 0, "abcdefgh", AZ_MIN(az_iov_bytes(iov, count), 8u));
}

static char written[16];

static ssize_t keep(struct az_file *file, const struct iovec *iov, int count, int64_t at)
{
    (void)file;
    (void)at;
    return az_iov_copy_in(written, iov, count, 0, sizeof(written));
}

static const struct az_file_ops letters = {.readv = read_letters, .writev = keep, .close = count_close};
static const struct az_file_ops nothing = {0};

struct az_file az_stdin = {.ops = &nothing, .references = 1, .flags = O_RDONLY};
struct az_file az_stdout = {.ops = &nothing, .references = 1, .flags = O_WRONLY};
struct az_file az_stderr = {.ops = &nothing, .references = 1, .flags = O_WRONLY};

static int open_letters(void)
{
    struct az_file *file = malloc(sizeof(*file));
    az_file_init(file, &letters, O_RDWR);
    return az_fd_add(file, 0, 0);
}

AZ_TEST(lowest_free_descriptor_through_growth)
{
    closed = 0;
    for (int fd = 3; fd < 200; fd++)
        AZ_CHECK_EQ(open_letters(), fd);
    AZ_CHECK_EQ(az_sys_close(150), 0);
    AZ_CHECK_EQ(az_sys_close(7), 0);
    AZ_CHECK_EQ(az_sys_close(64), 0);
    AZ_CHECK_EQ(open_letters(), 7);
    AZ_CHECK_EQ(open_letters(), 64);
    AZ_CHECK_EQ(open_letters(), 150);
    AZ_CHECK_EQ(open_letters(), 200);
    AZ_CHECK_EQ(az_sys_close_range(3, UINT32_MAX, 0), 0);
    AZ_CHECK_EQ(closed, 201 - 3 + 3);
    AZ_CHECK_EQ(az_sys_close(3), -EBADF);
}

AZ_TEST(duplicates_share_and_end_together)
{
    closed = 0;
    int fd = open_letters();
    AZ_CHECK_EQ(az_sys_dup(fd), fd + 1);
    AZ_CHECK_EQ(az_sys_fcntl(fd, F_DUPFD, 1000), 1000);
    AZ_CHECK_EQ(az_sys_dup2(fd, 40), 40);
    AZ_CHECK_EQ(az_sys_fcntl(40, F_SETFL, O_NONBLOCK), 0);
    AZ_CHECK_EQ(az_sys_fcntl(fd, F_GETFL, 0), O_RDWR | O_NONBLOCK);
    for (int each = 0; each < 3; each++)
        AZ_CHECK_EQ(az_sys_close((int[]){fd, fd + 1, 40}[each]), 0);
    AZ_CHECK_EQ(closed, 0);
    AZ_CHECK_EQ(az_sys_close(1000), 0);
    AZ_CHECK_EQ(closed, 1);
}

AZ_TEST(no_memory_leaves_the_table_as_it_was)
{
    struct az_file *file = malloc(sizeof(*file));
    az_file_init(file, &letters, O_RDWR);
    fake_heap_empty = true;
    AZ_CHECK_EQ(az_fd_add(file, 5000, 0), -ENOMEM);
    fake_heap_empty = false;
    AZ_CHECK_EQ(file->references, 1);
    AZ_CHECK_EQ(az_fd_add(file, 2000000, 0), -EMFILE);
    az_file_unref(file);
}

AZ_TEST(iovec_arrays_are_checked)
{
    char a[3], b[8];
    struct iovec iov[2] = {{a, 3}, {b, 8}};
    int fd = open_letters();
    AZ_CHECK_EQ(az_sys_readv(fd, iov, 2), 8);
    AZ_CHECK_BYTES(a, "abc", 3);
    AZ_CHECK_BYTES(b, "defgh", 5);
    AZ_CHECK_EQ(az_sys_readv(fd, iov, 1025), -EINVAL);
    AZ_CHECK_EQ(az_sys_readv(fd, iov, -1), -EINVAL);
    AZ_CHECK_EQ(az_sys_readv(fd, (struct iovec *)16, 1), -EFAULT);
    AZ_CHECK_EQ(az_sys_readv(999, (struct iovec *)16, 1), -EBADF);
    iov[1].iov_len = (size_t)-1;
    AZ_CHECK_EQ(az_sys_readv(fd, iov, 2), -EINVAL);
    iov[1].iov_len = AZ_IO_BYTES_MAX; /* with the first more than one call moves: only the first is looked at */
    AZ_CHECK_EQ(az_sys_readv(fd, iov, 2), 3);
    AZ_CHECK_EQ(az_sys_write(fd, (void *)16, 3), -EFAULT);
    AZ_CHECK_EQ(az_sys_write(fd, "text", 4), 4);
    AZ_CHECK_BYTES(written, "text", 4);
    AZ_CHECK_EQ(az_sys_pread64(fd, a, 1, 0), -ESPIPE);
    AZ_CHECK_EQ(az_sys_pread64(fd, a, 1, -1), -EINVAL);
    AZ_CHECK_EQ(az_sys_read(1, a, 1), -EBADF);
    AZ_CHECK_EQ(az_sys_close(fd), 0);
}

AZ_TEST(seeking_within_a_size)
{
    struct az_file file;
    az_file_init(&file, &nothing, O_RDONLY);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, 10, SEEK_SET), 10);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, -3, SEEK_CUR), 7);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, 5, SEEK_END), 105);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, -101, SEEK_END), -EINVAL);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, INT64_MAX, SEEK_END), -EOVERFLOW);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, 100, SEEK_DATA), -ENXIO);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, 50, SEEK_HOLE), 100);
    AZ_CHECK_EQ(az_file_seek_within(&file, 100, 0, 77), -EINVAL);
}

AZ_TEST(signals_without_their_component)
{
    AZ_CHECK_EQ(FAKE_STATUS_OF((az_signal_send(SIGPIPE), 0)), 128 + SIGPIPE);
    AZ_CHECK_EQ(FAKE_STATUS_OF((az_signal_send(SIGCHLD), 0)), -2);
}

AZ_TEST(a_wait_nothing_ends_is_a_panic)
{
    struct az_wait_queue queue = AZ_WAIT_QUEUE_INIT;
    AZ_CHECK_EQ(FAKE_STATUS_OF(!az_wait_for_app(&queue, 0, AZ_TIME_NEVER)), -1);
    AZ_CHECK_EQ(az_wait_for_app(&queue, 0, fake_now + 5), -ETIMEDOUT);
}
