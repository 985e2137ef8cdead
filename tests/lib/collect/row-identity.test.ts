import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { pick, toRowPerson } from '../../../lib/collect/row-identity'
import { ID, NOW_MS, toContext } from './request'

const base = { id: ID, timestamp: NOW_MS }
const actor = (message: string) => toActorId('key', message)

test('the actor is the keyed hash of user, else anonymous id, else session, else the item itself', () => {
  const context = toContext()
  expect(toRowPerson({ ...base, userId: 'u', anonymousId: 'a', sessionId: 's' }, context).actorId).toBe(actor('u'))
  expect(toRowPerson({ ...base, anonymousId: 'a', sessionId: 's' }, context).actorId).toBe(actor('a'))
  expect(toRowPerson({ ...base, sessionId: 's' }, context).actorId).toBe(actor('s'))
  expect(toRowPerson(base, context).actorId).toBe(actor(ID))
})

test('under Global Privacy Control nobody stands behind the row', () => {
  const person = toRowPerson(
    { ...base, userId: 'u', anonymousId: 'a', sessionId: 's' },
    toContext('publishable', { isGpc: true }),
  )
  expect(person).toEqual({
    actorId: actor(ID),
    userId: null,
    externalId: null,
    sessionId: null,
    visitorId: null,
    anonymousId: null,
  })
})

test('an item overrides the context, also by saying null', () => {
  const defaults = { userId: 'context', route: '/c?token=1' }
  expect(pick({}, defaults, 'userId')).toBe('context')
  expect(pick({ userId: 'item' }, defaults, 'userId')).toBe('item')
  expect(pick({ userId: null }, defaults, 'userId')).toBeNull()
  expect(pick({ userId: '' }, defaults, 'userId')).toBeNull()
})

test('a visitor is who is no known user', () => {
  const context = toContext('publishable', { visitorKeys: { of: (timestampMs) => String(timestampMs) } })
  expect(toRowPerson({ ...base, anonymousId: 'a' }, context).visitorId).toBe(String(NOW_MS))
  expect(toRowPerson({ ...base, anonymousId: 'a', userId: 'u' }, context).visitorId).toBeNull()
})

test('ids are stored as they are, whatever they look like', () => {
  const person = toRowPerson({ ...base, userId: 'jane@example.com', sessionId: 'sk_live_1234' }, toContext())
  expect(person).toMatchObject({ externalId: 'jane@example.com', sessionId: 'sk_live_1234' })
})
