import { expect, test } from 'vitest'
import { passToStore } from '../../../lib/http/store-pass-through'
import { describeStores } from '../../support/store'

describeStores('the way to the local store', (store) => {
  const ask = (headers: Record<string, string>, path = ['projects']) =>
    passToStore(new Request('http://localhost/supabase/rest/v1/projects?select=slug', { headers }), path)

  test('lets anon through to what row level security leaves: nothing', async () => {
    const response = await ask({ apikey: store.anonKey, authorization: `Bearer ${store.anonKey}` })
    const rows = response.status === 200 ? await response.json() : []
    expect(rows).toEqual([])
    expect(response.status).toBeLessThan(500)
  })

  test('refuses the service role in either header', async () => {
    const forbidden = { code: 'forbidden' }
    await expect(ask({ apikey: store.serviceKey })).rejects.toMatchObject(forbidden)
    await expect(ask({ apikey: store.anonKey, authorization: `Bearer ${store.serviceKey}` })).rejects.toMatchObject(
      forbidden,
    )
    const reversed = { apikey: store.serviceKey, authorization: `Bearer ${store.anonKey}` }
    await expect(ask(reversed)).rejects.toMatchObject(forbidden)
  })

  test('refuses who brings no valid token', async () => {
    for (const headers of [{}, { apikey: 'x' }, { apikey: store.anonKey, authorization: 'Bearer x' }]) {
      await expect(ask(headers as Record<string, string>)).rejects.toMatchObject({ code: 'unauthenticated' })
    }
  })

  test('keeps a path inside the REST interface', async () => {
    for (const path of [['..', '..', 'auth', 'v1', 'token'], ['.'], ['']]) {
      await expect(ask({ apikey: store.anonKey }, path)).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})
