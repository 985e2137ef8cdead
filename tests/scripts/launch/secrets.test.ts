import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEnv } from '@/lib/platform/env'
import { readOrCreateSecrets } from '../../../scripts/launch/secrets'

describe('readOrCreateSecrets', () => {
  let folder: string
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'growth-secrets-')), 'data')
  })
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

  it('makes secrets that the settings accept, readable by their owner alone, and gives the same ones again', () => {
    const first = readOrCreateSecrets(folder, {})
    expect(() => parseEnv(first)).not.toThrow()
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readOrCreateSecrets(folder, {})).toEqual(first)
  })

  it('prefers what is given and does not write it down', () => {
    const secrets = readOrCreateSecrets(folder, { JWT_SECRET: 'x'.repeat(40) })
    expect(secrets.JWT_SECRET).toBe('x'.repeat(40))
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain('xxxx')
  })

  it('makes what was given before and is not any more, and keeps it from then on', () => {
    readOrCreateSecrets(folder, { JWT_SECRET: 'x'.repeat(40) })
    const later = readOrCreateSecrets(folder, {})
    expect(later.JWT_SECRET.length).toBeGreaterThanOrEqual(32)
    expect(readOrCreateSecrets(folder, {})).toEqual(later)
  })

  it('refuses a damaged file instead of making new keys', () => {
    readOrCreateSecrets(folder, {})
    writeFileSync(join(folder, 'secrets.json'), '{"JWT_')
    expect(() => readOrCreateSecrets(folder, {})).toThrow(/secrets\.json is damaged/)
  })
})
