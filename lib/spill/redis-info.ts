/** The fields of an answer to INFO by name. Source: https://redis.io/docs/latest/commands/info/ */
export function parseRedisInfo(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
