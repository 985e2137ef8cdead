import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openGeoip } from '../../../lib/platform/geoip'
import { writeMmdb } from '../../support/mmdb'

const folder = mkdtempSync(join(tmpdir(), 'growth-geoip-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NETWORKS = {
  '203.0.113.0/24': { country: { iso_code: 'AT' } },
  '198.51.100.0/25': { country: { iso_code: 'DE' }, traits: { is_hosting_provider: true } },
  '198.51.100.128/25': { traits: { user_type: 'hosting' } },
  '192.0.2.0/24': { country_code: 'FR', is_hosting_provider: false },
  '192.0.3.1/32': { is_hosting_provider: true },
}

describe('a geography file', () => {
  const path = join(folder, 'networks.mmdb')
  writeMmdb(path, NETWORKS)
  const lookUp = openGeoip(path)

  test.each([
    ['203.0.113.9', 'AT', false],
    ['198.51.100.1', 'DE', true],
    ['198.51.100.200', null, true],
    ['192.0.2.255', 'FR', false],
    ['192.0.3.1', null, true],
    ['192.0.3.2', null, false],
    ['2001:db8::1', null, false],
    [null, null, false],
  ])('says of %s: %s, data centre %s', (address, country, isDataCentre) => {
    expect(lookUp(address)).toEqual({ country, isDataCentre })
    expect(lookUp(address)).toEqual({ country, isDataCentre })
  })

  test('is read once: that it goes later does not matter', () => {
    const gone = join(folder, 'gone.mmdb')
    writeMmdb(gone, NETWORKS)
    const ask = openGeoip(gone)
    rmSync(gone)
    expect(ask('203.0.113.9').country).toBe('AT')
  })

  test('of IPv4 alone knows nothing of IPv6', () => {
    const path4 = join(folder, 'four.mmdb')
    writeMmdb(path4, NETWORKS, { ipVersion: 4 })
    expect(openGeoip(path4)('203.0.113.9').country).toBe('AT')
    expect(openGeoip(path4)('2001:db8::1')).toEqual({ country: null, isDataCentre: false })
  })

  test('that cannot be read is said by the name of its setting, without its content', () => {
    const broken = join(folder, 'broken.mmdb')
    writeFileSync(broken, 'no database')
    expect(() => openGeoip(join(folder, 'absent.mmdb'))).toThrow(/^GROWTH_GEOIP_FILE: not a readable MMDB file: ENOENT/)
    expect(() => openGeoip(broken)).toThrow(/^GROWTH_GEOIP_FILE: not a readable MMDB file/)
    expect(() => openGeoip(folder)).toThrow(/^GROWTH_GEOIP_FILE/)
  })
})
