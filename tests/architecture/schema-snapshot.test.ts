import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ROOT } from '../support/source-files'

it('supabase/schema.snapshot.sql is what the migrations make', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/db-snapshot.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' })
}, 120_000)
