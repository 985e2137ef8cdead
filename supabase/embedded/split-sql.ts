/**
 * The statements of an SQL text, trimmed and without their closing semicolons, comments kept. A semicolon inside quotes,
 * dollar quotes, comments or a `begin atomic … end` body separates nothing. This is how the Supabase CLI
 * fills `schema_migrations.statements`.
 */
export function splitSql(text: string): string[] {
  const statements: string[] = []
  let start = 0
  let atomicDepth = 0
  // Each alternative is one thing that a semicolon may hide in; block comments nest in Postgres, see skipBlockComment.
  const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*|\$([A-Za-z_]\w*)?\$|;|\b[A-Za-z_]\w*\b/g
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match
    if (found === '/*') token.lastIndex = skipBlockComment(text, match.index)
    else if (found.startsWith('$')) {
      const end = text.indexOf(found, token.lastIndex)
      token.lastIndex = end < 0 ? text.length : end + found.length
    } else if (/^atomic$/i.test(found) && /\bbegin\s+$/i.test(text.slice(start, match.index))) atomicDepth = 1
    else if (atomicDepth > 0 && /^case$/i.test(found)) atomicDepth += 1
    else if (atomicDepth > 0 && /^end$/i.test(found)) atomicDepth -= 1
    else if (found === ';' && atomicDepth === 0) {
      push(statements, text.slice(start, match.index))
      start = token.lastIndex
    } else if (found.startsWith("'") && /[eE]$/.test(text.slice(start, match.index))) {
      token.lastIndex = skipEscapeString(text, match.index)
    }
  }
  push(statements, text.slice(start))
  return statements
}

function push(statements: string[], statement: string): void {
  const trimmed = statement.trim()
  if (trimmed.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '') statements.push(trimmed)
}

function skipBlockComment(text: string, from: number): number {
  let depth = 0
  const edge = /\/\*|\*\//g
  edge.lastIndex = from
  for (let match = edge.exec(text); match; match = edge.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1
    if (depth === 0) return edge.lastIndex
  }
  return text.length
}

function skipEscapeString(text: string, from: number): number {
  const body = /'(?:[^'\\]|''|\\[\s\S])*'/y
  body.lastIndex = from
  return body.test(text) ? body.lastIndex : text.length
}
