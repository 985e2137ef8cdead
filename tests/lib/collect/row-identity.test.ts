import { expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { parseAgent } from '../../../lib/collect/parse-agent'
import { pick, toRowOrigin, toRowPerson } from '../../../lib/collect/row-identity'
import { ID, toContext } from './request'

const actor = (message: string) => toActorId('key', message)

test('the actor is the keyed hash of user, else anonymous id, else session, else the item itself', () => {
  const context = toContext()
  expect(toRowPerson({ id: ID, userId: 'u', anonymousId: 'a', sessionId: 's' }, context).actorId).toBe(actor('u'))
  expect(toRowPerson({ id: ID, anonymousId: 'a', sessionId: 's' }, context).actorId).toBe(actor('a'))
  expect(toRowPerson({ id: ID, sessionId: 's' }, context).actorId).toBe(actor('s'))
  expect(toRowPerson({ id: ID }, context).actorId).toBe(actor(ID))
})

test('under Global Privacy Control nobody stands behind the row', () => {
  const person = toRowPerson(
    { id: ID, userId: 'u', anonymousId: 'a', sessionId: 's' },
    toContext('publishable', { isGpc: true }),
  )
  expect(person).toEqual({ actorId: actor(ID), userId: null, externalId: null, sessionId: null, anonymousId: null })
  const origin = toRowOrigin({ route: '/r' }, toContext('secret', { isGpc: true, userAgent: 'x', ip: '1.2.3.0' }))
  expect(origin).toMatchObject({ route: '/r', gpc: true, userAgent: null, ip: null })
})

test('an item overrides the context, also by saying null', () => {
  const defaults = { userId: 'context', route: '/c?token=1' }
  expect(pick({}, defaults, 'userId')).toBe('context')
  expect(pick({ userId: 'item' }, defaults, 'userId')).toBe('item')
  expect(pick({ userId: null }, defaults, 'userId')).toBeNull()
  expect(pick({ userId: '' }, defaults, 'userId')).toBeNull()
  const context = toContext('publishable', { defaults, agent: parseAgent('curl/8'), country: 'AT' })
  expect(toRowOrigin({}, context)).toMatchObject({ route: '/c', country: 'AT', botReasons: ['user_agent'] })
})
