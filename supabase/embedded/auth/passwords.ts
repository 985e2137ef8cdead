import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

type Cost = { readonly log2N: number; readonly r: number; readonly p: number }

/** 32 MiB and a few hundred milliseconds each. Source: OWASP Password Storage Cheat Sheet, scrypt with N = 2^15, r = 8, p = 3. */
const COST: Cost = { log2N: 15, r: 8, p: 3 }
const KEY_BYTES = 32
const SALT_BYTES = 16

/** The password as it is stored: `$scrypt$ln=15,r=8,p=3$salt$key`, the parameters with it so that they can grow. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return format(COST, salt, await derive(password, salt, COST))
}

/**
 * True when the password is the stored one. Without a stored one (null) false, after as much work as with one: the time
 * does not tell whether an account exists.
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/=]+)\$([\w+/=]+)$/.exec(stored ?? (await readDecoy()))
  if (!match) return false
  const [, log2N, r, p, salt, key] = match as unknown as [string, string, string, string, string, string]
  const expected = Buffer.from(key, 'base64')
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) }
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost)
  return timingSafeEqual(actual, expected) && stored !== null
}

let decoy: Promise<string> | undefined

function readDecoy(): Promise<string> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'))
  return decoy
}

function format({ log2N, r, p }: Cost, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${log2N},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`
}

function derive(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** log2N
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
