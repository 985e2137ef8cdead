/** On whose behalf a server measures: what the collector would have seen, had their browser asked it directly. */
export type VisitorContext = {
  userAgent?: string | undefined
  ip?: string | undefined
  /** What they agreed to, where the application knows it; the collector takes silence for `anonymous`. */
  consent?: 'anonymous' | 'full' | undefined
  /** Their browser sends Global Privacy Control: nothing that ties two items together leaves this process. */
  hasGpc?: boolean | undefined
  /** Their browser sends Do Not Track; whether that counts is a setting of the project. */
  hasDnt?: boolean | undefined
}

/** The visitor behind a request, from its headers and the address that the caller trusts; absent fields are not known. */
export function readVisitor(headers: Pick<Headers, 'get'>, address: string | null): VisitorContext {
  const userAgent = headers.get('user-agent')
  return {
    // As much of it as the collector reads.
    ...(userAgent && { userAgent: userAgent.slice(0, 1_024) }),
    ...(address && { ip: address }),
    ...(headers.get('sec-gpc') === '1' && { hasGpc: true }),
    ...(headers.get('dnt') === '1' && { hasDnt: true }),
  }
}
