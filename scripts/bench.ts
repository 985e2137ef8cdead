// `npm run bench -- NAME [options]`: runs tests/bench/NAME.ts. Benchmarks print figures and ratios; they assert nothing about time.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fail, say } from './launch/progress.ts'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const names = readdirSync('tests/bench')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
const [name, ...options] = process.argv.slice(2)
if (!name) {
  say(`Benchmarks: ${names.join(', ')}\nRun one with: npm run bench -- ${names[0]}`)
} else if (names.includes(name)) {
  process.exit(spawnSync(process.execPath, [`tests/bench/${name}.ts`, ...options], { stdio: 'inherit' }).status ?? 1)
} else {
  fail(`There is no benchmark ${name}. There are: ${names.join(', ')}`)
}
