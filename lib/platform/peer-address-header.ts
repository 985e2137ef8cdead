/** Names the address of a request's connection. Set by the server itself, over whatever the client sent: note-peer-addresses.ts. */
export const PEER_ADDRESS_HEADER = 'x-growth-peer-address'
