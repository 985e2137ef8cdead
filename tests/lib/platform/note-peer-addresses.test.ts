import { Agent, createServer, get, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { notePeerAddresses } from '../../../lib/platform/note-peer-addresses'
import { COUNTRY_HEADER, NETWORK_HEADER, PEER_ADDRESS_HEADER } from '../../../lib/platform/peer-headers'

test('writes the connection’s address over what the client claims', async () => {
  notePeerAddresses()
  notePeerAddresses()
  let seen: IncomingHttpHeaders = {}
  const server = createServer((request, response) => {
    seen = request.headers
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const forged = { [PEER_ADDRESS_HEADER]: '203.0.113.9', [COUNTRY_HEADER]: 'US', [NETWORK_HEADER]: 'hosting' }
  await fetch(`http://127.0.0.1:${port}`, { headers: forged })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(seen[PEER_ADDRESS_HEADER]).toBe('127.0.0.1')
  expect(Object.keys(seen)).not.toContain(COUNTRY_HEADER)
  expect(Object.keys(seen)).not.toContain(NETWORK_HEADER)
})

test('a client that hangs up causes no uncaught exception, also when the listeners of its request were replaced', async () => {
  notePeerAddresses()
  let uncaught = 0
  const count = () => {
    uncaught += 1
  }
  process.prependListener('uncaughtException', count)
  const server = createServer((request, response) => {
    // As Next does when it has read the body: the request becomes a plain stream without its listeners.
    request._destroy = Readable.prototype._destroy
    request.removeAllListeners('error')
    response.write('half an answer')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const closed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)))
  const socket = connect(port, '127.0.0.1', () =>
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n'),
  )
  socket.once('data', () => socket.destroy())
  await closed
  await new Promise((resolve) => setImmediate(resolve))
  process.removeListener('uncaughtException', count)
  await new Promise((resolve) => server.close(resolve))
  expect(uncaught).toBe(0)
})

test('leaves no listener behind on a connection that stays open', async () => {
  notePeerAddresses()
  const listenerCounts: number[] = []
  const server = createServer((request, response) => {
    listenerCounts.push(request.socket.listenerCount('close'))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => get({ port, agent }, (response) => response.resume().once('end', resolve)))
  }
  agent.destroy()
  await new Promise((resolve) => server.close(resolve))
  expect(new Set(listenerCounts).size).toBe(1)
})
