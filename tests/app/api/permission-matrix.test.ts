import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { type Grantee, isGranted, type Permission } from '../../../lib/auth/permissions'
import { describeStores } from '../../support/store'
import { type CallOptions, type Install, JOB_SECRET, listRoutes, loadRoute, prepareInstall } from './install'

const step = { event: 'a' }
const unknownId = randomUUID()
const definition = { match: 'all', conditions: [{ kind: 'did', event: step }] }
type Target = { permission: Permission; path?: string; body?: unknown; scope: 'project' | 'install' }
const project = (permission: Permission, body?: unknown, path?: string): Target => ({
  permission,
  scope: 'project',
  body,
  ...(path !== undefined && { path }),
})

/** Every method that asks who is there. Ids are unknown ones: who is let in gets 404, and nothing changes. */
const GUARDED: Record<string, Target> = {
  'GET /api/analytics/events': project('reports.read'),
  'GET /api/analytics/performance': project('reports.read'),
  'GET /api/analytics/performance/breakdown': project('reports.read'),
  'GET /api/analytics/performance/causes': project('reports.read'),
  'GET /api/analytics/performance/releases': project('reports.read'),
  'GET /api/analytics/ai-performance': project('reports.read'),
  'GET /api/analytics/database-performance': project('reports.read'),
  'GET /api/analytics/revenue': project('reports.read'),
  'POST /api/analytics/funnels': project('funnels.read', { range: '7d', steps: [step] }),
  'POST /api/analytics/funnels/people': project('people.read', { range: '7d', steps: [step], step: 1 }),
  'POST /api/analytics/funnels/explain': project('people.read', { range: '7d', steps: [step], personId: '1' }),
  'POST /api/analytics/funnels/trend': project('funnels.read', { range: '7d', steps: [step] }),
  'GET /api/analytics/event-names': project('reports.read'),
  'GET /api/analytics/event-properties': project(
    'reports.read',
    undefined,
    '/api/analytics/event-properties?event=a&project=SLUG',
  ),
  'GET /api/funnels': project('funnels.read'),
  'POST /api/funnels': project('funnels.manage', {}),
  'GET /api/funnels/[id]': project('funnels.read', undefined, `/api/funnels/${unknownId}?project=SLUG`),
  'PATCH /api/funnels/[id]': project('funnels.manage', {}, `/api/funnels/${unknownId}?project=SLUG`),
  'DELETE /api/funnels/[id]': project('funnels.manage', undefined, `/api/funnels/${unknownId}?project=SLUG`),
  'GET /api/analytics/actives': project('reports.read'),
  'GET /api/analytics/stickiness': project('reports.read'),
  'GET /api/analytics/lifecycle': project('reports.read'),
  'GET /api/analytics/features': project('reports.read'),
  'GET /api/analytics/feature-usage': project(
    'reports.read',
    undefined,
    '/api/analytics/feature-usage?event=a&project=SLUG',
  ),
  'GET /api/analytics/churned': project('people.read'),
  'GET /api/analytics/at-risk': project('people.read'),
  'POST /api/analytics/retention': project('retention.read', { range: '7d', target: step, return: step }),
  'POST /api/analytics/events': { permission: 'collect.write', scope: 'install', body: { events: [] } },
  'POST /api/analytics/performance': { permission: 'collect.write', scope: 'install', body: { metrics: [] } },
  'POST /api/analytics/ai-performance': { permission: 'collect.write', scope: 'install', body: { metrics: [] } },
  'POST /api/analytics/database-performance': { permission: 'collect.write', scope: 'install', body: { metrics: [] } },
  'GET /api/segments': project('segments.read'),
  'POST /api/segments': project('segments.manage', {}),
  'POST /api/segments/preview': project('segments.manage', { definition }),
  'GET /api/segments/traits': project('segments.manage'),
  'GET /api/segments/[id]': project('segments.read', undefined, `/api/segments/${unknownId}?project=SLUG`),
  'GET /api/segments/[id]/counts': project(
    'segments.read',
    undefined,
    `/api/segments/${unknownId}/counts?project=SLUG`,
  ),
  'PATCH /api/segments/[id]': project('segments.manage', {}, `/api/segments/${unknownId}?project=SLUG`),
  'DELETE /api/segments/[id]': project('segments.manage', undefined, `/api/segments/${unknownId}?project=SLUG`),
  'POST /api/segments/[id]/people': project('people.read', {}, `/api/segments/${unknownId}/people?project=SLUG`),
  'GET /api/views': project('views.read'),
  'POST /api/views': project('views.manage', {}),
  'PATCH /api/views/[id]': project('views.manage', {}, `/api/views/${unknownId}?project=SLUG`),
  'DELETE /api/views/[id]': project('views.manage', undefined, `/api/views/${unknownId}?project=SLUG`),
  'GET /api/shares': project('shares.read'),
  'POST /api/shares': project('shares.manage', {}),
  'DELETE /api/shares/[id]': project('shares.manage', undefined, `/api/shares/${unknownId}?project=SLUG`),
  'GET /api/projects/[slug]': project('project.read', undefined, '/api/projects/SLUG'),
  'PATCH /api/projects/[slug]': project('project.update', {}, '/api/projects/SLUG'),
  'GET /api/projects/[slug]/keys': project('keys.read', undefined, '/api/projects/SLUG/keys'),
  'POST /api/projects/[slug]/keys': project('keys.manage', { kind: 'publishable' }, '/api/projects/SLUG/keys'),
  'DELETE /api/projects/[slug]/keys/[id]': project('keys.manage', undefined, `/api/projects/SLUG/keys/${unknownId}`),
  'POST /api/projects/[slug]/keys/[id]/rotate': project(
    'keys.manage',
    undefined,
    `/api/projects/SLUG/keys/${unknownId}/rotate`,
  ),
  'GET /api/projects/[slug]/members': project('members.read', undefined, '/api/projects/SLUG/members'),
  'POST /api/projects/[slug]/members': project('members.manage', { email: 'no address' }, '/api/projects/SLUG/members'),
  'PATCH /api/projects/[slug]/members/[id]': project(
    'members.manage',
    { role: 'viewer' },
    `/api/projects/SLUG/members/${unknownId}`,
  ),
  'DELETE /api/projects/[slug]/members/[id]': project(
    'members.manage',
    undefined,
    `/api/projects/SLUG/members/${unknownId}`,
  ),
  'GET /api/ingest/health': project('ingest.read'),
  'GET /api/ingest/bots': project('ingest.read'),
  'POST /api/ingest/bots/restore': project('bots.manage', { reasons: ['none'], browser: null, from: 0, to: 1 }),
  'GET /api/ingest/dead-letters': project('dead_letters.read'),
  'POST /api/ingest/dead-letters/retry': project('dead_letters.manage', { ids: ['1'] }),
  'POST /api/ingest/dead-letters/discard': project('dead_letters.manage', { ids: ['1'] }),
  'POST /api/analytics/paths': project('reports.read', { range: '7d' }),
  'GET /api/analytics/sessions': project('reports.read'),
  'GET /api/analytics/sources': project('reports.read'),
  'GET /api/analytics/audience': project('reports.read'),
  'GET /api/analytics/live': project('reports.read'),
  'GET /api/people': project('people.read'),
  'GET /api/people/sessions': project('people.read'),
  'POST /api/people/search': project('people.read', { search: 'nobody' }),
  'GET /api/people/[personId]': project('people.read', undefined, '/api/people/1?project=SLUG'),
  'POST /api/people/lookup': project('people.read', { userId: 'nobody' }),
  'POST /api/people/export': project('people.read', { userId: 'nobody' }),
  'POST /api/people/erase': project('people.erase', { userId: 'nobody' }),
  'GET /api/people/erasures': project('people.read'),
  'POST /api/people/verify-receipt': project('people.read', { jws: 'x' }),
  'GET /api/export/events': project('events.export'),
  'POST /api/import': project('import.write', undefined, '/api/import?format=ndjson&project=SLUG'),
  'GET /api/auth/session': { permission: 'session.read', scope: 'install' },
  'GET /api/metrics': { permission: 'metrics.read', scope: 'install' },
  'GET /api/growth-engine/metrics': { permission: 'metrics.read', scope: 'install' },
  'POST /api/jobs/purge-expired': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/create-partitions': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/drain-spill': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/fold-counts': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/roll-up': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/rebuild-rollups': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/roll-up-calls': { permission: 'jobs.run', scope: 'install' },
  'POST /api/jobs/roll-up-vitals': { permission: 'jobs.run', scope: 'install' },
}

/** Methods that ask nobody, each for a reason: liveness, sign-in itself, preflights, and the store's own row level security. */
const PUBLIC = [
  'GET /api/health',
  'GET /api/openapi.json',
  'GET /api/ready',
  'GET /api/growth-engine/health',
  'POST /api/auth/sign-in',
  'POST /api/auth/sign-out',
  'GET /api/auth/refresh',
  'POST /api/auth/refresh',
  'OPTIONS /api/analytics/ai-performance',
  'OPTIONS /api/analytics/database-performance',
  'OPTIONS /api/analytics/events',
  'OPTIONS /api/analytics/performance',
  'GET /supabase/rest/v1/[...path]',
  'HEAD /supabase/rest/v1/[...path]',
  'POST /supabase/rest/v1/[...path]',
  'PATCH /supabase/rest/v1/[...path]',
  'DELETE /supabase/rest/v1/[...path]',
]

/** Every kind of caller of the default project, and what it is to the permission table. */
const CALLERS: Record<
  string,
  { grantee: Grantee; isMember?: true; headers(install: Install): Record<string, string> }
> = {
  nobody: { grantee: 'anonymous', headers: () => ({}) },
  'a publishable key': { grantee: 'publishable', headers: (install) => bearer(install.publishableKey) },
  'a secret key': { grantee: 'secret', headers: (install) => bearer(install.secretKey) },
  'a read-only link': { grantee: 'share', headers: (install) => bearer(install.shareToken) },
  'the job secret': { grantee: 'job', headers: () => bearer(JOB_SECRET) },
  'an admin': { grantee: 'admin', isMember: true, headers: (install) => ({ cookie: install.cookies.admin }) },
  'an operator': { grantee: 'operator', isMember: true, headers: (install) => ({ cookie: install.cookies.operator }) },
  'a viewer': { grantee: 'viewer', isMember: true, headers: (install) => ({ cookie: install.cookies.viewer }) },
  'a viewer’s token': {
    grantee: 'viewer',
    isMember: true,
    headers: (install) => bearer(install.cookies.viewer.replace('growth-access=', '')),
  },
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const toCall = (name: string, target: Target, slug: string): [string, string, CallOptions] => {
  const [method = '', route = ''] = name.split(' ')
  const path = target.path?.replace('SLUG', slug) ?? (target.scope === 'project' ? `${route}?project=${slug}` : route)
  return [method, path, target.body === undefined ? {} : { body: target.body }]
}

test('names every method of every route', async () => {
  const methods = await Promise.all(
    listRoutes().map(async (route) =>
      Object.keys(await loadRoute(route))
        .filter((name) => /^[A-Z]+$/.test(name))
        .map((method) => `${method} ${route}`),
    ),
  )
  expect(methods.flat().sort()).toEqual([...Object.keys(GUARDED), ...PUBLIC].sort())
})

describeStores('the permission matrix', (store) => {
  const install = prepareInstall(store)

  for (const [name, target] of Object.entries(GUARDED)) {
    test(`${name} lets in whom the table names and refuses everybody else`, async () => {
      for (const [caller, { grantee, isMember, headers }] of Object.entries(CALLERS)) {
        const [method, path, options] = toCall(name, target, 'default')
        const { status } = await install.call(method, path, { ...options, headers: headers(install) })
        const isIn = isGranted(target.permission, isMember && target.scope === 'install' ? 'member' : grantee)
        const refusal = grantee === 'anonymous' ? 401 : 403
        if (target.permission === 'collect.write') {
          // Cookies say nothing here; without a key only our own pages send, and keys of browsers bring their clock.
          const expected = { secret: 202, publishable: 422, share: 403, job: 403 } as Partial<Record<Grantee, number>>
          const isBearer = 'authorization' in headers(install)
          expect([caller, status]).toEqual([caller, isMember ? (isBearer ? 403 : 401) : (expected[grantee] ?? 401)])
        } else if (isIn) expect([caller, [401, 403].includes(status), status < 500]).toEqual([caller, false, true])
        else expect([caller, status]).toEqual([caller, refusal])
      }
    })
  }

  test('a project that one may not know of looks exactly like one that does not exist', async () => {
    const callers = [
      { cookie: install.cookies.viewer },
      { cookie: install.cookies.admin },
      bearer(install.secretKey),
      bearer(install.shareToken),
    ]
    for (const [name, target] of Object.entries(GUARDED)) {
      if (target.scope !== 'project') continue
      for (const headers of callers) {
        const answers = []
        for (const slug of ['other', 'no-such-project']) {
          const [method, path, options] = toCall(name, target, slug)
          const response = await install.call(method, path, { ...options, headers })
          const { error } = (await response.json()) as { error: { code: string; message: string } }
          answers.push([response.status, error.code, error.message])
        }
        expect([name, answers[0]]).toEqual([name, answers[1]])
        expect(answers[0]?.[0]).toBe(404)
      }
    }
  })

  test('a member of another project alone sees nothing of this one', async () => {
    const response = await install.call('GET', '/api/projects/default', { headers: { cookie: install.cookies.other } })
    expect(response.status).toBe(404)
    const own = await install.call('GET', '/api/projects/other', { headers: { cookie: install.cookies.other } })
    expect(own.status).toBe(200)
  })

  test('a secret key without ?project= speaks for its own project', async () => {
    const response = await install.call('GET', '/api/projects/other', { headers: bearer(install.otherSecretKey) })
    expect(response.status).toBe(200)
  })

  test('a read-only link reads reports and nothing else', async () => {
    const allowed = Object.entries(GUARDED)
      .filter(([, { permission }]) => isGranted(permission, 'share'))
      .map(([name]) => name)
    expect(allowed.length).toBeGreaterThan(5)
    // Whatever gives rows, people or settings, or changes anything, lives elsewhere, or needs more.
    for (const name of allowed) expect(name).toMatch(/^((GET|POST) \/api\/analytics\/|GET \/api\/funnels)/)
  })

  test('a link that was revoked or has ended is 401, like one that never was', async () => {
    const ask = () => install.call('GET', '/api/analytics/events', { headers: bearer(install.shareToken) })
    expect((await ask()).status).toBe(200)
    await store.sql("update public.shares set created_at = created_at - interval '2 days', expires_at = now()")
    expect((await ask()).status).toBe(401)
    await store.sql("update public.shares set expires_at = now() + interval '1 hour', revoked_at = now()")
    expect((await ask()).status).toBe(401)
    await store.sql('update public.shares set revoked_at = null')
    expect((await ask()).status).toBe(200)
  })

  test('a read-only link asks ten times a second, and two hundred times at once', async () => {
    const { createShare } = await import('../../../lib/database/shares')
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
    const link = { path: '/admin', query: '', expiresAt, createdBy: 'operator@example.com' } as const
    const { token } = await createShare(1 as never, link)
    // Refused for its body, but not before it was counted.
    const ask = async () =>
      (await install.call('POST', '/api/analytics/funnels', { headers: bearer(token), body: {} })).status
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      for (let count = 0; count < 200; count += 1) expect(await ask()).toBe(422)
      expect(await ask()).toBe(429)
      vi.setSystemTime(Date.now() + 100)
      expect([await ask(), await ask()]).toEqual([422, 429])
    } finally {
      vi.useRealTimers()
    }
  })

  test('a broken or foreign token is 401 everywhere', async () => {
    for (const token of [
      'x',
      'sk_unknown',
      'pk_unknown',
      'share_unknown',
      `share_${'a'.repeat(43)}`,
      'a.b.c',
      store.anonKey,
      store.serviceKey,
    ]) {
      const response = await install.call('GET', '/api/analytics/events', { headers: bearer(token) })
      expect([token.slice(0, 10), response.status]).toEqual([token.slice(0, 10), 401])
    }
  })
})
