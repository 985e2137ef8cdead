import 'server-only'
import { toClientAddress } from '../http/client-address'
import { isOnVercel, readEnv, readOwnOrigin } from '../platform/env'
import { toLogText, writeLog } from '../platform/log'
import { collectPath, isAnalyticsEnabled } from '../platform/public-env'
import { createServerAnalytics, type ServerAnalytics } from './server/create-server-analytics'
import { readVisitor, type VisitorContext } from './server/visitor-context'

export type {
  EventDetails,
  FlushOutcome,
  IdentifyDetails,
  ItemDetails,
  ServerAnalytics,
  ServerAnalyticsSettings,
} from './server/create-server-analytics'
// biome-ignore lint/performance/noBarrelFile: a public entry; what it is made of knows nothing of this product's settings
export { createServerAnalytics } from './server/create-server-analytics'
export type { Problem } from './server/sender'
export type { VisitorContext }

const SILENT: ServerAnalytics = {
  track() {},
  conversion() {},
  identify() {},
  flush: async () => ({ left: 0 }),
  close: async () => ({ left: 0 }),
  createUserToken: async () => '',
}

/** One instance per process: bundlers copy this file into several parts of an app, and one queue is enough. */
const INSTANCE = Symbol.for('growth.server-analytics')

function getInstance(): ServerAnalytics {
  const shared = globalThis as { [INSTANCE]?: ServerAnalytics }
  shared[INSTANCE] ??= createDefault()
  return shared[INSTANCE]
}

function createDefault(): ServerAnalytics {
  if (!isAnalyticsEnabled) return SILENT
  try {
    const { GROWTH_SECRET_KEY: secretKey } = readEnv()
    if (!secretKey) throw new Error('GROWTH_SECRET_KEY is not set')
    return createServerAnalytics({
      endpoint: readOwnOrigin() + collectPath,
      secretKey,
      onProblem: ({ reason, ...details }) =>
        writeLog('warning', { event: 'server_analytics_problem', reason, ...toLogged(details) }),
    })
  } catch (error) {
    // Product code goes on, unmeasured; who runs it reads why.
    writeLog('warning', { event: 'server_analytics_off', message: toLogText(error) })
    return SILENT
  }
}

function toLogged({ items, ...others }: { items?: readonly { reason: string }[] } & Record<string, unknown>) {
  const scalars = others as Record<string, string | number | null>
  return items ? { ...scalars, count: items.length, because: items[0]?.reason } : scalars
}

/**
 * Analytics for product code on the server: route handlers, server actions, `after()`. Sends to this install with the secret
 * key of the default project (`GROWTH_SECRET_KEY`); another project or host has `createServerAnalytics`.
 *
 *     export async function POST(request: Request) {
 *       const order = await placeOrder(request)
 *       serverAnalytics.track('order_placed', {
 *         userId: order.userId,
 *         properties: { total: order.total },
 *         visitor: toVisitorContext(request.headers),
 *       })
 *       after(() => serverAnalytics.flush()) // where the process may be frozen after the answer; else it leaves by itself
 *       return Response.json(order)
 *     }
 *
 * In a server action the headers are `await headers()` of `next/headers`. Not while rendering: a render may be repeated, or
 * done once at build time. Without a key, and with `NEXT_PUBLIC_ANALYTICS_ENABLED=false`, it does nothing.
 */
export const serverAnalytics: ServerAnalytics = {
  track: (event, details) => getInstance().track(event, details),
  conversion: (funnel, step, details) => getInstance().conversion(funnel, step, details),
  identify: (userId, details) => getInstance().identify(userId, details),
  flush: () => getInstance().flush(),
  close: () => getInstance().close(),
  /** Empty without a key. */
  createUserToken: (userId) => getInstance().createUserToken(userId),
}

/**
 * The visitor behind a request, to be passed on as `visitor`: their agent, address and privacy signals. Forwarded addresses
 * count only from `GROWTH_TRUSTED_PROXIES`, or as Vercel sets them.
 */
export function toVisitorContext(headers: Pick<Headers, 'get'>): VisitorContext {
  const trustedProxies = readEnv().GROWTH_TRUSTED_PROXIES ?? []
  return readVisitor(headers, toClientAddress(headers, { trustedProxies, isOnVercel: isOnVercel() }))
}
