import { createServer } from 'node:net'

/** Whether something can listen on this port of `host` right now. Port 0 is always free. */
export function isPortFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, ...(host && { host }) }, () => probe.close(() => resolve(true)))
  })
}
