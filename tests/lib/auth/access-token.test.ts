import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { readAccessClaims, readSignedInMember } from '../../../lib/auth/access-token'
import { describeStores } from '../../support/store'

const id = '018f3c5e-0000-7000-8000-000000000001'

describeStores('an access token', (store) => {
  const sign = (claims: Record<string, unknown>, secret = store.jwtSecret, exp = '1h') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(exp)
      .sign(new TextEncoder().encode(secret))

  test('holds with our signature, in its time, for the role authenticated', async () => {
    expect(await readSignedInMember(await sign({ sub: id, role: 'authenticated', email: 'a@b.c' }))).toEqual({
      id,
      email: 'a@b.c',
    })
  })

  test('holds for nobody else', async () => {
    expect(await readSignedInMember(await sign({ sub: id, role: 'service_role' }))).toBeNull()
    expect(await readSignedInMember(await sign({ role: 'authenticated' }))).toBeNull()
    expect(await readSignedInMember(await sign({ sub: 'x', role: 'authenticated' }))).toBeNull()
    expect(
      await readAccessClaims(await sign({ sub: id, role: 'authenticated' }, 'another secret of 32 characters!')),
    ).toBeNull()
    expect(await readAccessClaims(await sign({ sub: id, role: 'authenticated' }, store.jwtSecret, '-1s'))).toBeNull()
    for (const text of ['', 'x', 'a.b.c']) expect(await readAccessClaims(text)).toBeNull()
  })

  test('without a signature is none', async () => {
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sub: id, role: 'authenticated' }))}.`
    expect(await readAccessClaims(none)).toBeNull()
  })
})
