import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { computeBuildDigest, isBuildFresh, toBuildEnv, writeBuildStamp } from '../../../scripts/launch/build-stamp'

describe('a build', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'growth-stamp-'))
    for (const folder of ['app', 'tests', 'public', '.next']) mkdirSync(join(root, folder))
    writeFileSync(join(root, 'app', 'page.tsx'), 'one')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('is fresh until a source, or a value that it writes into the browser code, changes', () => {
    const digest = computeBuildDigest(root, { NEXT_PUBLIC_X: 'a' })
    expect(isBuildFresh(root, '.next', digest)).toBe(false)
    writeBuildStamp(root, '.next', digest)
    expect(isBuildFresh(root, '.next', computeBuildDigest(root, { NEXT_PUBLIC_X: 'a' }))).toBe(true)
    expect(isBuildFresh(root, '.next', computeBuildDigest(root, { NEXT_PUBLIC_X: 'b' }))).toBe(false)
    writeFileSync(join(root, 'app', 'page.tsx'), 'two')
    expect(isBuildFresh(root, '.next', computeBuildDigest(root, { NEXT_PUBLIC_X: 'a' }))).toBe(false)
  })

  it('does not depend on tests, on other settings, or on what it made itself', () => {
    const digest = computeBuildDigest(root, { PORT: '1' })
    writeFileSync(join(root, 'tests', 'x.test.ts'), 'new')
    for (const made of ['t.js', 't-vitals.js', 't-refusal.js']) writeFileSync(join(root, 'public', made), 'made')
    expect(computeBuildDigest(root, { PORT: '2' })).toBe(digest)
  })

  it('is the same whatever store it will talk to', () => {
    const env = { NEXT_PUBLIC_ANALYTICS_ENABLED: 'false', NEXT_PUBLIC_SUPABASE_URL: 'https://x.supabase.test' }
    const elsewhere = { ...env, NEXT_PUBLIC_SUPABASE_URL: 'https://y.supabase.test' }
    expect(computeBuildDigest(root, toBuildEnv(env))).toBe(computeBuildDigest(root, toBuildEnv(elsewhere)))
    expect(computeBuildDigest(root, toBuildEnv(env))).not.toBe(computeBuildDigest(root, toBuildEnv({})))
  })
})
