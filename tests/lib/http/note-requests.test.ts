import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { toClientOrigin } from '../../../lib/http/client-address'
import { noteRequests } from '../../../lib/http/note-requests'
import { resetEnv } from '../../../lib/platform/env'
import { writeMmdb } from '../../support/mmdb'

const folder = mkdtempSync(join(tmpdir(), 'growth-geoip-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  vi.unstubAllEnvs()
  resetEnv()
})

// First, as what was noted once stays noted for the process.
test('stops the start when the geography file cannot be read', () => {
  vi.stubEnv('GROWTH_GEOIP_FILE', join(folder, 'absent.mmdb'))
  resetEnv()
  expect(() => noteRequests()).toThrow(/GROWTH_GEOIP_FILE/)
})

test('each request says from which country and network its client is, behind trusted proxies, too', async () => {
  const file = join(folder, 'networks.mmdb')
  writeMmdb(file, {
    '127.0.0.0/8': { country: { iso_code: 'AT' } },
    '203.0.113.0/24': { country: { iso_code: 'FR' }, traits: { is_hosting_provider: true } },
  })
  vi.stubEnv('GROWTH_GEOIP_FILE', file)
  vi.stubEnv('GROWTH_TRUSTED_PROXIES', '127.0.0.1')
  resetEnv()
  noteRequests()
  let seen: IncomingHttpHeaders = {}
  const server = createServer((request, response) => {
    seen = request.headers
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const ask = async (headers: Record<string, string>) => {
    await fetch(`http://127.0.0.1:${port}`, { headers })
    return toClientOrigin(new Headers(seen as Record<string, string>), {
      trustedProxies: ['127.0.0.1'],
      isOnVercel: false,
    })
  }
  const forged = { 'x-growth-country': 'US', 'x-growth-network': 'hosting' }
  expect(await ask(forged)).toEqual({ address: '127.0.0.1', country: 'AT', isDataCentre: false })
  const proxied = { ...forged, 'x-forwarded-for': '203.0.113.9' }
  expect(await ask(proxied)).toEqual({ address: '203.0.113.9', country: 'FR', isDataCentre: true })
  expect(await ask({ ...proxied, 'cf-ipcountry': 'DE' })).toMatchObject({ country: 'DE', isDataCentre: true })
  expect(await ask({ ...forged, 'x-forwarded-for': '192.0.2.1' })).toEqual({
    address: '192.0.2.1',
    country: null,
    isDataCentre: false,
  })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
