import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendWebResponse } from '../../scripts/serve/web-exchange'
import { prepareInstall } from '../app/api/install'
import { ROOT } from '../support/source-files'
import { describeStores } from '../support/store'

const LINES = 9_000
/** Every third line is equal to the one before, every hundredth one is none. */
const FILE = Array.from({ length: LINES }, (_, index) => {
  if (index % 100 === 99) return 'no line of a log'
  const number = index % 3 === 2 ? index - 1 : index
  const second = String(number % 60).padStart(2, '0')
  return `203.0.113.${number % 250} - - [10/Mar/2026:12:00:${second} +0000] "GET /page-${number} HTTP/1.1" 200 1 "-" "A"`
}).join('\n')
const BAD = LINES / 100

describeStores('an import killed half-way', (store) => {
  const install = prepareInstall(store)
  const folder = mkdtempSync(join(tmpdir(), 'growth-import-'))
  const file = join(folder, 'access.log.gz')
  const rejected = join(folder, 'rejected.ndjson')
  const children = new Set<ChildProcess>()
  let onRequest: (count: number) => void = () => {}
  let requests = 0

  // The route itself, over HTTP: the command is a process of its own.
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    requests += 1
    const answer = install.call('POST', incoming.url ?? '', {
      headers: { authorization: incoming.headers.authorization ?? '' },
      raw: Buffer.concat(chunks),
    })
    onRequest(requests)
    await sendWebResponse(outgoing, await answer)
  })

  beforeAll(async () => {
    writeFileSync(file, gzipSync(FILE))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true })
  })

  const run = () => {
    const { port } = server.address() as AddressInfo
    const child = spawn(
      process.execPath,
      ['scripts/import.ts', 'combined-log', file, '--url', `http://127.0.0.1:${port}`, '--rejected', rejected],
      { cwd: ROOT, env: { ...process.env, GROWTH_DATA_DIR: folder, GROWTH_SECRET_KEY: install.secretKey } },
    )
    children.add(child)
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (printed += text))
    return { child, ended: once(child, 'close').then(([code]) => ({ code, printed })) }
  }
  const countRows = async () => {
    const [row] = await store.sql<{ rows: number; keys: number }>(
      'select count(*)::int as rows, count(distinct (route, id))::int as keys from public.user_events',
    )
    return row
  }

  test('loses nothing and adds nothing twice when it goes on, and a second time adds nothing at all', async () => {
    for (const at of [2, 4]) {
      const { child, ended } = run()
      onRequest = (count) => count === at && child.kill('SIGKILL')
      await ended
    }
    onRequest = () => {}
    const last = await run().ended
    expect(last).toMatchObject({ code: 0, printed: expect.stringContaining('Going on after') })
    expect(last.printed).toContain(`Done: ${LINES.toLocaleString('en-US')} records`)
    expect(await countRows()).toEqual({ rows: LINES - BAD, keys: LINES - BAD })
    const badLines = readFileSync(rejected, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).line)
    expect(badLines).toEqual(Array.from({ length: BAD }, (_, index) => (index + 1) * 100))
    expect(readdirSync(join(folder, 'imports'))).toEqual([])

    const again = await run().ended
    expect(again.printed).toContain(`${(LINES - BAD).toLocaleString('en-US')} already there`)
    expect(again.printed).not.toContain('stored')
    expect(await countRows()).toEqual({ rows: LINES - BAD, keys: LINES - BAD })
  }, 120_000)
})
