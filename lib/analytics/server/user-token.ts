const encoder = new TextEncoder()

const toHex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

/**
 * The application's word for its user towards a browser's `identify`, by which traits are kept: lower-case hex of HMAC-SHA256
 * of the user id, under the lower-case hex SHA-256 of the secret key. Valid as long as that key is. Source: RFC 2104.
 */
export async function createUserToken(secretKey: string, userId: string): Promise<string> {
  const keyHash = toHex(await crypto.subtle.digest('SHA-256', encoder.encode(secretKey)))
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(keyHash), algorithm, false, ['sign'])
  return toHex(await crypto.subtle.sign('HMAC', key, encoder.encode(userId)))
}
