import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { API } from '../../../lib/contracts/api/api'
import type { ApiOperation } from '../../../lib/contracts/api/operation'
import { type RouteHandler, readDeclaration } from '../../../lib/http/define-route'
import { describeStores } from '../../support/store'
import { listRoutes, loadRoute, prepareInstall } from './install'

const OPERATIONS = new Map<string, ApiOperation>(API.flatMap(({ operations }) => Object.entries(operations)))

/** Methods that are no part of the API: preflights, and the store's own protocol. */
const isApi = (method: string, route: string) => method !== 'OPTIONS' && route.startsWith('/api/')

const handlers = (
  await Promise.all(
    listRoutes().map(async (route) =>
      Object.entries(await loadRoute(route)).map(([method, handler]) => ({ method, route, handler })),
    ),
  )
)
  .flat()
  .filter(({ method, route }) => /^[A-Z]+$/.test(method) && isApi(method, route))

const toText = (schema: z.ZodType | undefined) =>
  schema && JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))

describe('what is said of the API', () => {
  test('names every method of every route, and no other', () => {
    expect(handlers.length).toBeGreaterThan(40)
    expect([...OPERATIONS.keys()].sort()).toEqual(handlers.map(({ method, route }) => `${method} ${route}`).sort())
  })

  test.each(handlers.map(({ method, route, handler }) => [`${method} ${route}`, handler] as const))(
    '%s is what its route declares',
    (key, handler) => {
      const operation = OPERATIONS.get(key)
      const declaration = handler && readDeclaration(handler as RouteHandler)
      expect(declaration).toBeDefined()
      expect(operation?.permission).toBe(declaration?.permission)
      for (const part of ['query', 'body'] as const)
        expect([part, toText(operation?.[part])]).toEqual([part, toText(declaration?.[part])])
      // What a route does not check of its path is any text.
      if (declaration?.params) expect(toText(operation?.params)).toBe(toText(declaration.params))
    },
  )
})

describeStores('what the API answers', (store) => {
  const install = prepareInstall(store)

  test('is of the shape that its document says, wherever a question needs nothing but a project', async () => {
    const asked: string[] = []
    for (const [key, { answer, params }] of OPERATIONS) {
      const [method = '', route = ''] = key.split(' ')
      if (method !== 'GET' || !answer || params) continue
      const path = `${route.replace('[slug]', 'default')}?project=default`
      const response = await install.call('GET', path, { headers: { cookie: install.cookies.admin } })
      if (response.status === 422) continue // it needs more than a project
      expect([key, response.status]).toEqual([key, 200])
      const parsed = answer.safeParse(((await response.json()) as { data: unknown }).data)
      expect([key, parsed.error?.issues ?? []]).toEqual([key, []])
      asked.push(key)
    }
    expect(asked.length).toBeGreaterThan(20)
  }, 60_000)

  test('is at /api/openapi.json for everybody', async () => {
    const response = await install.call('GET', '/api/openapi.json')
    expect([response.status, ((await response.json()) as { openapi: string }).openapi]).toEqual([200, '3.1.0'])
  })
})
