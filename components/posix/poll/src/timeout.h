/* Time limits of poll and select beyond az_deadline_read(). */
#ifndef AZ_POLL_TIMEOUT_H
#define AZ_POLL_TIMEOUT_H

#include <az/base.h>

struct timespec;
struct timeval;

/* The deadline that a struct timeval of the app says; NULL: none. Errors: -EFAULT, -EINVAL. */
AZ_MUST_USE int az_timeout_read_timeval(az_time *out_deadline, const struct timeval *user);
/* Writes back what is left until `deadline`; memory that cannot be written is left as it is, as Linux does. */
void az_timeout_left_timespec(struct timespec *user, az_time deadline);
void az_timeout_left_timeval(struct timeval *user, az_time deadline);

#endif
