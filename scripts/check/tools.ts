import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A program the tests need: found at `path`, or missing for a reason that is said aloud. */
export type Tool = { name: string; path: string | null; reason?: string }

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function findOnPath(names: readonly string[]): string | null {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    for (const name of names) if (folder && isExecutable(join(folder, name))) return join(folder, name)
  }
  return null
}

/** Chromium: playwright's own download, else a system browser that speaks the same protocol. */
async function findChromium(): Promise<string | null> {
  const { chromium } = await import('playwright-core')
  const own = chromium.executablePath()
  if (own && existsSync(own)) return own
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return (
    findOnPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) ??
    (existsSync(mac) ? mac : null)
  )
}

/** The folder of `postgres` and `initdb`, version 15 or newer. */
function findPostgres(): string | null {
  const candidates: string[] = []
  const config = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  if (config.status === 0) candidates.push(config.stdout.trim())
  const debian = '/usr/lib/postgresql'
  if (existsSync(debian)) candidates.push(...readdirSync(debian).map((version) => join(debian, version, 'bin')))
  const onPath = findOnPath(['initdb'])
  if (onPath) candidates.push(join(onPath, '..'))
  return (
    candidates.find((folder) => isExecutable(join(folder, 'postgres')) && isExecutable(join(folder, 'initdb'))) ?? null
  )
}

/** Whether this is root on Debian (or a child of it), where everything can be installed, so nothing may be left out. */
export const canInstall =
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && findOnPath(['apt-get']) !== null

function install(packages: readonly string[]): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return null
  } catch (error) {
    const text = String((error as { stderr?: Buffer }).stderr ?? error)
    return `apt-get could not install ${packages.join(' ')}: ${text.trim().split('\n').at(-1)}`
  }
}

/**
 * Finds the programs the tests need and installs the missing ones: with apt-get as root on Debian, Chromium elsewhere
 * through playwright. What is still missing carries the reason.
 */
export async function ensureTools(say: (line: string) => void): Promise<{ chromium: Tool; postgres: Tool }> {
  let chromium = await findChromium()
  let postgres = findPostgres()
  let reason: string | null = null
  if (canInstall && (!chromium || !postgres)) {
    const packages = [...(chromium ? [] : ['chromium', 'fonts-liberation']), ...(postgres ? [] : ['postgresql'])]
    say(`Installing ${packages.join(', ')} with apt-get …`)
    reason = install(packages)
    chromium ??= await findChromium()
    postgres ??= findPostgres()
  } else if (!chromium) {
    say('Installing Chromium with playwright …')
    const { status } = spawnSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], {
      stdio: 'inherit',
    })
    if (status !== 0) reason = 'playwright could not download it'
    chromium = await findChromium()
  }
  const missing = (how: string): string => reason ?? how
  return {
    chromium: {
      name: 'Chromium',
      path: chromium,
      ...(!chromium && { reason: missing('not installed; install Chromium or Chrome') }),
    },
    postgres: {
      name: 'Postgres',
      path: postgres,
      ...(!postgres && { reason: missing('no postgres and initdb on this machine; install Postgres 15 or newer') }),
    },
  }
}
