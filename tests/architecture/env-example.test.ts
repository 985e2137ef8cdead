import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SETTINGS } from '@/lib/platform/env'
import { ROOT } from '../support/source-files'

const readNames = (text: string): string[] =>
  [...text.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1] ?? '')

describe('.env.example', () => {
  const text = readFileSync(join(ROOT, '.env.example'), 'utf8')

  it('names exactly the settings of the schema, in its order', () => {
    expect(readNames(text)).toEqual(Object.keys(SETTINGS))
    expect(readNames(text).length).toBeGreaterThan(20)
  })

  it('is what the schema would write, descriptions included', () => {
    const { status } = spawnSync(process.execPath, ['scripts/env-example.ts', '--check'], { cwd: ROOT })
    expect(status).toBe(0)
  })

  it('with a name too many or too few does not equal the schema', () => {
    expect(readNames(`${text}\n# PLANTED_SETTING=\n`)).not.toEqual(Object.keys(SETTINGS))
    expect(readNames(text.replace('# PORT=', ''))).not.toEqual(Object.keys(SETTINGS))
  })
})
