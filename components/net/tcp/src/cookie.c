/*
 * SYN cookies (Bernstein 1996; RFC 4987, 3.6): the initial sequence number carries a 64-second count (5 bits), the MSS (3 bits)
 * and 24 bits of a keyed hash over both and the tuple. Such a connection has no window scaling, timestamps or SACK. A cookie is
 * taken for at most two periods, and only while the listener is, or lately was, flooded.
 */
#include "tcp_parts.h"

#define COOKIE_PERIOD_SHIFT 36 /* 68.7 s of nanoseconds */

static const uint16_t cookie_mss[8] = {TCP_MSS_FALLBACK, 1200, 1300, 1360, 1400, 1440, 1452, 1460};
static az_time cookie_last = -1; /* when one was sent */

static uint32_t tcp_cookie(const struct tcp_tuple *tuple, uint32_t receive_initial, uint32_t count, uint32_t mss_index)
{
    uint32_t hash = (uint32_t)(tcp_siphash(tuple, 0x80000000u | count << 3 | mss_index) >> 8);
    return ((count & 31) << 27 | mss_index << 24 | (hash & 0xffffff)) + receive_initial;
}

uint32_t tcp_cookie_make(const struct tcp_arrival *syn)
{
    uint32_t mss = syn->mss ? syn->mss : TCP_MSS_FALLBACK, index = 0;
    while (index < 7 && cookie_mss[index + 1] <= mss)
        index++;
    cookie_last = syn->now;
    return tcp_cookie(&syn->tuple, syn->sequence, (uint32_t)(syn->now >> COOKIE_PERIOD_SHIFT), index);
}

bool tcp_cookie_check(const struct tcp_arrival *a, uint16_t *out_mss)
{
    struct tcp_counters *counters = &tcp_stack()->counters;
    uint32_t now = (uint32_t)(a->now >> COOKIE_PERIOD_SHIFT);
    uint32_t cookie = a->ack - 1 - (a->sequence - 1);
    uint32_t age = (now - (cookie >> 27)) & 31;
    uint32_t index = cookie >> 24 & 7;

    if (cookie_last < 0 || a->now - cookie_last > (az_time)2 << COOKIE_PERIOD_SHIFT)
        return false;
    if (age > 1 || tcp_cookie(&a->tuple, a->sequence - 1, now - age, index) != a->ack - 1) {
        counters->cookies_bad++;
        return false;
    }
    counters->cookies_taken++;
    *out_mss = cookie_mss[index];
    return true;
}
