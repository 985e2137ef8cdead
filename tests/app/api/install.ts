import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, vi } from 'vitest'
import type { TestStore } from '../../support/store'

/** The handlers of a route file, by method. */
export type RouteModule = Partial<
  Record<
    string,
    (request: Request, context?: { params: Promise<Record<string, string | string[]>> }) => Promise<Response>
  >
>

export const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
export const JOB_SECRET = 'job-secret-of-the-tests'
export const PASSWORD = 'correct horse battery'
export const ROLES = ['admin', 'operator', 'viewer'] as const

/** One account per role in the default project, and one that is admin of the project `other` only. */
export type Install = {
  secretKey: string
  publishableKey: string
  otherSecretKey: string
  /** Of a read-only link to the default project. */
  shareToken: string
  cookies: Record<(typeof ROLES)[number] | 'other', string>
  memberIds: Record<(typeof ROLES)[number] | 'other', string>
  call: typeof call
}
export type CallOptions = { headers?: Record<string, string>; body?: unknown; raw?: BodyInit }

/** Every route file under app, by its path: `/api/projects/[slug]`. */
export function listRoutes(): string[] {
  const root = join(import.meta.dirname, '../../../app')
  return (
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('route.ts'))
      .map((file) => `/${file.replace(/\/route\.ts$/, '')}`)
      // A fixed name comes before a variable one in the same place, as in Next.
      .sort((one, other) => (one.replaceAll('[', '~') < other.replaceAll('[', '~') ? -1 : 1))
  )
}

/** Loads the handlers of a route file. */
export function loadRoute(route: string): Promise<RouteModule> {
  return import(join(import.meta.dirname, '../../../app', route, 'route.ts'))
}

/**
 * Fills the suite's store with two projects, their keys and members before its tests, with the modules fresh, so that no
 * cache remembers another store.
 */
export function prepareInstall(store: TestStore): Install {
  const install = {} as Install
  beforeAll(async () => {
    vi.resetModules()
    process.env.GROWTH_JOB_SECRET = JOB_SECRET
    process.env.CORS_ORIGINS = 'https://allowed.example'
    await store.sql("insert into public.projects (slug, name) values ('other', 'Other')")
    Object.assign(install, await fill(store))
    install.call = call
  })
  return install
}

async function fill(store: TestStore): Promise<Omit<Install, 'call'>> {
  const { createProjectKey } = await import('../../../lib/database/project-keys')
  const { readProjectBySlug } = await import('../../../lib/database/projects')
  const { createAccount, updateMember } = await import('../../../lib/database/members')
  const { createShare } = await import('../../../lib/database/shares')
  const { createSession } = await import('../../../lib/auth/session')
  const [own, other] = [await readProjectBySlug('default'), await readProjectBySlug('other')]
  if (!own || !other) throw new Error(`the ${store.kind} store lacks its projects`)
  const createKey = async (project: typeof own, kind: 'secret' | 'publishable') =>
    (await createProjectKey(project.id, { kind, label: 'test' })).key
  const cookies: Record<string, string> = {}
  const memberIds: Record<string, string> = {}
  for (const role of [...ROLES, 'other'] as const) {
    const email = `${role}@example.com`
    const id = await createAccount(email, PASSWORD)
    await updateMember(role === 'other' ? other.id : own.id, { id, email, role: role === 'other' ? 'admin' : role })
    const session = await createSession(email, PASSWORD)
    cookies[role] = `growth-access=${session?.tokens.accessToken}`
    memberIds[role] = id
  }
  return {
    secretKey: await createKey(own, 'secret'),
    publishableKey: await createKey(own, 'publishable'),
    otherSecretKey: await createKey(other, 'secret'),
    shareToken: (
      await createShare(own.id, {
        path: '/admin',
        query: '',
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
        createdBy: 'operator@example.com',
      })
    ).token,
    cookies: cookies as Install['cookies'],
    memberIds: memberIds as Install['memberIds'],
  }
}

/** Calls the exported handler of the route file that serves `path`, as Next would. */
export async function call(
  method: string,
  path: string,
  { headers = {}, body, raw }: CallOptions = {},
): Promise<Response> {
  const { pathname } = new URL(path, 'http://localhost:3000')
  const found = listRoutes()
    .map((route) => ({ route, params: matchRoute(route, pathname) }))
    .find(({ params }) => params !== null)
  if (!found?.params) throw new Error(`no route serves ${pathname}`)
  const handler = (await loadRoute(found.route))[method]
  if (!handler) throw new Error(`${found.route} has no ${method}`)
  const payload = raw ?? (body === undefined ? null : JSON.stringify(body))
  const request = new Request(new URL(path, 'http://localhost:3000'), {
    method,
    headers: { host: 'localhost:3000', 'user-agent': BROWSER, ...headers },
    body: payload,
  })
  return handler(request, { params: Promise.resolve(found.params) })
}

function matchRoute(route: string, pathname: string): Record<string, string> | null {
  const names = [...route.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name as string)
  const match = new RegExp(`^${route.replace(/\[[^\]]+\]/g, '([^/]+)')}$`).exec(pathname)
  return match && Object.fromEntries(names.map((name, index) => [name, match[index + 1] as string]))
}

/** A fresh event of now. */
export const toEvent = (extra: object = {}) => ({ id: randomUUID(), event: 'clicked', timestamp: Date.now(), ...extra })
