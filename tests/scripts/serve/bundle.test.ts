import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { bundleCollector, toCollectorPath } from '../../../scripts/serve/bundle'
import type { Collector } from '../../../scripts/serve/front'
import { ROOT } from '../../support/source-files'

let folder: string
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A build below the project's folder, from where packages are found. */
async function load(env: Record<string, string>): Promise<Collector> {
  mkdirSync(join(ROOT, '.growth'), { recursive: true })
  folder = mkdtempSync(join(ROOT, '.growth', 'bundle-'))
  const buildDir = relative(ROOT, folder)
  await bundleCollector(ROOT, buildDir, env as NodeJS.ProcessEnv)
  return (await import(/* @vite-ignore */ pathToFileURL(toCollectorPath(ROOT, buildDir)).href)) as Collector
}

const NAMES = ['events', 'performance', 'ai-performance', 'database-performance']

it.each([
  ['/_g', {}],
  ['/in', { NEXT_PUBLIC_COLLECT_PATH: '/in' }],
])(
  'the four ingestion routes are bundled for both of their paths, of which %s is a constant of the build',
  async (path, env) => {
    const { routes } = await load(env)
    expect([...routes.keys()].sort()).toEqual(
      NAMES.flatMap((name) => [`/api/analytics/${name}`, `${path}/${name}`]).sort(),
    )
  },
)

it('a batch for which there is no room is refused as every other refusal is', async () => {
  const { answerOverloaded } = await load({})
  const request = new Request('http://localhost/_g/events', { method: 'POST', headers: { origin: 'https://a.test' } })
  const answer = await answerOverloaded(request)
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('access-control-allow-origin')]).toEqual(
    [503, '2', 'https://a.test'],
  )
  expect(await answer.json()).toMatchObject({ error: { code: 'overloaded' } })
})
