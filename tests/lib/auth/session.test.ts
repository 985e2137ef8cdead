import { beforeAll, expect, test } from 'vitest'
import { readSignedInMember } from '../../../lib/auth/access-token'
import { createSession, deleteSession, readSessionAnswer, refreshSession } from '../../../lib/auth/session'
import type { MemberId } from '../../../lib/core/ids'
import { describeStores } from '../../support/store'
import { addMember } from './fixtures'

describeStores('sessions', (store) => {
  let id = ''
  beforeAll(async () => {
    id = await addMember(store, 'ann@example.com', 'correct horse', 'viewer')
  })

  test('start with the right password and say who one is and where', async () => {
    const session = await createSession('ann@example.com', 'correct horse')
    expect(session?.answer).toEqual({
      member: { id, email: 'ann@example.com' },
      projects: [{ slug: 'default', name: 'Default', role: 'viewer' }],
    })
    expect(await readSignedInMember(session?.tokens.accessToken ?? '')).toEqual({ id, email: 'ann@example.com' })
  })

  test('do not start otherwise', async () => {
    expect(await createSession('ann@example.com', 'wrong')).toBeNull()
    expect(await createSession('nobody@example.com', 'correct horse')).toBeNull()
  })

  test('are renewed by their refresh token, and not by another', async () => {
    const session = await createSession('ann@example.com', 'correct horse')
    const renewed = await refreshSession(session?.tokens.refreshToken ?? '')
    expect(renewed?.answer.member.id).toBe(id)
    expect(await refreshSession('unknown')).toBeNull()
  })

  test('end for good', async () => {
    const session = await createSession('ann@example.com', 'correct horse')
    await deleteSession({ accessToken: session?.tokens.accessToken ?? '' })
    expect(await refreshSession(session?.tokens.refreshToken ?? '')).toBeNull()
    await deleteSession({ accessToken: session?.tokens.accessToken ?? '' })
  })

  test('end also when their access token has run out', async () => {
    const session = await createSession('ann@example.com', 'correct horse')
    const refreshToken = session?.tokens.refreshToken ?? ''
    await deleteSession({ accessToken: 'expired', refreshToken })
    expect(await refreshSession(refreshToken)).toBeNull()
    await deleteSession({ refreshToken })
    await deleteSession({})
  })

  test('of a person without projects list none', async () => {
    const answer = await readSessionAnswer({ id: crypto.randomUUID() as MemberId, email: 'x@example.com' })
    expect(answer.projects).toEqual([])
  })
})
