import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { IMPORT_FORMATS, type ImportOptions, importOptions } from '../../lib/contracts/import'

/** What a command asks for. Paths are absolute. */
export type ImportArguments = {
  file: string
  options: ImportOptions
  project: string | null
  url: string | null
  rejectedFile: string
  restarts: boolean
}

export const USAGE = `Usage: npm run import -- FORMAT FILE [options]

FORMAT      ${IMPORT_FORMATS.join(', ')}
FILE        plain or gzip

--map TARGET=SOURCE    a column for a field (timestamp, event, userId, …) or for properties.NAME; =TEXT is a constant. Repeatable
--delimiter CHARACTER  of CSV: one character, tab, or whitespace for any run of blanks
--timezone ZONE        for times without an offset (UTC)
--project SLUG         the project that the secret key belongs to (default)
--url URL              where the product answers (http://localhost:3000)
--rejected FILE        where bad lines are written (FILE.rejected.ndjson in this folder)
--restart              from the first line, also when an earlier run was stopped half-way

The secret key is GROWTH_SECRET_KEY, else the one of the data folder.`

/** The arguments of a command line; throws an Error that says what is wrong with it. */
export function parseArguments(argv: readonly string[], cwd: string): ImportArguments {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      map: { type: 'string', multiple: true },
      delimiter: { type: 'string' },
      timezone: { type: 'string' },
      project: { type: 'string' },
      url: { type: 'string' },
      rejected: { type: 'string' },
      restart: { type: 'boolean' },
    },
  })
  const [format, file, ...rest] = positionals
  if (format === undefined || file === undefined || rest.length > 0) throw new Error(USAGE)
  const parsed = importOptions.safeParse({
    format,
    ...(values.map && { mapping: toMapping(values.map) }),
    ...(values.delimiter !== undefined && { delimiter: values.delimiter }),
    ...(values.timezone !== undefined && { timezone: values.timezone }),
  })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}\n\n${USAGE}`)
  }
  return {
    file: resolve(cwd, file),
    options: parsed.data,
    project: values.project ?? null,
    url: values.url ?? null,
    rejectedFile: resolve(cwd, values.rejected ?? `${basename(file)}.rejected.ndjson`),
    restarts: values.restart ?? false,
  }
}

function toMapping(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw new Error(`--map ${pair}: expected TARGET=SOURCE, such as timestamp=date or event==purchase`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
