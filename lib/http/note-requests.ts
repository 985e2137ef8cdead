import 'server-only'
import { isOnVercel, readEnv } from '../platform/env'
import { openGeoip } from '../platform/geoip'
import { notePeerAddresses } from '../platform/note-peer-addresses'
import { toClientAddress } from './client-address'

/**
 * From now on every request to this process says from where it came: the address of its connection, and with
 * `GROWTH_GEOIP_FILE` country and kind of network of its client, whom trusted proxies may name. For the start of a Node
 * server; throws an Error that names the setting when the file cannot be read.
 */
export function noteRequests(): void {
  const { GROWTH_GEOIP_FILE: file, GROWTH_TRUSTED_PROXIES: trustedProxies = [] } = readEnv()
  const lookUp = file === undefined ? null : openGeoip(file)
  const trust = { trustedProxies, isOnVercel: isOnVercel() }
  notePeerAddresses(lookUp && ((headers) => lookUp(toClientAddress(headers, trust))))
}
