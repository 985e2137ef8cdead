import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Journal } from '../../lib/import/journal'
import { say } from '../launch/progress.ts'
import { type ImportArguments, parseArguments } from './arguments.ts'
import { runImport } from './run-import.ts'
import { sendBatch } from './send-batch.ts'
import { createProgress, toCounts } from './show-progress.ts'

/** Runs one import from the command line; throws an Error that says what to do. */
export async function main(argv: readonly string[], cwd: string): Promise<void> {
  const asked = parseArguments(argv, cwd)
  if (!existsSync(asked.file)) throw new Error(`There is no file ${asked.file}.`)
  if (existsSync('.env')) process.loadEnvFile('.env')
  const dataDir = resolve(process.env.GROWTH_DATA_DIR || '.growth')
  const url = (asked.url ?? `http://localhost:${process.env.PORT || 3000}`).replace(/\/+$/, '')
  const target = { url, project: asked.project, secretKey: readSecretKey(dataDir) }
  const journalPath = toJournalPath(dataDir, asked, url)
  if (asked.restarts) removeJournal(journalPath)
  const isResumed = existsSync(journalPath)
  const journal = openJournal(journalPath)
  if (isResumed) say(`Going on after ${toCounts(journal.readProgress())}.`)
  const show = createProgress(process.stdout)
  try {
    const progress = await runImport(asked.file, asked.options, {
      journal,
      send: (items) => sendBatch(target, items),
      onProgress: show,
    })
    show(progress, 1, true)
    if (progress.rejected > 0) await writeRejected(asked.rejectedFile, journal)
    say(`Done: ${toCounts(progress)}.${progress.rejected > 0 ? ` Bad lines: ${asked.rejectedFile}` : ''}`)
  } catch (error) {
    journal.close()
    throw error
  }
  journal.close()
  removeJournal(journalPath)
}

function readSecretKey(dataDir: string): string {
  if (process.env.GROWTH_SECRET_KEY) return process.env.GROWTH_SECRET_KEY
  const path = join(dataDir, 'secrets.json')
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { GROWTH_SECRET_KEY?: string }) : {}
  if (kept.GROWTH_SECRET_KEY) return kept.GROWTH_SECRET_KEY
  throw new Error(`Set GROWTH_SECRET_KEY to a secret key of the project: there is none in ${path}.`)
}

// Another file, another way to read it or another place to send it to is another import.
function toJournalPath(dataDir: string, { file, options, project }: ImportArguments, url: string): string {
  const { size, mtimeMs } = statSync(file)
  const digest = createHash('sha256')
    .update(JSON.stringify([file, size, mtimeMs, options, project, url]))
    .digest('hex')
  const folder = join(dataDir, 'imports')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${digest.slice(0, 32)}.sqlite`)
}

function openJournal(path: string): Journal {
  try {
    return new Journal(path)
  } catch (cause) {
    throw new Error(`Another import of this file is under way (${path}).`, { cause })
  }
}

function removeJournal(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true })
}

async function writeRejected(path: string, journal: Journal): Promise<void> {
  writeFileSync(path, '')
  let lines: string[] = []
  for (const badLine of journal.readBadLines()) {
    lines.push(`${JSON.stringify(badLine)}\n`)
    if (lines.length < 10_000) continue
    await appendFile(path, lines.join(''))
    lines = []
  }
  await appendFile(path, lines.join(''))
}
