/* getrandom(2). */
#include <errno.h>
#include <sys/random.h>

#include <az/random.h>
#include <az/self.h>
#include <az/user.h>

#ifndef GRND_INSECURE /* Linux 5.6 */
#define GRND_INSECURE 4
#endif
#define KNOWN_FLAGS ((unsigned)(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE))
#define EXCLUSIVE_FLAGS ((unsigned)(GRND_RANDOM | GRND_INSECURE))
#define PIECE_BYTES 256u
#define BYTES_MAX 0x7ffff000u /* as of every read in Linux */

static void insecure(uint8_t *out, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += 4) {
        uint32_t word = az_random_u32();
        __builtin_memcpy(out + at, &word, AZ_MIN(bytes - at, (size_t)4));
    }
}

long az_sys_getrandom(void *buf, size_t count, unsigned int flags)
{
    if ((flags & ~KNOWN_FLAGS) || (flags & EXCLUSIVE_FLAGS) == EXCLUSIVE_FLAGS)
        return -EINVAL;
    count = AZ_MIN(count, (size_t)BYTES_MAX);
    for (size_t done = 0; done < count;) {
        uint8_t piece[PIECE_BYTES];
        size_t bytes = AZ_MIN(count - done, sizeof piece);
        if (flags & GRND_INSECURE)
            insecure(piece, bytes);
        else if (az_random_bytes(piece, bytes) != 0)
            return flags & GRND_NONBLOCK ? -EAGAIN : -ENOSYS;
        int error = az_user_copy_out((uint8_t *)buf + done, piece, bytes);
        if (error)
            return done ? (long)done : error;
        done += bytes;
    }
    return (long)count;
}
