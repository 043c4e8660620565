/** Waits for `work`, but no longer than so many milliseconds. */
export async function withinTime(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)))
  try {
    await Promise.race([work, over])
  } finally {
    clearTimeout(timer)
  }
}
