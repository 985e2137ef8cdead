import type { Bytes } from './read-bytes'

/** The same bytes; throws what `toError` gives when the next ones stay away for `idleMs`. Time that the reader takes is not counted. */
export async function* watchIdle(source: Bytes, idleMs: number, toError: () => Error): Bytes {
  const iterator = source[Symbol.asyncIterator]()
  let isDone = false
  try {
    while (true) {
      const next = await within(iterator.next(), idleMs, toError)
      if (next.done) break
      yield next.value
    }
    isDone = true
  } finally {
    // Not awaited: a source that says nothing does not end at once either, and why it ends is known.
    if (!isDone) iterator.return?.()?.catch(() => {})
  }
}

async function within<Value>(promise: Promise<Value>, ms: number, toError: () => Error): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(toError()), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
