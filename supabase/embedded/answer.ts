import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a handler gives back; `body` is JSON text, null for none. */
export type Answer = {
  readonly status: number
  readonly body: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** What a handler gets: the request with its body as text and its path below `/rest/v1` or `/auth/v1`. */
export type Request = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** No request of the product comes near: the largest carries 10,000 events in 5 MiB. */
export const BODY_SIZE_MAX = 32 * 1024 * 1024

/** The client sent more than BODY_SIZE_MAX. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
}

/** The body as text. Throws BodyTooLargeError, at once when the announced length says so. */
export async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_SIZE_MAX) throw new BodyTooLargeError()
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > BODY_SIZE_MAX) throw new BodyTooLargeError()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Writes the answer; HEAD gets the headers alone. */
export function sendAnswer(response: ServerResponse, method: string, answer: Answer): void {
  if (response.destroyed) return
  const body = answer.body === null ? null : Buffer.from(answer.body)
  response.writeHead(answer.status, {
    ...(body && { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }),
    ...answer.headers,
  })
  response.end(method === 'HEAD' ? undefined : (body ?? undefined))
}
