import { IncomingMessage, Server, ServerResponse } from 'node:http'
import { PEER_ADDRESS_HEADER } from './peer-address-header'

let isNoting = false

/**
 * From now on every request to an HTTP server of this process carries the address of its connection in
 * `PEER_ADDRESS_HEADER`, and nothing a client wrote there; and a client that hangs up is no uncaught exception. Idempotent.
 */
export function notePeerAddresses(): void {
  if (isNoting) return
  isNoting = true
  const emit = Server.prototype.emit
  Server.prototype.emit = function (this: Server, ...args: unknown[]): boolean {
    const [event, request, response] = args
    if (event === 'request' && request instanceof IncomingMessage && response instanceof ServerResponse) {
      // Assigned, not appended: what the client sent under this name is gone.
      request.headers[PEER_ADDRESS_HEADER] = request.socket.remoteAddress
      ignoreHangUp(request, response)
    }
    return Reflect.apply(emit, this, args) as boolean
  }
}

// A page that leaves hangs up as soon as its beacon is answered. Whoever reads the body learns of it there, but Next replaces
// the listeners of a request whose body it has read, and would log each such request as an uncaught exception. So the
// listener comes at the last moment: before Node's own, which reports the hang-up to the request.
function ignoreHangUp(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  const listen = () => void request.on('error', () => {})
  socket.prependOnceListener('close', listen)
  response.once('close', () => socket.off('close', listen))
}
