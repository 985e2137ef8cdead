import { describe, expect, test } from 'vitest'
import { toEventRow } from '../../../lib/collect/event-row'
import { toRowReasons } from '../../../lib/collect/row-reasons'
import { ID, NOW_MS, toContext } from './request'

describe('a row of a user whom the project ignores', () => {
  test('is marked as own traffic, beside what speaks for a bot', () => {
    const ignoredUserIds = ['ann', 'bob']
    expect(toRowReasons('bob', { botReasons: null, ignoredUserIds })).toEqual(['own_traffic'])
    expect(toRowReasons('bob', { botReasons: ['headless', 'data_centre'], ignoredUserIds })).toEqual([
      'headless',
      'data_centre',
      'own_traffic',
    ])
    expect(toRowReasons('Bob', { botReasons: null, ignoredUserIds })).toBeNull()
    expect(toRowReasons(null, { botReasons: null, ignoredUserIds })).toBeNull()
  })

  test('is so in events and identifications, whether the item or its batch names the user', () => {
    const context = toContext('publishable', { ignoredUserIds: ['ann'], defaults: { userId: 'ann' } })
    const item = { id: ID, timestamp: NOW_MS, event: 'a' }
    const toReasons = (fields: object) => {
      const outcome = toEventRow({ ...item, ...fields }, context)
      return outcome.ok && outcome.row.botReasons
    }
    expect(toReasons({})).toEqual(['own_traffic'])
    expect(toReasons({ userId: 'eve' })).toBeNull()
    expect(toReasons({ type: 'identify', userId: 'ann' })).toEqual(['own_traffic'])
  })
})
