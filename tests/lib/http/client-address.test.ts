import { describe, expect, test } from 'vitest'
import { isFromTrustedProxy, toClientOrigin } from '../../../lib/http/client-address'

const ask = (headers: Record<string, string>, trustedProxies: string[] = [], isOnVercel = false) =>
  toClientOrigin(new Headers(headers), { trustedProxies, isOnVercel })
const forged = { 'x-forwarded-for': '198.51.100.9', 'cf-ipcountry': 'DE', 'x-vercel-ip-country': 'DE' }

describe('where a request came from', () => {
  test('forwarded headers of a stranger count for nothing', () => {
    expect(ask({ ...forged, 'x-growth-peer-address': '203.0.113.5' }, ['10.0.0.0/8'])).toEqual({
      address: '203.0.113.5',
      country: null,
      isDataCentre: false,
    })
    expect(ask(forged, ['0.0.0.0/0'])).toEqual({ address: null, country: null, isDataCentre: false })
  })

  test('behind trusted proxies the right-most address that is none of them is the client', () => {
    const headers = { 'x-growth-peer-address': '10.0.0.1', 'x-forwarded-for': '1.1.1.1, 198.51.100.9, 10.0.0.7' }
    expect(ask(headers, ['10.0.0.0/8']).address).toBe('198.51.100.9')
    expect(ask({ ...headers, 'x-forwarded-for': 'junk' }, ['10.0.0.0/8']).address).toBe('10.0.0.1')
    expect(ask({ ...headers, 'cf-ipcountry': 'at' }, ['10.0.0.1']).country).toBe('AT')
    expect(ask({ ...headers, 'cf-ipcountry': 'XX' }, ['10.0.0.1']).country).toBeNull()
    expect(ask({ ...headers, 'cf-ipcountry': 'T1' }, ['10.0.0.1']).country).toBeNull()
  })

  test('on Vercel its own headers count', () => {
    expect(ask({ 'x-real-ip': '198.51.100.9', 'x-vercel-ip-country': 'FR' }, [], true)).toEqual({
      address: '198.51.100.9',
      country: 'FR',
      isDataCentre: false,
    })
  })

  test('what the geography file says counts after a trusted proxy’s word, and on Vercel for nothing', () => {
    const noted = { 'x-growth-peer-address': '10.0.0.1', 'x-growth-country': 'AT', 'x-growth-network': 'hosting' }
    expect(ask(noted)).toEqual({ address: '10.0.0.1', country: 'AT', isDataCentre: true })
    expect(ask({ ...noted, 'cf-ipcountry': 'DE' })).toMatchObject({ country: 'AT' })
    expect(ask({ ...noted, 'cf-ipcountry': 'DE' }, ['10.0.0.1'])).toMatchObject({ country: 'DE', isDataCentre: true })
    expect(ask({ ...noted, 'cf-ipcountry': 'XX' }, ['10.0.0.1'])).toMatchObject({ country: 'AT' })
    expect(ask(noted, [], true)).toEqual({ address: null, country: null, isDataCentre: false })
  })

  test('a trusted proxy is known by the connection alone', () => {
    expect(isFromTrustedProxy(new Headers({ 'x-growth-peer-address': '10.2.3.4' }), ['10.0.0.0/8'])).toBe(true)
    expect(isFromTrustedProxy(new Headers({ 'x-forwarded-for': '10.2.3.4' }), ['10.0.0.0/8'])).toBe(false)
  })
})
