import { expect, test } from 'vitest'
import { isOriginAllowed } from '../../../lib/collect/check-origin'
import { project, toRequest } from './request'

const allowed = (origin: string | undefined, kind: 'publishable' | 'secret', install: string[] = [], same = false) =>
  isOriginAllowed(
    toRequest({}, { headers: origin ? { origin } : {}, sameOrigin: same ? 'same' : 'other' }),
    { kind, project },
    install,
  )

test('a page may send from the project’s origins, the install’s and our own; others may not', () => {
  expect(allowed('https://shop.example', 'publishable')).toBe(true)
  expect(allowed('https://SHOP.example', 'publishable')).toBe(true)
  expect(allowed('http://shop.example', 'publishable')).toBe(false)
  expect(allowed('https://shop.example:444', 'publishable')).toBe(false)
  expect(allowed('https://evil-shop.example', 'publishable')).toBe(false)
  expect(allowed('null', 'publishable')).toBe(false)
  expect(allowed('https://x.example', 'publishable', ['https://x.example/'])).toBe(true)
  expect(allowed('https://x.example', 'publishable', ['*'])).toBe(true)
  expect(allowed('https://x.example', 'publishable', [], true)).toBe(true)
})

test('a program without an origin and a secret key may send', () => {
  expect(allowed(undefined, 'publishable')).toBe(true)
  expect(allowed('https://x.example', 'secret')).toBe(true)
})
