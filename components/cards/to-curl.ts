import { type ReportRequest, toSearch } from '../data/report-query'

/** Text as one word of a POSIX shell, whatever is in it. */
function toShellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A request as the command that repeats it from a shell, with a placeholder for the secret key. `origin` is where this install answers. */
export function toCurl({ method, path, query = {}, body }: ReportRequest, origin: string): string {
  const search = toSearch(query)
  const lines = [
    `curl ${toShellWord(`${origin}${path}${search && `?${search}`}`)}`,
    `-H ${toShellWord('Authorization: Bearer sk_…')}`,
    ...(method === 'POST'
      ? [`-H ${toShellWord('Content-Type: application/json')}`, `-d ${toShellWord(JSON.stringify(body ?? {}))}`]
      : []),
  ]
  return lines.join(' \\\n  ')
}
