// `npm run typecheck`: route types, the whole tree, then each folder whose tsconfig says where its code may run.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (label: string, script: string, args: readonly string[]): boolean => {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${label}\n`)
  return status === 0
}

const folders = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('tsconfig.json'))
  .map((path) => join('lib', dirname(path)))
  .sort()
if (folders.length < 5) throw new Error(`expected the runtime-bound folders of lib/, found ${folders.length}`)

const results = [
  run('route types', 'next/dist/bin/next', ['typegen']),
  run('the whole tree', 'typescript/bin/tsc', ['-p', '.']),
  ...folders.map((folder) => run(folder, 'typescript/bin/tsc', ['-p', folder])),
]
process.exit(results.every(Boolean) ? 0 : 1)
