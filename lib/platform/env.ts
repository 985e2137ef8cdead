import { z } from 'zod'

const text = z.string().trim().min(1)
const port = z.coerce.number().int().min(0).max(65_535)
const url = z.url({ protocol: /^https?$/ })
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

/** First segments of the product's own paths: pages, APIs and files. */
const OWN_PATHS = new Set(['_next', 'admin', 'api', 'demo', 'sign-in', 'supabase'])

/** Whether the product may collect there: a plain path without a slash at the end, and without a dot as files have it. */
function isCollectPath(path: string): boolean {
  const [, first = ''] = path.split('/')
  return /^(\/[a-z0-9_~-]+)+$/i.test(path) && !OWN_PATHS.has(first.toLowerCase())
}

/**
 * Every setting there is, in the order of `.env.example`: how it is read, and what it is for. The names are a promise.
 * `generated` marks what the launcher makes at the first embedded start and keeps in the data folder.
 */
export const SETTINGS = {
  PORT: { schema: port.default(3000), about: 'Where the product listens.' },
  GROWTH_DATA_DIR: {
    schema: text.default('.growth'),
    about: 'Folder of the embedded database and of generated secrets.',
  },
  GROWTH_DATABASE_PORT: {
    schema: port.optional(),
    about: 'Port of the embedded server; 54321, or any free one when that is taken.',
  },
  GROWTH_SECRET_KEY: {
    schema: text.startsWith('sk_').optional(),
    about: 'Secret key of the default project: servers write and read with it.',
    generated: true,
  },
  GROWTH_PUBLISHABLE_KEY: {
    schema: text.startsWith('pk_').optional(),
    about: 'Publishable key of the default project: browsers write with it.',
    generated: true,
  },
  GROWTH_ADMIN_EMAIL: { schema: z.email().optional(), about: 'Address of the first admin.', generated: true },
  GROWTH_ADMIN_PASSWORD: {
    schema: z.string().min(8).optional(),
    about: 'Password of the first admin, 8 characters or more.',
    generated: true,
  },
  GROWTH_JOB_SECRET: {
    schema: text.optional(),
    about: 'Bearer token for /api/jobs/* and /api/metrics.',
    generated: true,
  },
  GROWTH_TRUSTED_PROXIES: {
    schema: list.optional(),
    about: 'Addresses or CIDR blocks, separated by commas, whose forwarded headers count.',
  },
  GROWTH_GEOIP_FILE: { schema: text.optional(), about: 'MMDB file that turns an address into a country.' },
  JWT_SECRET: {
    schema: z.string().min(32).optional(),
    about: 'Signs sessions in the embedded and own-Postgres modes, 32 characters or more.',
    generated: true,
  },
  ENCRYPTION_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'expected 64 hex digits')
      .optional(),
    about: 'AES-256 key for stored prompts, 64 hex digits.',
    generated: true,
  },
  CORS_ORIGINS: {
    schema: list.optional(),
    about: 'Origins allowed for every project, separated by commas, besides each project’s own.',
  },
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    about: 'Own Postgres 15 or newer instead of the embedded database.',
  },
  REDIS_URL: { schema: z.url({ protocol: /^rediss?$/ }).optional(), about: 'Plain Redis 7 or newer.' },
  NEXT_PUBLIC_SUPABASE_URL: { schema: url.optional(), about: 'Supabase instead of the embedded server.' },
  NEXT_PUBLIC_SUPABASE_ANON_KEY: { schema: text.optional(), about: 'Supabase’s anon or publishable key.' },
  SUPABASE_SERVICE_KEY: { schema: text.optional(), about: 'Supabase’s service role or secret key.' },
  UPSTASH_REDIS_REST_URL: { schema: url.optional(), about: 'Upstash Redis instead of REDIS_URL.' },
  UPSTASH_REDIS_REST_TOKEN: { schema: text.optional(), about: 'Token of the Upstash Redis.' },
  ANTHROPIC_API_KEY: { schema: text.optional(), about: 'Key for Claude models.' },
  ANTHROPIC_BASE_URL: { schema: url.optional(), about: 'Another address of the Anthropic API.' },
  DEEPSEEK_API_KEY: { schema: text.optional(), about: 'Key for DeepSeek models. DEEPSEEK_R1_API_KEY is read, too.' },
  NEXT_PUBLIC_COLLECT_PATH: {
    schema: z
      .string()
      .refine(isCollectPath, 'expected a path such as /_g that no page or API of the product has')
      .default('/_g'),
    about: 'Neutral path that answers as /api/analytics does, written into pages by the build; /_g.',
  },
  NEXT_PUBLIC_ANALYTICS_ENABLED: {
    schema: z.enum(['true', 'false']).optional(),
    about: '`false` turns the SDK off everywhere.',
  },
  NEXT_PUBLIC_RELEASE: {
    schema: text.optional(),
    about:
      'Version of the app, written into pages by the build and kept with every row; the commit that the host names.',
  },
} as const satisfies Record<string, { schema: z.ZodType; about: string; generated?: true }>

type Settings = typeof SETTINGS
export type Env = { readonly [Name in keyof Settings]: z.output<Settings[Name]['schema']> }

/** Groups that only work whole: with one of them set the others must be, too. */
const GROUPS = [
  ['NEXT_PUBLIC_SUPABASE_URL', 'NEXT_PUBLIC_SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_KEY'],
  ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'],
] as const

/**
 * Parses all settings; an empty string counts as unset. Throws one Error that names every setting that is missing or
 * wrong and what is expected, never a value.
 */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given: Record<string, string | undefined> = { ...source }
  given.DEEPSEEK_API_KEY ||= given.DEEPSEEK_R1_API_KEY
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, { schema }] of Object.entries(SETTINGS)) {
    const parsed = schema.safeParse(given[name] === '' ? undefined : given[name])
    if (parsed.success) values[name] = parsed.data
    else faults.push(`${name}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`)
  }
  for (const group of GROUPS) {
    const missing = group.filter((name) => !given[name])
    if (missing.length === 0 || missing.length === group.length) continue
    faults.push(`${missing.join(', ')}: missing; ${group.join(', ')} are set together or not at all`)
  }
  if (faults.length > 0) throw new Error(`Settings that need attention (see .env.example):\n  ${faults.join('\n  ')}`)
  return values as Env
}

let current: Env | undefined

/** The settings of this process, parsed on first use and kept: Next loads route modules while it builds. */
export function readEnv(): Env {
  current ??= parseEnv(process.env)
  return current
}

/** Forgets the settings, so that the next `readEnv` parses anew. For tests, which point one process at several stores. */
export function resetEnv(): void {
  current = undefined
}

const PRODUCTION_SECRETS = ['GROWTH_SECRET_KEY', 'GROWTH_JOB_SECRET', 'ENCRYPTION_KEY'] as const

/**
 * Throws one Error naming every secret that an install on Supabase still needs when `NODE_ENV` is `production`. The
 * embedded modes make theirs by themselves, and a Supabase URL without its keys does not get past `parseEnv`.
 */
export function assertProductionSecrets(env: Env, nodeEnv: string | undefined = process.env.NODE_ENV): void {
  if (nodeEnv !== 'production' || !env.NEXT_PUBLIC_SUPABASE_URL) return
  const missing = PRODUCTION_SECRETS.filter((name) => !env[name])
  if (missing.length === 0) return
  throw new Error(
    `Missing secrets: ${missing.join(', ')}. Set them in the environment or in .env; .env.example says what each is for.`,
  )
}

/** Where this process reaches its own install: the deployment's address on Vercel, else the port on this machine. */
export function readOwnOrigin(): string {
  return isOnVercel() ? `https://${process.env.VERCEL_URL}` : `http://127.0.0.1:${readEnv().PORT}`
}

/** Whether the platform is Vercel, which sets its address and country headers over whatever a client sent. */
export function isOnVercel(): boolean {
  return process.env.VERCEL === '1'
}
