/*
 * How a PC stops. The trigger port is written only when the runner announced it (az.exit=PORT). Then the machine is switched off
 * where the image knows how. The keyboard controller's reset line is the oldest way out that every PC has; a machine without one
 * floats the port, and the CPU sleeps for good.
 */
#include <az/arch.h>
#include <az/boot_info.h>
#include <az/machine.h>

#define KEYBOARD_PORT 0x64u
#define KEYBOARD_PULSE_RESET 0xfeu

void az_machine_stop(void)
{
    unsigned long port;
    if (az_boot_option_number("az.exit", &port) == 0 && port <= UINT16_MAX)
        az_out8((uint16_t)port, 0);
    else {
        if (AZ_ON(HAVE_MACHINE_POWER))
            az_machine_power_off();
        az_out8(KEYBOARD_PORT, KEYBOARD_PULSE_RESET);
    }
    az_interrupts_off();
    for (;;)
        __asm__ volatile("hlt");
}
