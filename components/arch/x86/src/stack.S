/* The boot stack, main()'s too. The boot stub leaves the page below it unmapped. */
#include <az/config.h>

    .section .az_stack, "aw", @nobits
    .align 4096
    .globl az_stack_guard, az_stack_top
az_stack_guard:
    .skip 4096
    .skip CONFIG_STACK_KIB * 1024
az_stack_top:
