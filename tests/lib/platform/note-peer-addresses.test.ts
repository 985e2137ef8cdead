import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { notePeerAddresses } from '../../../lib/platform/note-peer-addresses'
import { PEER_ADDRESS_HEADER } from '../../../lib/platform/peer-address-header'

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
  await fetch(`http://127.0.0.1:${port}`, { headers: { [PEER_ADDRESS_HEADER]: '203.0.113.9' } })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect(seen[PEER_ADDRESS_HEADER]).toBe('127.0.0.1')
})
