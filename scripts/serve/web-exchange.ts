import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * The request as a route handler takes it. The origin of its URL is fixed: what a handler knows of hosts it reads from the
 * headers, and a client may write anything into `Host`.
 */
export function toWebRequest(incoming: IncomingMessage, bytes: Uint8Array | null): Request {
  return new Request(`http://localhost${incoming.url}`, {
    method: incoming.method as string,
    headers: toHeaders(incoming),
    // Copied by the constructor; the type wants to know that nobody shares the memory.
    ...(bytes && { body: bytes as Uint8Array<ArrayBuffer> }),
  })
}

// Node has joined repeated headers by then; only Set-Cookie, which no request carries, would be a list.
function toHeaders({ headers }: IncomingMessage): Headers {
  const list = new Headers()
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') list.append(name, value)
  }
  return list
}

/** Writes the answer in one piece. A client that is gone by then gets nothing, and that is no error. */
export async function sendWebResponse(outgoing: ServerResponse, response: Response): Promise<void> {
  const body = response.body ? Buffer.from(await response.arrayBuffer()) : null
  if (outgoing.destroyed) return
  const headers: string[] = []
  for (const [name, value] of response.headers) headers.push(name, value)
  if (body) headers.push('content-length', String(body.length))
  outgoing.writeHead(response.status, headers)
  outgoing.end(body ?? undefined)
}
