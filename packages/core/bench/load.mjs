/** Calls `total` times, `width` of them at once. */
export async function pump(call, total, width) {
  let started = 0
  const worker = async () => {
    while (started < total) {
      started += 1
      await call()
    }
  }
  await Promise.all(Array.from({ length: width }, worker))
}

/** CPU of a call, in microseconds. */
export async function cpuOf(call, total, width) {
  const before = process.cpuUsage()
  await pump(call, total, width)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / total
}
