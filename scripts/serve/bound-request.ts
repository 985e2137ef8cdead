import type { IncomingMessage, ServerResponse } from 'node:http'

const ANSWER = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/**
 * Cuts a request off whose body has not come to its end after `timeoutMs`, with the 408 that Node answers itself where it watches
 * (https://nodejs.org/api/http.html#serverrequesttimeout). A body that is `streamed` may take as long as its reader has patience:
 * the time runs once it is answered, for a client that goes on sending.
 */
export function boundRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { isStreamed, timeoutMs }: { isStreamed: boolean; timeoutMs: number },
): void {
  if (hasNoBody(incoming)) return
  let timer: ReturnType<typeof setTimeout> | undefined
  const begin = () => {
    timer = setTimeout(cutOff, timeoutMs)
  }
  const cutOff = () => {
    if (incoming.complete) return
    const { socket } = incoming
    if (outgoing.headersSent) socket.destroy()
    else socket.end(ANSWER, () => socket.destroy())
  }
  const end = () => clearTimeout(timer)
  incoming.once('end', end).once('close', end)
  if (!isStreamed) begin()
  else outgoing.once('finish', () => void (incoming.complete || begin()))
}

/** Whether a request announces no body. */
export function hasNoBody({ headers }: IncomingMessage): boolean {
  return Number(headers['content-length'] ?? 0) === 0 && headers['transfer-encoding'] === undefined
}
