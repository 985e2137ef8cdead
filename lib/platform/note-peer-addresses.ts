import { IncomingMessage, Server } from 'node:http'
import { PEER_ADDRESS_HEADER } from './peer-address-header'

let isNoting = false

/**
 * From now on every request to an HTTP server of this process carries the address of its connection in
 * `PEER_ADDRESS_HEADER`, and nothing a client wrote there. Idempotent.
 */
export function notePeerAddresses(): void {
  if (isNoting) return
  isNoting = true
  const emit = Server.prototype.emit
  Server.prototype.emit = function (this: Server, ...args: unknown[]): boolean {
    const [event, request] = args
    if (event === 'request' && request instanceof IncomingMessage) {
      // Assigned, not appended: what the client sent under this name is gone.
      request.headers[PEER_ADDRESS_HEADER] = request.socket.remoteAddress
    }
    return Reflect.apply(emit, this, args) as boolean
  }
}
