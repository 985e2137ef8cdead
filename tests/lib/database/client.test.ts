import { expect, test } from 'vitest'
import { callFunction, readStoreCode, toStoreError } from '../../../lib/database/client'
import { describeStores } from '../../support/store'

test('an error is worth retrying when the store is away, and a fault otherwise', () => {
  expect(toStoreError({ message: 'fetch failed' }, 0)).toMatchObject({ code: 'store_unavailable', status: 503 })
  expect(toStoreError({ code: '57P01', message: 'shutting down' }, 500).code).toBe('store_unavailable')
  expect(toStoreError({ code: '53300', message: 'too many' }, 500).code).toBe('store_unavailable')
  expect(toStoreError({ code: '57014', message: 'cancelled' }, 500).code).toBe('deadline_exceeded')
  expect(toStoreError({ code: '42883', message: 'no function' }, 404).code).toBe('internal')
  expect(toStoreError({ code: '23505', message: 'secret detail' }, 409).message).not.toContain('secret')
})

test('the store’s own code can be read back from its error only', () => {
  expect(readStoreCode(toStoreError({ code: '23505', message: 'x' }, 409))).toBe('23505')
  expect(readStoreCode(new Error('x'))).toBeUndefined()
  expect(readStoreCode('x')).toBeUndefined()
})

describeStores('calling a function', () => {
  test('gives its value', async () => {
    expect(await callFunction('get_project_by_slug', { p_slug: 'default' })).toHaveLength(1)
  })
})
