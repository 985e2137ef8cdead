import { readFileSync } from 'node:fs'
import { Reader, type Response } from 'mmdb-lib'

/** What a geography file says of an address; null and false when it does not know. */
export type Network = { country: string | null; isDataCentre: boolean }

const UNKNOWN: Network = { country: null, isDataCentre: false }
/** Addresses remembered: a lookup walks up to 128 nodes, and the requests of a page come one after the other. */
const ADDRESSES_MAX = 10_000

/**
 * Reads a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/) into memory once and answers from there, so that it may be
 * replaced or go later. Understands country, city and anonymous-IP files: `country.iso_code` or `country_code`;
 * `is_hosting_provider` or the user type `hosting`, beside each other or under `traits`. Throws an Error that names the
 * setting when the file cannot be read.
 */
export function openGeoip(path: string): (address: string | null) => Network {
  const reader = openReader(path)
  const networks = new Map<string, Network>()
  return (address) => {
    if (address === null || (reader.metadata.ipVersion === 4 && address.includes(':'))) return UNKNOWN
    const known = networks.get(address)
    if (known) return known
    if (networks.size >= ADDRESSES_MAX) networks.delete(networks.keys().next().value as string)
    const network = toNetwork(reader.get(address))
    networks.set(address, network)
    return network
  }
}

function openReader(path: string): Reader<Response> {
  try {
    return new Reader<Response>(readFileSync(path))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`GROWTH_GEOIP_FILE: not a readable MMDB file: ${reason}`, { cause })
  }
}

function toNetwork(found: unknown): Network {
  const entry = toRecord(found)
  const traits = toRecord(entry.traits)
  const country = toRecord(entry.country).iso_code ?? entry.country_code
  return {
    country: typeof country === 'string' ? country : null,
    isDataCentre: [entry, traits].some((each) => each.is_hosting_provider === true || each.user_type === 'hosting'),
  }
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
