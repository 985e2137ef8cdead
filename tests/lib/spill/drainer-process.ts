import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from '../../support/source-files'

/**
 * A drainer that makes one run after the other until it kills itself with SIGKILL: by chance, before a request to Redis or to the
 * store, while it is under way, or when its answer is there.
 */
const DRAINER = `
import { drainSpill } from './lib/spill/drain-spill'
process.on('disconnect', () => process.exit()) // the test is gone
const die = () => { if (Math.random() < 0.004) process.kill(process.pid, 'SIGKILL') }
const send = globalThis.fetch
globalThis.fetch = async (...request) => {
  die()
  const answer = send(...request)
  setImmediate(() => setImmediate(die))
  await answer
  die()
  return answer
}
for (;;) await drainSpill({ leaseMs: 150 }).catch(() => {})
`

/** Builds the drainer as a program of its own; `start` runs it with this process's settings, `remove` takes it away. */
export async function buildDrainer(): Promise<{ start(): ChildProcess; remove(): void }> {
  const dir = mkdtempSync(join(tmpdir(), 'growth-drainer-'))
  const program = join(dir, 'drainer.mjs')
  const empty = join(dir, 'empty.mjs')
  writeFileSync(empty, '')
  await build({
    stdin: { contents: DRAINER, resolveDir: ROOT, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { 'server-only': empty },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    logLevel: 'error',
  })
  return {
    start: () => spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
