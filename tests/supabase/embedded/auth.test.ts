import type { Session } from '@supabase/supabase-js'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores } from '../../support/store'
import { signToken } from './sample'

const PASSWORD = 'correct horse battery'

describeStores(
  'the embedded Auth server',
  (store) => {
    let userId = ''

    beforeAll(async () => {
      const { data, error } = await store.client().auth.admin.createUser({
        email: 'Ann@Example.com',
        password: PASSWORD,
        email_confirm: true,
        user_metadata: { name: 'Ann' },
      })
      expect(error).toBeNull()
      userId = data.user?.id ?? ''
    })

    const auth = () => store.client(store.anonKey).auth
    const signIn = async (email = 'ann@example.com', password = PASSWORD): Promise<Session> => {
      const { data, error } = await auth().signInWithPassword({ email, password })
      if (!data.session) throw error
      return data.session
    }
    const refresh = (token: string) => auth().refreshSession({ refresh_token: token })

    describe('signing in', () => {
      test('gives a session whose access token carries Supabase’s claims for an hour', async () => {
        const session = await signIn('ANN@example.com ')
        expect(session).toMatchObject({
          token_type: 'bearer',
          expires_in: 3_600,
          user: { id: userId, email: 'ann@example.com' },
        })
        const claims = decodeJwt(session.access_token)
        expect(claims).toMatchObject({
          sub: userId,
          role: 'authenticated',
          aud: 'authenticated',
          email: 'ann@example.com',
          session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          iss: `${store.url}/auth/v1`,
        })
        expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600)
      })

      test.each([
        ['a wrong password', 'ann@example.com', 'wrong password'],
        ['an unknown address', 'nobody@example.com', PASSWORD],
      ])('%s is refused with the same words', async (_, email, password) => {
        const { data, error } = await auth().signInWithPassword({ email, password })
        expect(data.session).toBeNull()
        expect(error).toMatchObject({ status: 400, code: 'invalid_credentials', message: 'Invalid login credentials' })
      })

      test('the error body has GoTrue’s older form for clients that do not name a version', async () => {
        const response = await post('/token?grant_type=password', {
          email: 'ann@example.com',
          password: 'wrong password',
        })
        expect(response.status).toBe(400)
        expect(await response.json()).toEqual({
          code: 400,
          error_code: 'invalid_credentials',
          msg: 'Invalid login credentials',
        })
      })

      test('an unconfirmed or banned user is refused', async () => {
        await store.client().auth.admin.createUser({ email: 'new@example.com', password: PASSWORD })
        await expect(signIn('new@example.com')).rejects.toMatchObject({ code: 'email_not_confirmed' })
        await store
          .client()
          .auth.admin.createUser({ email: 'bad@example.com', password: PASSWORD, email_confirm: true })
        await store.sql(`update auth.users set banned_until = now() + interval '1 day' where email = 'bad@example.com'`)
        await expect(signIn('bad@example.com')).rejects.toMatchObject({ code: 'user_banned' })
      })

      test('needs an API key and a body', async () => {
        const bare = await fetch(`${store.url}/auth/v1/token?grant_type=password`, { method: 'POST', body: '{}' })
        expect(bare.status).toBe(401)
        expect((await post('/token?grant_type=password', {})).status).toBe(400)
        expect((await post('/token?grant_type=magic', {})).status).toBe(400)
      })

      test('nobody can sign up', async () => {
        const { error } = await auth().signUp({ email: 'me@example.com', password: PASSWORD })
        expect(error).toMatchObject({ status: 422, code: 'signup_disabled' })
      })

      test('the password is stored as scrypt with its parameters, the refresh token as a hash', async () => {
        const { refresh_token: token } = await signIn()
        const [user] = await store.sql('select encrypted_password from auth.users where id = $1', [userId])
        expect(user?.encrypted_password).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/)
        expect(await store.sql('select from auth.refresh_tokens where token_hash = $1', [token])).toEqual([])
      })
    })

    describe('the signed-in user', () => {
      test('is given for a valid token', async () => {
        const { access_token: token } = await signIn()
        const { data } = await auth().getUser(token)
        expect(data.user).toMatchObject({ id: userId, email: 'ann@example.com', user_metadata: { name: 'Ann' } })
      })

      test('is not given for a token that is expired, forged, of no session or of no person', async () => {
        const { access_token: token } = await signIn()
        const claims = decodeJwt(token)
        const expired = await signToken(store.jwtSecret, claims, -10)
        expect((await auth().getUser(expired)).error).toMatchObject({ status: 403, code: 'bad_jwt' })
        expect((await auth().getUser(await signToken('x'.repeat(32), claims))).error).toMatchObject({ code: 'bad_jwt' })
        const other = await signToken(store.jwtSecret, {
          ...claims,
          session_id: '00000000-0000-4000-8000-000000000000',
        })
        expect((await auth().getUser(other)).error?.name).toBe('AuthSessionMissingError')
        expect((await auth().getUser(store.serviceKey)).error).toMatchObject({ status: 403 })
      })

      test('row level security knows them', async () => {
        const { access_token: token } = await signIn()
        const seen = await store.client(store.anonKey, token).from('whoami').select()
        expect(seen.error?.code).toBe('PGRST205')
        await store.sql(
          'create view public.whoami as select auth.uid() as uid, auth.role() as role, auth.email() as email',
        )
        const { data } = await store.client(store.anonKey, token).from('whoami').select()
        expect(data).toEqual([{ uid: userId, role: 'authenticated', email: 'ann@example.com' }])
      })
    })

    describe('refreshing', () => {
      test('gives a new pair of tokens of the same session', async () => {
        const first = await signIn()
        const { data } = await refresh(first.refresh_token)
        expect(data.session?.refresh_token).not.toBe(first.refresh_token)
        const sessionId = (token = '') => decodeJwt(token).session_id
        expect(sessionId(data.session?.access_token)).toBe(sessionId(first.access_token))
        expect((await auth().getUser(data.session?.access_token)).data.user?.id).toBe(userId)
      })

      test('the same token sent at once several times gives the same next one', async () => {
        const { refresh_token: token } = await signIn()
        const answers = await Promise.all([refresh(token), refresh(token), refresh(token)])
        const next = new Set(answers.map(({ data }) => data.session?.refresh_token))
        expect(next.size).toBe(1)
        expect((await refresh([...next][0] as string)).error).toBeNull()
      })

      test('a token used again later ends the session, for thief and owner alike', async () => {
        const { refresh_token: stolen } = await signIn()
        const { data } = await refresh(stolen)
        await store.sql(
          `update auth.refresh_tokens set revoked_at = revoked_at - interval '11 seconds' where revoked_at is not null`,
        )
        expect((await refresh(stolen)).error).toMatchObject({ status: 400, code: 'refresh_token_already_used' })
        expect((await refresh(data.session?.refresh_token ?? '')).error?.code).toBe('refresh_token_not_found')
        expect((await auth().getUser(data.session?.access_token)).data.user).toBeNull()
      })

      test('an unknown token is refused', async () => {
        expect((await refresh('nonsense')).error).toMatchObject({ status: 400, code: 'refresh_token_not_found' })
      })
    })

    describe('signing out', () => {
      const isSignedIn = async ({ access_token: token }: Session) => (await auth().getUser(token)).data.user !== null

      test('local ends this session only', async () => {
        const [one, other] = [await signIn(), await signIn()]
        expect((await store.client().auth.admin.signOut(one.access_token, 'local')).error).toBeNull()
        expect([await isSignedIn(one), await isSignedIn(other)]).toEqual([false, true])
        expect((await refresh(one.refresh_token)).error?.code).toBe('refresh_token_not_found')
      })

      test('others keeps this one, global ends all', async () => {
        const [one, other, third] = [await signIn(), await signIn(), await signIn()]
        await store.client().auth.admin.signOut(one.access_token, 'others')
        expect([await isSignedIn(one), await isSignedIn(other)]).toEqual([true, false])
        await store.client().auth.admin.signOut(one.access_token, 'global')
        expect([await isSignedIn(one), await isSignedIn(third)]).toEqual([false, false])
      })
    })

    describe('administration of users', () => {
      const admin = () => store.client().auth.admin

      test('a second user with the same address is refused', async () => {
        const { error } = await admin().createUser({ email: 'ANN@example.com', password: PASSWORD })
        expect(error).toMatchObject({ status: 422, code: 'email_exists' })
      })

      test('a short password, a bad address and a missing one are refused', async () => {
        expect((await admin().createUser({ email: 'x@example.com', password: 'short' })).error).toMatchObject({
          status: 422,
          code: 'weak_password',
        })
        expect((await admin().createUser({ email: 'nonsense', password: PASSWORD })).error).toMatchObject({
          status: 400,
          code: 'validation_failed',
        })
        expect((await admin().createUser({ password: PASSWORD })).error).toMatchObject({ code: 'validation_failed' })
      })

      test('lists, finds, changes and deletes; a new password ends the sessions', async () => {
        const { data } = await admin().createUser({ email: 'bob@example.com', password: PASSWORD, email_confirm: true })
        const id = data.user?.id ?? ''
        const before = await signIn('bob@example.com')
        expect((await admin().listUsers()).data.users.map(({ email }) => email)).toContain('bob@example.com')
        expect((await admin().listUsers({ page: 2, perPage: 1 })).data.users).toHaveLength(1)
        expect((await admin().getUserById(id)).data.user?.email).toBe('bob@example.com')
        const changed = await admin().updateUserById(id, { password: 'another password', user_metadata: { a: 1 } })
        expect(changed.data.user?.user_metadata).toEqual({ a: 1 })
        expect((await auth().getUser(before.access_token)).data.user).toBeNull()
        await expect(signIn('bob@example.com')).rejects.toMatchObject({ code: 'invalid_credentials' })
        await signIn('bob@example.com', 'another password')
        expect((await admin().deleteUser(id)).error).toBeNull()
        expect((await admin().getUserById(id)).error).toMatchObject({ status: 404, code: 'user_not_found' })
        expect((await admin().deleteUser(id)).error).toMatchObject({ status: 404 })
      })

      test('is for the service role alone', async () => {
        const { access_token: token } = await signIn()
        for (const key of [store.anonKey, token]) {
          const { error } = await store.client(store.anonKey, key).auth.admin.listUsers()
          expect(error).toMatchObject({ status: 403, code: 'not_admin' })
        }
        expect((await fetch(`${store.url}/auth/v1/admin/users`)).status).toBe(401)
      })

      test('no role but the server’s own reads users, sessions or refresh tokens', async () => {
        for (const table of ['users', 'sessions', 'refresh_tokens']) {
          await store.sql(
            `create function public.peek_${table}() returns bigint language sql stable as 'select count(*) from auth.${table}'`,
          )
          for (const key of [store.anonKey, store.serviceKey]) {
            expect((await store.client(key).rpc(`peek_${table}`)).error?.code).toBe('42501')
          }
        }
      })
    })

    function post(path: string, body: object): Promise<Response> {
      return fetch(`${store.url}/auth/v1${path}`, {
        method: 'POST',
        headers: { apikey: store.anonKey, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    }
  },
  { migrations: null },
)
