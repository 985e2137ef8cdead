import { expect, test } from 'vitest'
import { clearIdentity, readIdentity, USER_KEY } from '@/lib/analytics/identity'
import { SESSION_IDLE_MS } from '@/lib/analytics/limits'

const nowMs = 1_763_700_000_000

test('a session lasts while pauses stay under 30 minutes', () => {
  const tab = {}
  const first = readIdentity(tab, tab, nowMs)
  const second = readIdentity(tab, tab, nowMs + SESSION_IDLE_MS - 1)
  const third = readIdentity(tab, tab, nowMs + 2 * SESSION_IDLE_MS - 1)
  expect(second.sessionId).toBe(first.sessionId)
  expect(third.sessionId).not.toBe(first.sessionId)
  expect(third.anonymousId).toBe(first.anonymousId)
})

test('a tab keeps its visitor to itself; a device knows them in every tab', () => {
  expect(readIdentity({}, {}, nowMs).anonymousId).not.toBe(readIdentity({}, {}, nowMs).anonymousId)
  const device = {}
  const [one, two] = [readIdentity({}, device, nowMs), readIdentity({}, device, nowMs)]
  expect(two.anonymousId).toBe(one.anonymousId)
  expect(two.sessionId).not.toBe(one.sessionId)
})

test('who agrees in mid-visit stays the same visitor', () => {
  const [tab, device] = [{}, {}]
  const before = readIdentity(tab, tab, nowMs)
  expect(readIdentity(tab, device, nowMs)).toEqual(before)
})

test('the user is known until the ids are cleared, and then nothing links the next visitor to the last', () => {
  const tab: Record<string, string> = { [USER_KEY]: 'user-1' }
  const before = readIdentity(tab, tab, nowMs)
  expect(before.userId).toBe('user-1')
  clearIdentity(tab)
  expect(tab).toEqual({})
  const after = readIdentity(tab, tab, nowMs)
  expect(after.userId).toBeUndefined()
  expect([after.sessionId, after.anonymousId]).not.toEqual([before.sessionId, before.anonymousId])
})
