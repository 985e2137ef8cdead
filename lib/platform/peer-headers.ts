/**
 * Headers that this process itself sets on each request, over whatever the client sent under their names
 * (note-peer-addresses.ts), because code on the edge runtime sees neither connections nor files.
 */

/** The address of the request's connection. */
export const PEER_ADDRESS_HEADER = 'x-growth-peer-address'
/** ISO 3166-1 alpha-2 code of the client's country, as the geography file has it. */
export const COUNTRY_HEADER = 'x-growth-country'
/** `hosting` when the geography file knows the client's network as a data centre. */
export const NETWORK_HEADER = 'x-growth-network'
