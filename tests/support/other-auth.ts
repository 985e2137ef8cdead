import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resetEnv } from '../../lib/platform/env'

/** An Auth that gives every request the same answer, and what it was asked: `POST /auth/v1/token`. */
export type OtherAuth = { asked: string[]; stop(): void }

/** What Auth answers to credentials that do not fit, without the time that scrypt takes: for tests of many attempts. */
export const REFUSAL = { code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' }

/** Points the settings of the process at an Auth that refuses everybody or is out of order, until it is stopped. */
export async function startOtherAuth(status: number, body: object): Promise<OtherAuth> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const names = ['NEXT_PUBLIC_SUPABASE_URL', 'NEXT_PUBLIC_SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_KEY'] as const
  const before = names.map((name) => [name, process.env[name]] as const)
  for (const name of names) process.env[name] ??= 'unused'
  process.env.NEXT_PUBLIC_SUPABASE_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  resetEnv()
  return {
    asked,
    stop() {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
      resetEnv()
      server.close()
      server.closeAllConnections()
    },
  }
}
