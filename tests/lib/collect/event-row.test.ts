import { describe, expect, test } from 'vitest'
import { toActorId } from '../../../lib/collect/actor-id'
import { toEventRow } from '../../../lib/collect/event-row'
import { toUserToken } from '../../../lib/collect/user-token'
import { ID, NOW_MS, project, toContext } from './request'

const base = { id: ID, timestamp: NOW_MS }
const [HASH = ''] = project.secretKeyHashes
const actor = (message: string) => toActorId('key', message)
const reasonOf = (item: unknown) => {
  const outcome = toEventRow(item, toContext())
  return outcome.ok ? 'ok' : outcome.reason
}
const rowOf = (item: unknown, context = toContext()) => {
  const outcome = toEventRow(item, context)
  if (!outcome.ok) throw new Error(outcome.reason)
  return outcome.row
}

describe('an event', () => {
  test('becomes a row with everything that may be kept and nothing else', () => {
    const row = rowOf({
      ...base,
      event: 'clicked',
      anonymousId: 'a',
      sessionId: 's',
      route: '/r?secret=1&utm_source=mail',
      referrer: 'https://x.example/?q=private',
      release: '1.2',
      properties: { plan: 'pro' },
      surprise: 'dropped',
    })
    expect(row).toEqual({
      type: 'event',
      id: ID,
      timestamp: NOW_MS,
      actorId: actor('a'),
      userId: null,
      externalId: null,
      sessionId: 's',
      visitorId: null,
      event: 'clicked',
      properties: { plan: 'pro' },
      route: '/r?utm_source=mail',
      referrer: 'https://x.example/',
      release: '1.2',
      utmSource: 'mail',
      utmMedium: null,
      utmCampaign: null,
      utmTerm: null,
      utmContent: null,
      device: null,
      browser: null,
      os: null,
      country: null,
      botReasons: null,
      gpc: false,
      userAgent: null,
      ip: null,
    })
  })

  test('names what is wrong with it', () => {
    expect(reasonOf({ ...base, event: 'a' })).toBe('ok')
    expect(reasonOf({ ...base, type: 'event', event: 'a', properties: null })).toBe('ok')
    for (const event of [undefined, '', 5, null, 'x'.repeat(201)])
      expect(reasonOf({ ...base, event })).toBe('invalid_event')
    for (const item of [null, 5, 'x', [], undefined]) expect(reasonOf(item)).toBe('invalid_event')
    for (const type of ['other', null, 5]) expect(reasonOf({ ...base, type, event: 'a' })).toBe('invalid_event')
    expect(reasonOf({ timestamp: NOW_MS, type: 'other' })).toBe('invalid_id')
    for (const properties of [[], 'x', 5, false]) {
      expect(reasonOf({ ...base, event: 'a', properties })).toBe('invalid_properties')
    }
    expect(reasonOf({ ...base, event: 'a', userId: 'x'.repeat(201) })).toBe('invalid_event')
  })
})

describe('a conversion', () => {
  test('needs funnel and step', () => {
    expect(rowOf({ ...base, type: 'conversion', funnel: 'F', step: 's' })).toMatchObject({
      type: 'conversion',
      funnel: 'F',
      step: 's',
    })
    expect(reasonOf({ ...base, type: 'conversion', funnel: 'F' })).toBe('invalid_event')
  })
})

describe('what is free text', () => {
  test('loses what may not be kept; traits keep the address that the application set', () => {
    const item = { ...base, event: 'sent to jane@example.com', properties: { to: 'jane@example.com', password: 'x' } }
    expect(rowOf(item)).toMatchObject({ event: 'sent to [email]', properties: { to: '[email]' } })
    expect(rowOf(item).properties).not.toHaveProperty('password')
    const conversion = { ...base, type: 'conversion', funnel: 'Card 4242 4242 4242 4242', step: 'sk_live_abcd1234' }
    expect(rowOf(conversion)).toMatchObject({ funnel: 'Card [card]', step: '[token]' })
    const traits = { email: 'jane@example.com', card: '4242424242424242', password: 'x' }
    const identify = { ...base, type: 'identify', userId: 'u', traits }
    expect(rowOf(identify, toContext('secret')).traits).toEqual({ email: 'jane@example.com', card: '[card]' })
  })

  test('is cut where it is too much, and the event is kept', () => {
    const properties = { text: 'x'.repeat(2_000), deep: { a: { b: { c: 1 } } } }
    expect(toEventRow({ ...base, event: 'a', properties }, toContext())).toMatchObject({
      ok: true,
      cutCount: 2,
      row: { properties: { text: 'x'.repeat(1_024), deep: { a: {} } } },
    })
    const identify = { ...base, type: 'identify', userId: 'u', traits: properties }
    expect(toEventRow(identify, toContext())).toMatchObject({ ok: true, cutCount: 0, row: { traits: null } })
    expect(toEventRow(identify, toContext('secret'))).toMatchObject({ ok: true, cutCount: 2 })
  })
})

test('what only the collector may say is not the item’s to say', () => {
  const forged = {
    ip: '1.2.3.4',
    userAgent: 'x',
    created_at: '2000-01-01',
    country: 'XX',
    botReasons: ['user_agent'],
    visitorId: '1',
    actorId: ID,
    gpc: true,
    projectId: 2,
    traits: { admin: true },
    linkedActorId: ID,
    externalId: 'x',
  }
  for (const item of [
    { ...base, event: 'a', anonymousId: 'a' },
    { ...base, type: 'conversion', funnel: 'f', step: 's', anonymousId: 'a' },
    { ...base, type: 'identify', userId: 'u', anonymousId: 'a' },
  ]) {
    expect(rowOf({ ...item, ...forged })).toEqual(rowOf(item))
  }
})

describe('an identification', () => {
  const identify = { ...base, type: 'identify', userId: 'u1', anonymousId: 'a1', traits: { plan: 'pro' } }

  test('from a browser links, but says nothing about the user without the application’s word', () => {
    const row = rowOf(identify)
    expect(row).toMatchObject({ actorId: actor('u1'), linkedActorId: actor('a1'), externalId: 'u1', traits: null })
    const forged = toContext('publishable', { defaults: { userToken: toUserToken(HASH, 'u2') } })
    expect(rowOf(identify, forged).traits).toBeNull()
    const vouched = toContext('publishable', { defaults: { userToken: toUserToken(HASH, 'u1') } })
    expect(rowOf(identify, vouched).traits).toEqual({ plan: 'pro' })
  })

  test('from a server sets traits', () => {
    expect(rowOf(identify, toContext('secret')).traits).toEqual({ plan: 'pro' })
  })

  test('links no user to itself and nobody under Global Privacy Control', () => {
    expect(rowOf({ ...identify, anonymousId: 'u1' }).linkedActorId).toBeNull()
    const row = rowOf(identify, toContext('secret', { isGpc: true }))
    expect(row).toMatchObject({ actorId: actor(ID), userId: null, linkedActorId: null, traits: null, gpc: true })
  })

  test('needs a user and an object of traits', () => {
    expect(reasonOf({ ...identify, userId: undefined })).toBe('invalid_event')
    expect(reasonOf({ ...identify, traits: [1] })).toBe('invalid_properties')
  })
})
