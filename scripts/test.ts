// `npm test`: every check there is, on everything this machine can offer. Its last line is `N passed, N failed[, N skipped]`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../tests/support/postgres.ts'
import { canInstall, ensureTools } from './check/tools.ts'
import { say } from './launch/progress.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const tally = { passed: 0, failed: 0, skipped: 0 }
const remarks: string[] = []
const reports = mkdtempSync(join(tmpdir(), 'growth-tests-'))

const { chromium, postgres, redis } = await ensureTools(say)
for (const tool of [chromium, postgres, redis]) {
  if (tool.path) continue
  if (canInstall) {
    tally.failed += 1
    remarks.push(`FAILED ${tool.name} must be there as root on Debian: ${tool.reason}`)
  } else {
    tally.skipped += 1
    remarks.push(`SKIPPED every test that needs ${tool.name}: ${tool.reason}`)
  }
}

check('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.'])
check('SQL lint', 'node_modules/squawk-cli/js/bin/squawk', readMigrations())
check('types', 'scripts/typecheck.ts', [])
check('build', 'scripts/build.ts', [])

const cluster = postgres.path ? await startPostgres() : null
try {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...(cluster && { GROWTH_TEST_POSTGRES_URL: cluster.url }),
  }
  const withoutBrowser = chromium.path ? [] : ['--exclude', '**/*.browser.test.ts']
  // Of two cores vitest would use one: much of the time is spent in Postgres.
  const unit = ['--exclude', 'tests/{e2e,fault,bench}/**', ...withoutBrowser, '--maxWorkers=100%']
  suite('unit, SQL and architecture tests', unit, env)
  const product = chromium.path ? ['tests/e2e', 'tests/fault'] : ['tests/fault']
  suite('end-to-end and fault tests', [...product, '--no-file-parallelism'], env)
} finally {
  await cluster?.stop()
  rmSync(reports, { recursive: true, force: true })
}

if (remarks.length > 0) say(`\n${remarks.join('\n')}`)
say('')
say(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`)
process.exit(tally.failed > 0 ? 1 : 0)

/** One command that either holds or does not; counts as one test. */
function check(name: string, script: string, args: readonly string[]): void {
  say(`\n── ${name}`)
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  if (status === 0) tally.passed += 1
  else {
    tally.failed += 1
    remarks.push(`FAILED ${name}`)
  }
}

type Report = {
  success: boolean
  numPassedTests: number
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

/** One run of vitest, counted from its JSON report: what it prints for people is not parsed. */
function suite(name: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  say(`\n── ${name}`)
  const file = join(reports, `${name.replaceAll(/\W+/g, '-')}.json`)
  const options = ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...options], {
    env,
    stdio: 'inherit',
  })
  let report: Report
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch (error) {
    tally.failed += 1
    remarks.push(`FAILED ${name}: vitest left no report (${error instanceof Error ? error.message : error})`)
    return
  }
  const before = tally.failed
  for (const { name: path, status: fileStatus, assertionResults } of report.testResults) {
    for (const { status: outcome, fullName } of assertionResults) {
      if (outcome === 'passed') tally.passed += 1
      else if (outcome === 'failed') {
        tally.failed += 1
        remarks.push(`FAILED ${path.replace(root, '')}: ${fullName}`)
      } else {
        tally.skipped += 1
        remarks.push(`SKIPPED ${path.replace(root, '')}: ${fullName}`)
      }
    }
    if (fileStatus === 'failed' && !assertionResults.some((each) => each.status === 'failed')) {
      tally.failed += 1
      remarks.push(`FAILED ${path.replace(root, '')}: the file could not be run`)
    }
  }
  if (status !== 0 && tally.failed === before) {
    tally.failed += 1
    remarks.push(`FAILED ${name}: vitest ended with code ${status}, see above`)
  }
}

function readMigrations(): string[] {
  const files = readdirSync('supabase/migrations').filter((file) => file.endsWith('.sql'))
  if (files.length === 0) throw new Error('supabase/migrations holds no migration: nothing would be linted')
  return files.map((file) => join('supabase/migrations', file))
}
