import { expect, test } from 'vitest'
import { scrubUrl, toUrlOrigin } from '../../../lib/collect/scrub-url'

const keep = (text: string) => text
const hide = (text: string) => text.replaceAll('jane@x.com', '[email]')

test.each([
  ['/recipes/[id]', '/recipes/[id]'],
  ['/r?token=s&utm_source=x&a=1&UTM_medium=y#frag', '/r?utm_source=x&UTM_medium=y'],
  ['/r?token=s', '/r'],
  ['/r#/inner?utm_source=x', '/r'],
  ['https://user:pass@shop.example/p?q=private', 'https://shop.example/p'],
  ['/r?utm_source=100%', '/r?utm_source=100%'],
  ['?token=1', null],
  ['', null],
  [null, null],
])('%s is kept as %s', (url, value) => {
  expect(scrubUrl(url, keep)).toEqual({ value, cutCount: 0 })
})

test.each([
  ['/u/jane@x.com/edit', '/u/[email]/edit'],
  ['/r?utm_content=jane@x.com&utm_source=a+b', '/r?utm_content=[email]&utm_source=a+b'],
  ['/r?utm_content=to+jane%40x.com%26more', '/r?utm_content=to%20[email]%26more'],
])('%s is redacted to %s, also where it is percent-encoded', (url, value) => {
  expect(scrubUrl(url, hide).value).toBe(value)
})

test('is cut at 2,048 characters, after its query is gone', () => {
  expect(scrubUrl(`/r?token=${'x'.repeat(5_000)}`, keep)).toEqual({ value: '/r', cutCount: 0 })
  const long = scrubUrl(`/${'x'.repeat(5_000)}`, keep)
  expect([long.value?.length, long.cutCount]).toEqual([2_048, 1])
  expect(scrubUrl(`/r?${'x'.repeat(1_000_000)}`, keep)).toEqual({ value: '/r', cutCount: 1 })
})

test.each([
  ['https://www.google.com/search?q=jane', 'https://www.google.com'],
  ['android-app://com.example/path', 'android-app://com.example'],
  ['/inner/path', null],
  ['', null],
  [null, null],
])('%s came from %s', (url, expected) => expect(toUrlOrigin(url)).toBe(expected))
