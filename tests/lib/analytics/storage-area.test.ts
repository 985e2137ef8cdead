import { afterEach, expect, test } from 'vitest'
import { openArea } from '@/lib/analytics/storage-area'

afterEach(() => Reflect.deleteProperty(globalThis, 'window'))

test('the browser’s storage is used where it can be written, and finding out leaves nothing in it', () => {
  const sessionStorage: Record<string, string> = {}
  Object.assign(globalThis, { window: { sessionStorage } })
  openArea('sessionStorage').key = 'text'
  expect(sessionStorage).toEqual({ key: 'text' })
})

test('forbidden storage, full storage and a server each get an object of their own', () => {
  const refuse = () => {
    throw new DOMException('no', 'SecurityError')
  }
  const full = new Proxy({}, { set: refuse })
  for (const window of [
    Object.defineProperty({}, 'localStorage', { get: refuse }),
    { localStorage: full },
    undefined,
  ]) {
    if (window) Object.assign(globalThis, { window })
    const area = openArea('localStorage')
    area.key = 'text'
    expect(area).toEqual({ key: 'text' })
    Reflect.deleteProperty(globalThis, 'window')
  }
})
