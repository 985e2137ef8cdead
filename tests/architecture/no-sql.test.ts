import { describe, expect, it } from 'vitest'
import { readImports, readSourceFiles, type SourceFile } from '../support/source-files'

const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
const SQL = [
  /\bselect\b[\s\S]+\bfrom\b\s+["\w.$]+[\s\S]*\b(where|group by|order by|limit|join)\b/i,
  /\bselect\s+(\*|count\(|\d)/i,
  /\binsert\s+into\s+["\w.$]+/i,
  /\bupdate\s+["\w.$]+\s+set\b/i,
  /\bdelete\s+from\s+["\w.$]+/i,
  /\b(create|alter|drop|truncate)\s+(table|function|index|schema|policy|role|view)\b/i,
]

/** Shown to people as an example of a query to report; never run. */
const SHOWN_ONLY = 'components/panels/snippets.ts'

/** Speaks to a file of SQLite's own that an import forgets when it ends; the product's store it cannot even reach. */
const JOURNAL = 'lib/import/journal.ts'

/** String and template literals that hold a statement. SQL lives in supabase/migrations; code calls named functions. */
function findSql(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
    const literals = code.match(LITERAL) ?? []
    return literals
      .filter((literal) => SQL.some((pattern) => pattern.test(literal)))
      .map((literal) => `${path}: ${literal.slice(0, 80)}`)
  })
}

describe('TypeScript', () => {
  const files = readSourceFiles('lib', 'components', 'app').filter(
    ({ path }) => path !== SHOWN_ONLY && path !== JOURNAL,
  )

  it('is scanned for real', () => {
    expect(files.flatMap(({ text }) => text.match(LITERAL) ?? []).length).toBeGreaterThan(500)
  })

  it('holds no SQL', () => {
    expect(findSql(files)).toEqual([])
  })

  it('has one file that keeps notes in SQLite, and that file reaches nothing of the store', () => {
    const [journal] = readSourceFiles('lib/import').filter(({ path }) => path === JOURNAL)
    const imports = readImports(journal?.text ?? '').filter(({ isTypeOnly }) => !isTypeOnly)
    expect(imports.map(({ specifier }) => specifier)).toEqual(['node:crypto', 'node:sqlite'])
  })

  it.each([
    "const q = 'select * from user_events'",
    'const q = `\n  insert into public.user_events (id) values (1)`',
    'const q = "delete from projects"',
    "const q = 'update projects set name = 1'",
    "const q = 'select id, name from projects where id = 1'",
    "const q = 'create table x (id int)'",
  ])('with SQL planted in it is refused: %s', (text) => {
    expect(findSql([{ path: 'lib/planted.ts', text }])).toHaveLength(1)
  })

  it('may say select and update in plain words', () => {
    const text = "const hint = 'Select a range, then update the page'"
    expect(findSql([{ path: 'lib/planted.ts', text }])).toEqual([])
  })
})
