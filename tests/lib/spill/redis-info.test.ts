import { expect, test } from 'vitest'
import { parseRedisInfo } from '../../../lib/spill/redis-info'

test('finds every field, also one whose value has colons', () => {
  const info = parseRedisInfo('# Server\r\nredis_version:7.0.15\r\ntcp_addr:[::1]:6379\r\n\r\nempty:\r\n')
  expect([...info]).toEqual([
    ['redis_version', '7.0.15'],
    ['tcp_addr', '[::1]:6379'],
    ['empty', ''],
  ])
})
