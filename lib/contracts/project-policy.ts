import { z } from 'zod'
import { NAME_LENGTH_MAX } from './collect-limits'

/** Names of properties that are never stored, whatever their value: credentials, payment and identity numbers. */
export const DENIED_PROPERTIES: readonly string[] = [
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'passcode',
  'current_password',
  'new_password',
  'password_confirmation',
  'pin_code',
  'otp',
  'secret',
  'client_secret',
  'secret_key',
  'private_key',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'auth_token',
  'csrf_token',
  'session_token',
  'user_token',
  'jwt',
  'bearer',
  'authorization',
  'cookie',
  'set_cookie',
  'credentials',
  'api_key',
  'access_key',
  'x_api_key',
  'credit_card',
  'credit_card_number',
  'card_number',
  'cvv',
  'cvc',
  'csc',
  'security_code',
  'iban',
  'account_number',
  'bank_account',
  'routing_number',
  'ssn',
  'social_security_number',
  'tax_id',
  'passport_number',
]

const RETENTION_DAYS_MAX = 36_500
const days = z.int().min(1).max(RETENTION_DAYS_MAX).nullable()
const deniedProperty = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'expected the name of a property, without control characters' })

const userId = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { message: 'expected a user id, without control characters' })

/** Which patterns are replaced in texts before they are stored. */
const scrubs = { email: z.boolean(), card: z.boolean(), token: z.boolean() }
/** Days that raw rows are kept, by table; null keeps them for ever. */
const retentionDays = { events: days, conversions: days, vitals: days, ai: days, database: days }
const fields = {
  /** `Sec-GPC: 1` (https://www.w3.org/TR/gpc/) and `DNT: 1` ask that nothing may tie two events of a person together. */
  honoursGpc: z.boolean(),
  honoursDnt: z.boolean(),
  /** Addresses are kept truncated (/24, /48) even then. */
  keepsAddresses: z.boolean(),
  keepsUserAgents: z.boolean(),
  /** Replaces the default list; case, `-` and `_` do not matter. */
  deniedProperties: z.array(deniedProperty).max(200),
  /** User ids, as the application sends them, whose rows are marked as own traffic and left out of the numbers. */
  ignoredUserIds: z.array(userId).max(200),
}

/** What a project keeps of people, and for how long: the `settings` of `GET /api/projects/[slug]`, defaults filled in. */
export const projectPolicy = z.object({
  ...fields,
  scrubs: z.object(scrubs),
  retentionDays: z.object(retentionDays),
})
export type ProjectPolicy = z.infer<typeof projectPolicy>

/** Any part of a policy; what is left out stays as it is, also inside `scrubs` and `retentionDays`. */
export const projectPolicyPatch = z.strictObject({
  ...z.object(fields).partial().shape,
  scrubs: z.strictObject(scrubs).partial().optional(),
  retentionDays: z.strictObject(retentionDays).partial().optional(),
})
export type ProjectPolicyPatch = z.infer<typeof projectPolicyPatch>

/** What holds where a project says nothing: nobody is tracked against a GPC signal, nothing identifying is kept. */
export const DEFAULT_POLICY: ProjectPolicy = {
  honoursGpc: true,
  honoursDnt: false,
  keepsAddresses: false,
  keepsUserAgents: false,
  deniedProperties: [...DENIED_PROPERTIES],
  ignoredUserIds: [],
  scrubs: { email: true, card: true, token: true },
  retentionDays: { events: null, conversions: null, vitals: null, ai: null, database: null },
}

const policies = new WeakMap<object, ProjectPolicy>()

/**
 * A project's stored `settings` as a policy. What is absent, or was written into the store by hand and is not understood,
 * is the default. Parsed once per object, as it is asked for with every batch.
 */
export function toProjectPolicy(settings: Readonly<Record<string, unknown>>): ProjectPolicy {
  const known = policies.get(settings)
  if (known) return known
  const policy: ProjectPolicy = {
    ...pickValid(fields, settings, DEFAULT_POLICY),
    scrubs: pickValid(scrubs, settings.scrubs, DEFAULT_POLICY.scrubs),
    retentionDays: pickValid(retentionDays, settings.retentionDays, DEFAULT_POLICY.retentionDays),
  }
  policies.set(settings, policy)
  return policy
}

function pickValid<Shape extends Readonly<Record<string, z.ZodType>>>(
  shape: Shape,
  stored: unknown,
  defaults: { readonly [Name in keyof Shape]: z.output<Shape[Name]> },
): { [Name in keyof Shape]: z.output<Shape[Name]> } {
  const given = typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {}
  const entries = Object.entries(shape).map(([name, schema]) => {
    const parsed = Object.hasOwn(given, name) ? schema.safeParse(given[name]) : undefined
    return [name, parsed?.success ? parsed.data : defaults[name]]
  })
  return Object.fromEntries(entries)
}
