type HostProcess = {
  readonly pid: number
  on(event: string, listener: () => void): void
  off(event: string, listener: () => void): void
  listenerCount(event: string): number
  kill(pid: number, signal: string): void
}
type Registry = Set<() => Promise<unknown>>

/** Signals by which a process is asked to end. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const
/** One registry per process, however often a bundler has copied this file into it. */
const REGISTRY = Symbol.for('growth.flush-on-exit')
type Shared = { [REGISTRY]?: Registry }

/**
 * Has `close` run once before this process ends: when it has nothing left to do, and, with `handlesSignals`, when it is asked
 * to end by SIGTERM or SIGINT. A process with no other listener for the signal then ends by it; otherwise ending is left to
 * the others (Next has its own). A request under way is waited for until its own deadline. `process.exit()` and SIGKILL leave no time for anything. Gives the undoing; does nothing
 * where there is no such process, as on the edge.
 */
export function flushOnExit(close: () => Promise<unknown>, handlesSignals: boolean): () => void {
  const { process: host } = globalThis as { process?: Partial<HostProcess> }
  if (!isHostProcess(host)) return () => {}

  const onBeforeExit = () => {
    undo()
    void close()
  }
  const signalled = handlesSignals ? hookSignals(host) : null
  const undo = () => {
    host.off('beforeExit', onBeforeExit)
    signalled?.delete(close)
  }
  host.on('beforeExit', onBeforeExit)
  signalled?.add(close)
  return undo
}

/**
 * Has every instance of this process that listens for signals flush now: for a server that is about to stop listening, and
 * that the product code inside it measures to.
 */
export async function flushAll(): Promise<void> {
  await Promise.allSettled([...((globalThis as Shared)[REGISTRY] ?? [])].map((close) => close()))
}

// The edge has a `process` with settings alone; Next's has functions, too, that throw when they are called, but no id.
function isHostProcess(host: Partial<HostProcess> | undefined): host is HostProcess {
  return typeof host?.pid === 'number' && typeof host.on === 'function'
}

function hookSignals(host: HostProcess): Registry {
  const shared = globalThis as Shared
  if (shared[REGISTRY]) return shared[REGISTRY]
  const registry: Registry = new Set()
  shared[REGISTRY] = registry
  for (const signal of SIGNALS) {
    const onSignal = async () => {
      const isAlone = host.listenerCount(signal) === 1
      await flushAll()
      if (!isAlone) return
      // Without a listener the signal does what it does by default.
      host.off(signal, onSignal)
      host.kill(host.pid, signal)
    }
    host.on(signal, onSignal)
  }
  return registry
}
