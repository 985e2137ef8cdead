import { describe, expect, test } from 'vitest'
import { isInsideBlocks, parseAddressBlock, toPlainAddress, truncateAddress } from '../../../lib/core/ip-address'

const inside = (address: string, ...blocks: string[]) =>
  isInsideBlocks(
    address,
    blocks.map(parseAddressBlock).filter((block) => block !== null),
  )

describe('addresses and blocks', () => {
  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.8', '192.0.2.7', false],
    ['203.0.113.1', '0.0.0.0/0', true],
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['::1', '::1', true],
    ['[::1]:443', '::1', true],
    ['10.0.0.1:8080', '10.0.0.1', true],
    ['10.0.0.1', '::/0', false],
    ['nonsense', '0.0.0.0/0', false],
    ['10.0.0.256', '0.0.0.0/0', false],
    ['1::2::3', '::/0', false],
  ])('%s inside %s: %s', (address, block, expected) => {
    expect(inside(address, block)).toBe(expected)
  })

  test.each(['10.0.0.0/33', '::/129', '10.0.0.0/8/8', 'host', '10.0.0/8', '10.0.0.0/x'])('%s is no block', (text) => {
    expect(parseAddressBlock(text)).toBeNull()
  })

  test('cuts off what identifies a household', () => {
    expect(truncateAddress('203.0.113.77')).toBe('203.0.113.0')
    expect(truncateAddress('::ffff:203.0.113.77')).toBe('203.0.113.0')
    expect(truncateAddress('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1::')
    expect(truncateAddress('::1')).toBe('0:0:0::')
    expect(truncateAddress('x')).toBeNull()
  })

  test('writes one address one way', () => {
    expect(toPlainAddress('::ffff:127.0.0.1')).toBe('127.0.0.1')
    expect(toPlainAddress('[2001:DB8::1]:443')).toBe('2001:db8::1')
    expect(toPlainAddress('')).toBeNull()
  })
})
