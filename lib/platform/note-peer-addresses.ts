import { IncomingMessage, Server, ServerResponse } from 'node:http'
import { COUNTRY_HEADER, NETWORK_HEADER, PEER_ADDRESS_HEADER } from './peer-headers'

/** What is known of a client's network, from the request's headers as they are after its connection was noted. */
export type DescribeNetwork = (headers: Pick<Headers, 'get'>) => { country: string | null; isDataCentre: boolean }

// The collector in front and Next are bundles of their own in one process: the mark is shared, the first one notes.
const noting = Symbol.for('growth-stack.noting')
const host = globalThis as { [noting]?: true }

/**
 * From now on every request to an HTTP server of this process carries the address of its connection in
 * `PEER_ADDRESS_HEADER`, what is known of its client's network in the two other headers of peer-headers.ts, and nothing a
 * client wrote there; and a client that hangs up is no uncaught exception. Idempotent: `prepare` is asked the first time only,
 * and what it throws leaves everything as it was.
 */
export function notePeerAddresses(prepare: () => DescribeNetwork | null = () => null): void {
  if (host[noting]) return
  const describe = prepare()
  host[noting] = true
  const emit = Server.prototype.emit
  Server.prototype.emit = function (this: Server, ...args: unknown[]): boolean {
    const [event, request, response] = args
    if (event === 'request' && request instanceof IncomingMessage && response instanceof ServerResponse) {
      noteConnection(request, describe)
      ignoreHangUp(request, response)
    }
    return Reflect.apply(emit, this, args) as boolean
  }
}

// Assigned or deleted, never appended: what the client sent under these names is gone.
function noteConnection({ headers, socket }: IncomingMessage, describe: DescribeNetwork | null): void {
  delete headers[COUNTRY_HEADER]
  delete headers[NETWORK_HEADER]
  headers[PEER_ADDRESS_HEADER] = socket.remoteAddress
  const network = describe?.({ get: (name) => headers[name.toLowerCase()]?.toString() ?? null })
  if (network?.country) headers[COUNTRY_HEADER] = network.country
  if (network?.isDataCentre) headers[NETWORK_HEADER] = 'hosting'
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
