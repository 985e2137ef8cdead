import { expect, test } from 'vitest'
import { botGroupQuery, botRestoreRequest } from '../../../lib/contracts/bots'

test('bots are asked for by range, by from and to, or for the last day', () => {
  expect(botGroupQuery.parse({})).toEqual({ project: 'default' })
  expect(botGroupQuery.parse({ range: '7d' })).toMatchObject({ range: '7d' })
  expect(botGroupQuery.parse({ from: '5', to: '9' })).toMatchObject({ from: 5, to: 9 })
  expect(botGroupQuery.safeParse({ from: '9', to: '5' }).success).toBe(false)
  expect(botGroupQuery.safeParse({ range: '7d', from: '5', to: '9' }).success).toBe(false)
})

test('what is to count as people is named by its reasons, its browser and a range that holds something', () => {
  const request = { reasons: ['headless'], browser: null, from: 5, to: 9 }
  expect(botRestoreRequest.parse(request)).toEqual(request)
  for (const wrong of [{ reasons: [] }, { to: 5 }, { browser: undefined }]) {
    expect(botRestoreRequest.safeParse({ ...request, ...wrong }).success).toBe(false)
  }
})
