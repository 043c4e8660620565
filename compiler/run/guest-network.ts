/** The guest's network, the same on every runner: what QEMU's user network gives by default. */
export const guestMac = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56)
