import { expect, test } from 'vitest'
import { resolveSender } from '../../../lib/collect/resolve-sender'
import { project, toRequest } from './request'

const source = {
  readProjectByKey: async (key: string) => (key === 'pk_1' ? { project, kind: 'publishable' as const } : null),
  readProjectBySlug: async (slug: string) => (slug === 'default' ? project : null),
}
const resolve = (request: Parameters<typeof resolveSender>[0]) => resolveSender(request, source)

test('a key of the body names its project, an unknown one nobody', async () => {
  expect(await resolve(toRequest())).toEqual({ ok: true, sender: { kind: 'publishable', project } })
  expect(await resolve(toRequest({ key: 'pk_2' }))).toEqual({ ok: false, reason: 'unknown_key' })
})

test('a secret key belongs into the header', async () => {
  expect(await resolve(toRequest({ key: 'sk_1' }))).toEqual({ ok: false, reason: 'misplaced_key' })
})

test('the sender of a key in the header goes first', async () => {
  const sender = { kind: 'secret' as const, project }
  expect(await resolve(toRequest({ key: 'pk_2' }, { sender }))).toEqual({ ok: true, sender })
})

test('without a key only this product’s own pages send, to the default project', async () => {
  expect(await resolve(toRequest({ key: undefined }, { sameOrigin: 'same' }))).toMatchObject({ ok: true })
  for (const sameOrigin of ['other', 'unsaid'] as const) {
    expect(await resolve(toRequest({ key: '' }, { sameOrigin }))).toEqual({ ok: false, reason: 'missing_key' })
  }
})
