#include <az/base.h>
#include <az/test.h>

#include "../src/trace.c"

static char seen[200];

static void note(const struct az_trace_call *call)
{
    const size_t at = strlen(seen);
    snprintf(seen + at, sizeof seen - at, "%s(%ld)=%s%ld ", call->name, call->count ? call->words[0] : -1,
             call->returned ? "" : "?", call->returned ? call->result : 0);
}

static const char *all(void)
{
    seen[0] = '\0';
    az_trace_each(note);
    return seen;
}

static void forget(void)
{
    memset(ring, 0, sizeof ring);
    last = 0;
}

static void call(const char *name, long word, long result)
{
    AZ_CHECK_EQ(az_trace_leave(az_trace_enter(name, 1, &word), result), result);
}

AZ_TEST(nothing_before_the_first_call)
{
    forget();
    AZ_CHECK_STR(all(), "");
}

AZ_TEST(the_oldest_first_and_no_more_than_the_ring_holds)
{
    forget();
    call("a", 1, 10);
    call("b", 2, -2);
    AZ_CHECK_STR(all(), "a(1)=10 b(2)=-2 ");
    call("c", 3, 0);
    call("d", 4, 0);
    call("e", 5, 0);
    AZ_CHECK_STR(all(), "b(2)=-2 c(3)=0 d(4)=0 e(5)=0 ");
}

AZ_TEST(a_call_that_has_not_returned_shows_and_one_that_was_overtaken_is_forgotten)
{
    forget();
    const uint32_t waiting = az_trace_enter("pause", 0, NULL);
    call("a", 1, 1);
    AZ_CHECK_STR(all(), "pause(-1)=?0 a(1)=1 ");
    for (long i = 2; i <= 4; i++)
        call("a", i, i);
    AZ_CHECK_EQ(az_trace_leave(waiting, 9), 9);
    AZ_CHECK_STR(all(), "a(1)=1 a(2)=2 a(3)=3 a(4)=4 ");
}

AZ_TEST(numbers_may_wrap)
{
    forget();
    last = UINT32_MAX - 1;
    call("a", 1, 1);
    call("b", 2, 2);
    call("c", 3, 3);
    AZ_CHECK_STR(all(), "a(1)=1 b(2)=2 c(3)=3 ");
}
