/* Usable stretches of RAM, as az_boot_info gives them once everything that is in use has been taken out. */
#ifndef ZONES_H
#define ZONES_H

#include <az/base.h>

struct az_boot_info;

/*
 * Finds the lowest stretch of whole pages at or above `from` that is RAM and nothing else: not the image, the command line or a
 * module, not page 0, not the PC's hole from 640 KiB to 1 MiB. False when there is none.
 */
bool az_zone_next(const struct az_boot_info *info, uint64_t from, uint64_t *out_start, uint64_t *out_end, uint32_t *out_node);

#endif
