import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findFreePort } from '../../support/postgres.ts'
import { ROOT } from '../../support/source-files.ts'

const ROUTE = `
export const runtime = 'edge'
export async function POST(request) {
  const { events } = await request.json()
  const data = { accepted: events.length, duplicates: 0, rejected: [] }
  return Response.json({ data, meta: { serverTime: Date.now() } }, { status: 202 })
}
`
const CONFIG = `export default { poweredByHeader: false, turbopack: { root: ${JSON.stringify(ROOT)} } }`

export type BareEdge = { readonly port: number; readonly process: ChildProcess; stop(): Promise<void> }

/**
 * The first raw limit: a Next of its own, built here, whose only route runs on the edge runtime, parses the same body and
 * gives the same answer, and stores nothing. Lies below the project's folder, where packages are found, and removes itself.
 */
export async function startBareEdge(): Promise<BareEdge> {
  mkdirSync(join(ROOT, '.growth'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, '.growth', 'bench-'))
  mkdirSync(join(folder, 'app', 'in'), { recursive: true })
  writeFileSync(join(folder, 'app', 'in', 'route.js'), ROUTE)
  writeFileSync(join(folder, 'next.config.mjs'), CONFIG)
  writeFileSync(join(folder, 'package.json'), '{ "name": "bare-edge", "private": true }')
  const next = join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next')
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  const built = spawnSync(process.execPath, [next, 'build'], { cwd: folder, env, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`The bare edge route could not be built:\n${built.stdout}${built.stderr}`)
  const port = await findFreePort()
  const server = spawn(process.execPath, [next, 'start', '--port', String(port)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const chunk of server.stdout.iterator({ destroyOnReturn: false })) {
    if (String(chunk).includes('Ready')) break
  }
  server.stdout.resume()
  return {
    port,
    process: server,
    async stop() {
      server.kill('SIGKILL')
      await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
