import { describe, expect, it } from 'vitest'
import { parseCursor, toCursor } from '@/lib/database/row-key'

const key = {
  timestamp: -5,
  actor_id: '00000000-0000-4000-8000-000000000001',
  id: '00000000-0000-4000-8000-000000000002',
}

describe('cursors', () => {
  it('come back as the key they were made of', () => {
    expect(toCursor(key)).toBe(`-5,${key.actor_id},${key.id}`)
    expect(parseCursor(toCursor(key) ?? '')).toEqual(key)
  })

  it('are none for no key', () => {
    expect(toCursor(null)).toBeNull()
    expect(parseCursor(undefined)).toBeNull()
  })
})
