import { randomBytes } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How each setting that may be left unset is made. The names are a subset of `SETTINGS` in lib/platform/env.ts. */
const MAKERS = {
  GROWTH_SECRET_KEY: () => `sk_${randomBytes(24).toString('base64url')}`,
  GROWTH_PUBLISHABLE_KEY: () => `pk_${randomBytes(18).toString('base64url')}`,
  GROWTH_ADMIN_EMAIL: () => 'admin@growth.local',
  GROWTH_ADMIN_PASSWORD: () => randomBytes(12).toString('base64url'),
  GROWTH_JOB_SECRET: () => randomBytes(24).toString('base64url'),
  JWT_SECRET: () => randomBytes(48).toString('base64url'),
  ENCRYPTION_KEY: () => randomBytes(32).toString('hex'),
} as const
export type SecretName = keyof typeof MAKERS
export type Secrets = Record<SecretName, string>
export const SECRET_NAMES = Object.keys(MAKERS) as SecretName[]

/**
 * The secrets of an embedded or own-Postgres install: those in `given` as they are, the rest from `secrets.json` in the data
 * folder, which the first start makes with mode 600 in a folder of mode 700. Two first starts at once agree on one file.
 * Throws when the file is there but is not what this function wrote.
 */
export function readOrCreateSecrets(dataDir: string, given: Partial<Record<SecretName, string | undefined>>): Secrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'secrets.json')
  const kept = readKept(path) ?? createKept(path, given)
  chmodSync(path, 0o600)
  const secrets: Partial<Secrets> = {}
  for (const name of SECRET_NAMES) secrets[name] = given[name] || kept[name] || MAKERS[name]()
  const fresh = SECRET_NAMES.filter((name) => !given[name] && !kept[name])
  if (fresh.length > 0) {
    // A setting was given at the first start and is not any more: from now on it is kept, too.
    writeFileSync(path, toText({ ...kept, ...Object.fromEntries(fresh.map((name) => [name, secrets[name]])) }), {
      mode: 0o600,
    })
  }
  return secrets as Secrets
}

function readKept(path: string): Partial<Secrets> | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  try {
    return JSON.parse(text) as Partial<Secrets>
  } catch (cause) {
    throw new Error(
      `${path} is damaged. Restore it from a backup: without it nobody stays signed in and keys change.`,
      { cause },
    )
  }
}

// Written beside and linked into place: link fails when the other first start was quicker, and then its file is read.
function createKept(path: string, given: Partial<Record<SecretName, string | undefined>>): Partial<Secrets> {
  const made: Partial<Secrets> = {}
  for (const name of SECRET_NAMES) if (!given[name]) made[name] = MAKERS[name]()
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, toText(made), { mode: 0o600 })
  try {
    linkSync(draft, path)
    return made
  } catch (error) {
    const kept = readKept(path)
    if (kept === null) throw error
    return kept
  } finally {
    rmSync(draft, { force: true })
  }
}

function toText(secrets: Partial<Secrets>): string {
  return `${JSON.stringify(secrets, null, 2)}\n`
}
