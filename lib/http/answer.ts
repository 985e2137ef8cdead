/** An answer that is more than `{ data }` with 200: another status, `meta` beside the data, headers such as cookies. */
export class Answer {
  readonly data: unknown
  readonly status: number
  readonly meta: Readonly<Record<string, unknown>> | undefined
  readonly headers: Headers

  constructor(
    data: unknown,
    {
      status = 200,
      meta,
      cookies = [],
    }: { status?: number; meta?: Readonly<Record<string, unknown>>; cookies?: readonly string[] } = {},
  ) {
    this.data = data
    this.status = status
    this.meta = meta
    this.headers = new Headers()
    for (const cookie of cookies) this.headers.append('Set-Cookie', cookie)
  }
}
