import { beforeAll, expect, test } from 'vitest'
import { signIn } from '../../../lib/auth/sign-in'
import { REFUSAL, startOtherAuth } from '../../support/other-auth'
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
  /** Attempts that fail, by name of the account and address. */
  const fail = async (attempts: [name: string, address: string | null][]) => {
    const auth = await startOtherAuth(400, REFUSAL)
    try {
      for (const [name, address] of attempts) expect(await attempt(name, 'x', address, 0)).toBe('invalid_credentials')
    } finally {
      auth.stop()
    }
  }

  test('says the same whatever was wrong', async () => {
    const messages = new Set<string>()
    for (const email of [`ann@${store.kind}.example`, 'nobody@example.com']) {
      await signIn({ email, password: 'wrong' }, null, 0).catch((error: Error) => messages.add(error.message))
    }
    expect(messages.size).toBe(1)
  })

  test('is throttled per account whoever asks', async () => {
    await fail(Array.from({ length: 9 }, (_, i) => [i % 2 ? 'ANN' : 'ann', `203.0.113.${i}`]))
    expect(await attempt('ann', 'correct horse', '203.0.113.99', 0)).toBe('rate_limited')
    expect(await attempt('bob', 'correct horse', '203.0.113.99', 0)).toBe('ok')
    expect(await attempt('ann', 'correct horse', '203.0.113.99', 30_000)).toBe('ok')
  })

  test('is throttled per address whatever the account, and what is refused costs no account its attempts', async () => {
    const address = store.kind === 'pglite' ? '198.51.100.1' : '198.51.100.2'
    await fail(Array.from({ length: 30 }, (_, i) => [`guess${i}`, address]))
    for (let i = 0; i < 10; i += 1) expect(await attempt('bob', 'correct horse', address, 0)).toBe('rate_limited')
    expect(await attempt('bob', 'correct horse', '198.51.100.77', 0)).toBe('ok')
  })

  test('that succeeds does not count', async () => {
    await fail(Array.from({ length: 9 }, () => ['bob', null]))
    for (let i = 0; i < 2; i += 1) expect(await attempt('bob', 'correct horse', null, 0)).toBe('ok')
    await fail([['bob', null]])
    expect(await attempt('bob', 'correct horse', null, 0)).toBe('rate_limited')
  })
})
