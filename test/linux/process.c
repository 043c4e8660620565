/* Ids, names, limits: what is fixed, and how the calls fit together. */
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "show.h"

int main(void)
{
    struct utsname name;
    SHOW(uname(&name));
    printf("%s\n", name.sysname);
    SHOW(strlen(name.release) > 0);
    SHOW(getpid() > 0);
    SHOW(gettid() == getpid());
    SHOW(getpgid(0) == getpgrp());
    SHOW(getpgid(-1));
    SHOW(getuid() == geteuid());
    SHOW(getgid() == getegid());
    uid_t real, effective, saved;
    SHOW(getresuid(&real, &effective, &saved));
    SHOW(real == getuid() && saved == getuid());
    SHOW(getgroups(-1, NULL));
    SHOW(setuid(real) || setgid(getgid()));
    SHOW(seteuid(effective) || setegid(getegid()));
    SHOW(setreuid(-1, -1) || setregid(-1, -1));
    SHOW(setresuid(real, effective, saved) || setresgid(-1, getegid(), -1));
    SHOW(setuid(-1));
    SHOW(setgid(-1));
    struct rlimit limit;
    SHOW(getrlimit(RLIMIT_NOFILE, &limit));
    SHOW(limit.rlim_cur <= limit.rlim_max && limit.rlim_cur >= 256);
    limit.rlim_cur = 10;
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(dup2(0, 9));
    SHOW(dup2(0, 10));
    int last = 0;
    while (last >= 0)
        last = dup(0);
    SHOW(last);
    SHOW(getrlimit(999, &limit));
    limit.rlim_cur = limit.rlim_max + 1;
    SHOW(setrlimit(RLIMIT_NOFILE, &limit) != 0);
    struct rusage usage;
    SHOW(getrusage(RUSAGE_SELF, &usage));
    SHOW(getrusage(77, &usage));
    SHOW(usage.ru_maxrss > 0);
    struct sysinfo info;
    SHOW(sysinfo(&info));
    SHOW(info.totalram > 0 && info.mem_unit > 0);
    SHOW(sched_yield());
    SHOW(prctl(PR_SET_NAME, "a name that is far too long"));
    char text[17] = {0};
    SHOW(prctl(PR_GET_NAME, text));
    printf("%s\n", text);
    SHOW(prctl(9999));
    SHOW(sysconf(_SC_PAGESIZE));
    SHOW(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(isatty(99));
    char host[65];
    SHOW(gethostname(host, sizeof(host)));
    SHOW(strlen(host) > 0);
    return 0;
}
