import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../support/source-files'

/** What the compiler says of one file under the settings of a folder. */
function compileUnder(folder: string, text: string): { ok: boolean; output: string } {
  const scratch = mkdtempSync(join(tmpdir(), 'growth-runtime-'))
  try {
    writeFileSync(join(scratch, 'planted.ts'), text)
    const settings = {
      extends: join(ROOT, folder, 'tsconfig.json'),
      compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
      include: ['planted.ts'],
    }
    writeFileSync(join(scratch, 'tsconfig.json'), JSON.stringify(settings))
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', scratch],
      { encoding: 'utf8' },
    )
    return { ok: status === 0, output: stdout }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

describe("a folder's tsconfig makes an API of another runtime a type error", () => {
  it.each([
    ['lib/core', 'document.title', 'document'],
    ['lib/core', "process.env['X']", 'process'],
    ['lib/contracts', 'fetch("/")', 'fetch'],
    ['lib/insights/models', 'setTimeout(() => {}, 1)', 'setTimeout'],
    ['lib/analytics', 'Buffer.from("x")', 'Buffer'],
    ['lib/analytics/server', 'document.title', 'document'],
    ['lib/analytics/server', 'process.exit()', 'process'],
    ['lib/collect', 'process.exit()', 'process'],
    ['lib/collect', 'document.title', 'document'],
  ])('in %s: %s', (folder, expression, name) => {
    const { ok, output } = compileUnder(folder, `export const planted: unknown = ${expression}\n`)
    expect(ok).toBe(false)
    expect(output).toContain(name)
  })

  it.each([
    ['lib/core', 'Math.max(1, 2)'],
    ['lib/analytics', 'document.title'],
    ['lib/collect', 'new Headers()'],
  ])('and lets %s use what it has: %s', (folder, expression) => {
    expect(compileUnder(folder, `export const fine: unknown = ${expression}\n`)).toEqual({ ok: true, output: '' })
  })
})
