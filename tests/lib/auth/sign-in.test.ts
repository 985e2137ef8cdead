import { beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../lib/auth/sign-in'
import { describeStores } from '../../support/store'
import { addMember } from './fixtures'

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )

describeStores('signing in', (store) => {
  beforeAll(async () => {
    for (const name of ['ann', 'bob'])
      await addMember(store, `${name}@${store.kind}.example`, 'correct horse', 'viewer')
  })
  const attempt = (name: string, password: string, address: string | null, nowMs: number) =>
    codeOf(signIn({ email: `${name}@${store.kind}.example`, password }, address, nowMs))

  test('says the same whatever was wrong, and is throttled per account whoever asks', async () => {
    const messages = new Set<string>()
    for (let i = 0; i < 10; i += 1) {
      const email = `${i % 2 ? 'ANN' : 'ann'}@${store.kind}.example`
      await signIn({ email, password: `wrong ${i}` }, `203.0.113.${i}`, 0).catch((error: Error) =>
        messages.add(error.message),
      )
    }
    await signIn({ email: 'nobody@example.com', password: 'x' }, null, 0).catch((error: Error) =>
      messages.add(error.message),
    )
    expect(messages.size).toBe(1)
    expect(await attempt('ann', 'correct horse', '203.0.113.99', 0)).toBe('rate_limited')
    expect(await attempt('bob', 'correct horse', '203.0.113.99', 0)).toBe('ok')
    expect(await attempt('ann', 'correct horse', '203.0.113.99', 30_000)).toBe('ok')
  })

  test('is throttled per address whatever the account', async () => {
    const address = store.kind === 'pglite' ? '198.51.100.1' : '198.51.100.2'
    for (let i = 0; i < 30; i += 1) expect(await attempt(`guess${i}`, 'x', address, 0)).toBe('invalid_credentials')
    expect(await attempt('bob', 'correct horse', address, 0)).toBe('rate_limited')
    expect(await attempt('bob', 'correct horse', '198.51.100.77', 0)).toBe('ok')
  })

  test('that succeeds does not count', async () => {
    for (let i = 0; i < 15; i += 1) expect(await attempt('bob', 'correct horse', null, 0)).toBe('ok')
  })
})
