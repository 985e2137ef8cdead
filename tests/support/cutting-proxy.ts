import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to the product on which answers get lost. */
export type CuttingProxy = {
  readonly url: string
  /** Connections that it cut after the request had been passed on. */
  readCutCount(): number
  close(): Promise<void>
}

/**
 * Passes connections on to a port of this machine. `isCut` is asked as each answer arrives: where it says so the connection is
 * reset instead, so that the request was carried out and nobody learns of it.
 */
export async function startCuttingProxy(port: number, isCut: () => boolean): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  let cutCount = 0
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket)).on('error', () => {}) // `close` follows and ends the other side
    }
    client.pipe(upstream)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
    upstream.on('data', (answer) => {
      if (client.destroyed) return
      if (!isCut()) {
        client.write(answer)
        return
      }
      cutCount += 1
      client.resetAndDestroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    readCutCount: () => cutCount,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
