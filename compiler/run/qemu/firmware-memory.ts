/** SeaBIOS keeps its tables in the uppermost part of RAM. */
const tablesBytes = 256 * 1024
/** What it needs below them while it starts; with none at all it does without. Measured: 128 KiB are too few on pc and 176 on q35; 192 are enough. */
const scratchBytes = 192 * 1024
const loadAddress = 0x100000

/**
 * The least memory with which SeaBIOS (`pc`, `q35`) leaves alone what is loaded before it runs, when `memoryBytes` is not enough for
 * that; undefined when it is. A PVH image is copied to 1 MiB before the firmware starts, and the firmware's temporary data grows
 * down from its tables; without any room there it takes none, which is why smaller machines work again.
 */
export function memoryForFirmware(memoryBytes: number, copiedEndAddress: number): number | undefined {
  const enough = copiedEndAddress + scratchBytes + tablesBytes
  return memoryBytes <= loadAddress + tablesBytes || memoryBytes >= enough ? undefined : enough
}
