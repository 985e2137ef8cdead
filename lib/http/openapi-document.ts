import { isGranted, PERMISSIONS, type Permission } from '../auth/permissions'
import { API } from '../contracts/api/api'
import { isReport } from '../contracts/api/is-report'
import type { ApiOperation } from '../contracts/api/operation'
import { errorBody } from '../contracts/envelope'
import { tableQuery } from '../contracts/export'
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiParameter } from '../contracts/openapi'
import { ROLES } from '../contracts/session'
import { Components } from './openapi-schema'

const SECURITY_SCHEMES = {
  secretKey: { type: 'http', scheme: 'bearer', description: 'A secret key, `sk_…`, of one project: for servers.' },
  publishableKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'A publishable key, `pk_…`: for pages, which may also send it as `key` in the body.',
  },
  session: { type: 'apiKey', in: 'cookie', name: 'growth-access', description: 'A signed-in member of the project.' },
  jobSecret: { type: 'http', scheme: 'bearer', description: 'GROWTH_JOB_SECRET, for schedulers.' },
} as const

const DESCRIPTION =
  'Success answers `{ "data": … }`, failure `{ "error": { "code", "message", "requestId", "issues"? } }`. Times are ISO 8601 with an offset, or Unix milliseconds. Without `project` a secret key speaks of its own project, a member of `default`.'

/** Of the API, not of the product: the first number changes when a caller has to. */
const VERSION = '1.0.0'

let made: OpenApiDocument | undefined

/** The document of the whole API, made from its contracts at the first question. */
export function readOpenApiDocument(): OpenApiDocument {
  made ??= createOpenApiDocument()
  return made
}

function createOpenApiDocument(): OpenApiDocument {
  const components = new Components()
  const paths: OpenApiDocument['paths'] = {}
  const error = components.add('Error', errorBody, 'output')
  for (const { name, operations } of API) {
    for (const [key, operation] of Object.entries(operations)) {
      const [method = '', path = ''] = key.split(' ')
      const place = path.replaceAll(/\[(\w+)\]/g, '{$1}')
      paths[place] ??= {}
      paths[place][method.toLowerCase()] = toOperation(name, method, path, operation, components)
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Growth Stack',
      version: VERSION,
      summary: 'Self-hosted growth analytics',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: API.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: components.schemas,
      responses: {
        Failure: {
          description: 'What went wrong, and what to do.',
          content: { 'application/json': { schema: error } },
        },
      },
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

function toOperation(
  tag: string,
  method: string,
  path: string,
  operation: ApiOperation,
  components: Components,
): OpenApiOperation {
  const operationId = toOperationId(method, path)
  const parameters = toParameters(path, operation, components)
  const body = toRequestBody(operationId, operation, components)
  return {
    operationId,
    tags: [tag],
    summary: operation.summary.split(/(?<=[.;:]) /, 1)[0]?.replace(/[.;:]$/, '') ?? '',
    description: `${operation.summary} ${toRights(operation.permission)}`,
    security: toSecurity(operation.permission),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: {
      [operation.status ?? 200]: toSuccess(path, operationId, operation, components),
      default: { $ref: '#/components/responses/Failure' },
    },
  }
}

/** A name for an operation that no other has: `getPeoplePersonId`. */
export function toOperationId(method: string, path: string): string {
  const words = path.replace(/^\/api\//, '').split(/[^A-Za-z0-9]+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function toParameters(path: string, operation: ApiOperation, components: Components): OpenApiParameter[] {
  const named = [...path.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => name)
  const params = operation.params
    ? components.toProperties(operation.params)
    : new Map<string, { schema: JsonSchema }>()
  const query = operation.query ? components.toProperties(operation.query) : new Map()
  if (!query.has('project') && needsProject(operation.permission) && !named.includes('slug')) {
    query.set('project', { schema: { type: 'string' }, isRequired: false })
  }
  if (isReport(path, operation.permission)) {
    for (const [name, property] of components.toProperties(tableQuery)) query.set(name, property)
  }
  return [
    ...named.map((name) => ({
      name,
      in: 'path' as const,
      required: true,
      schema: params.get(name)?.schema ?? { type: 'string' },
    })),
    ...[...query].map(([name, { schema, isRequired }]) => ({
      name,
      in: 'query' as const,
      required: isRequired,
      schema,
    })),
  ]
}

function needsProject(permission: string): boolean {
  return permission in PERMISSIONS && PERMISSIONS[permission as Permission].scope === 'project'
}

function toRequestBody(operationId: string, { body, file }: ApiOperation, components: Components): object | null {
  if (file) return { required: true, content: Object.fromEntries(file.map((type) => [type, {}])) }
  if (!body) return null
  return {
    required: true,
    content: { 'application/json': { schema: components.add(`${operationId}Body`, body, 'input') } },
  }
}

function toSuccess(path: string, operationId: string, operation: ApiOperation, components: Components): object {
  const { answer, bare, download, status = 200 } = operation
  const content: Record<string, object> = {}
  if (answer) {
    const data = components.add(`${operationId}Answer`, answer, 'output')
    const meta = { type: 'object' }
    content['application/json'] = { schema: { type: 'object', required: ['data'], properties: { data, meta } } }
  }
  if (bare) content['application/json'] = { schema: components.add(`${operationId}Answer`, bare, 'output') }
  for (const type of download ?? (isReport(path, operation.permission) ? ['text/csv', 'application/x-ndjson'] : []))
    content[type] = {}
  const description =
    status === 204
      ? 'Done; nothing to say.'
      : status === 202
        ? 'Committed.'
        : status === 307
          ? 'Elsewhere.'
          : 'The answer.'
  return { description, ...(Object.keys(content).length > 0 && { content }) }
}

function toSecurity(permission: string): Record<string, string[]>[] {
  if (permission === 'public') return [{}]
  const name = permission as Permission
  const isMember = isGranted(name, 'member') || ROLES.some((role) => isGranted(name, role))
  return [
    ...(isGranted(name, 'anonymous') ? [{}] : []),
    ...(isGranted(name, 'secret') ? [{ secretKey: [] }] : []),
    ...(isGranted(name, 'publishable') ? [{ publishableKey: [] }] : []),
    ...(isMember ? [{ session: [] }] : []),
    ...(isGranted(name, 'job') ? [{ jobSecret: [] }] : []),
  ]
}

/** Who may call it, in words. */
function toRights(permission: string): string {
  if (permission === 'public') return 'Open to everybody.'
  const name = permission as Permission
  const roles = ROLES.filter((role) => isGranted(name, role))
  const who = [
    ...(isGranted(name, 'anonymous') ? ['pages of this product'] : []),
    ...(isGranted(name, 'publishable') ? ['publishable keys'] : []),
    ...(isGranted(name, 'secret') ? ['secret keys'] : []),
    ...(isGranted(name, 'member') ? ['anybody signed in'] : []),
    ...roles.map((role) => `role ${role}`),
    ...(isGranted(name, 'job') ? ['the job secret'] : []),
  ]
  return `Permission \`${permission}\`: ${who.join(', ')}.`
}
