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
  notePeerAddresses(() => {
    const { GROWTH_GEOIP_FILE: file, GROWTH_TRUSTED_PROXIES: trustedProxies = [] } = readEnv()
    if (file === undefined) return null
    const lookUp = openGeoip(file)
    const trust = { trustedProxies, isOnVercel: isOnVercel() }
    return (headers) => lookUp(toClientAddress(headers, trust))
  })
}
