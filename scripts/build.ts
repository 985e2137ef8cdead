// `npm run build`: the script tag (public/t.js), the Next build and the bundle that stands in front of it, stamped with what they
// were made from.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { computeBuildDigest, toBuildEnv, writeBuildStamp } from './launch/build-stamp.ts'
import { bundleCollector } from './serve/bundle.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const buildDir = process.env.GROWTH_BUILD_DIR ?? '.next'

const env: NodeJS.ProcessEnv = { ...process.env, ...toBuildEnv(process.env), NEXT_TELEMETRY_DISABLED: '1' }

const digest = computeBuildDigest(root, env)
for (const args of [['scripts/build-tracker.ts'], [join('node_modules', 'next', 'dist', 'bin', 'next'), 'build']]) {
  if ((await run(args)) !== 0) {
    process.stderr.write(`\n✗ ${args.join(' ')} failed; what it printed above says why.\n`)
    process.exit(1)
  }
}
// After Next, which empties the folder.
await bundleCollector(root, buildDir, env)
writeBuildStamp(root, buildDir, digest)

/** Runs a Node program to its end and gives its exit code. Whoever ends this build ends that program with it. */
async function run(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' })
  const stop = () => {
    child.kill('SIGTERM')
    process.exit(1)
  }
  process.once('SIGTERM', stop).once('disconnect', stop)
  const [code] = (await once(child, 'exit')) as [number | null]
  process.off('SIGTERM', stop).off('disconnect', stop)
  return code
}
