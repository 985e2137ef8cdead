import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findChromium } from '../../tests/support/browser.ts'
import { findPostgresBinaries } from '../../tests/support/postgres.ts'
import { findRedisServer } from '../../tests/support/redis.ts'

/** A program the tests need: found at `path`, or missing for a reason that is said aloud. */
export type Tool = { name: string; path: string | null; reason?: string }

/** Whether this is root on Debian (or a child of it), where everything can be installed, so nothing may be left out. */
export const canInstall =
  process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')

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
export async function ensureTools(
  say: (line: string) => void,
): Promise<{ chromium: Tool; postgres: Tool; redis: Tool }> {
  let chromium = findChromium()
  let postgres = await findPostgresBinaries()
  let redis = findRedisServer()
  let reason: string | null = null
  if (canInstall && (!chromium || !postgres || !redis)) {
    const packages = [
      ...(chromium ? [] : ['chromium', 'fonts-liberation']),
      ...(postgres ? [] : ['postgresql']),
      ...(redis ? [] : ['redis-server']),
    ]
    say(`Installing ${packages.join(', ')} with apt-get …`)
    reason = install(packages)
    chromium ??= findChromium()
    postgres ??= await findPostgresBinaries()
    redis ??= findRedisServer()
  } else if (!chromium) {
    say('Installing Chromium with playwright …')
    const { status } = spawnSync(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium'], {
      stdio: 'inherit',
    })
    if (status !== 0) reason = 'playwright could not download it'
    chromium = findChromium()
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
    redis: {
      name: 'Redis',
      path: redis,
      ...(!redis && { reason: missing('no redis-server on this machine; install Redis 7 or newer') }),
    },
  }
}
