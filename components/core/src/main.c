/* The way from the boot stub to the app. */
#include <az/init.h>
#include <az/log.h>

uint64_t az_boot_tsc_main;

void az_main(void)
{
    az_init_run();
    az_app_start();
}
