import { deflateRawSync, gzipSync } from 'node:zlib'

/** One request as bytes on the wire, and by what it is hostile. `isIncomplete`: whoever reads it may wait for more of it for ever. */
export type HostileRequest = { kind: string; bytes: Buffer; isIncomplete: boolean }

/** A number in [0, 1) from a seed, the same for the same seed. Source: mulberry32, public domain, by Tommy Ettinger. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The keys of the product under attack: most attackers have at least the one that stands in every page. */
export type Keys = { secretKey: string; publishableKey: string }

type Chance = {
  random: () => number
  pick<Item>(items: readonly Item[]): Item
  upTo(count: number): number
}

const LANES = ['events', 'performance', 'ai-performance', 'database-performance'] as const
const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'] as const

/** Values where another kind is expected: each JSON type at its edges, and texts that stores and parsers choke on. */
const WRONG_VALUES: readonly string[] = [
  'null',
  'true',
  '-0',
  '1e999',
  '-1e308',
  '9007199254740993',
  '9223372036854775808',
  '0.1',
  '""',
  '" "',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\uffff\\ufffe"',
  '"\u202e\u200b"',
  '"__proto__"',
  '"\'; drop table user_events; --"',
  '"{{constructor.constructor(\'return 1\')()}}"',
  '"../../../../etc/passwd"',
  `"${'𝒳'.repeat(700)}"`,
  `"${'x'.repeat(5_000)}"`,
  '[]',
  '[[]]',
  '{}',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"toString":1}}}',
  '{"toString":null,"valueOf":0,"hasOwnProperty":1,"toJSON":"x"}',
  '{"then":1}',
  '{"length":4294967296}',
]

/** Fields of an item of each lane, with a value that is right. */
const FIELDS: Readonly<Record<(typeof LANES)[number], Readonly<Record<string, string>>>> = {
  events: {
    type: '"event"',
    event: '"hostile"',
    funnel: '"hostile"',
    step: '"hostile"',
    properties: '{"a":1}',
    traits: '{"a":1}',
    userId: '"mallory"',
    anonymousId: '"anon"',
    sessionId: '"session"',
    route: '"/x"',
    referrer: '"https://example.test/?q=1"',
    release: '"1"',
  },
  performance: {
    seq: '1',
    lcp: '12.5',
    cls: '0.1',
    custom: '{"a":1}',
    attribution: '{"lcp":{"a":1}}',
    route: '"/x"',
    navigationType: '"reload"',
    sessionId: '"session"',
  },
  'ai-performance': {
    model: '"m"',
    endpoint: '"/v1"',
    tokens: '5',
    duration: '5',
    success: 'true',
    error: '"no"',
    costUsd: '0.1',
    requestId: '"r"',
  },
  'database-performance': { query: '"select 1"', duration: '1', rows: '1', cached: 'false', userId: '"mallory"' },
}

/** A stream of hostile requests, the same for the same seed. None of their events is named like an honest one. */
export function createHostileRequests(seed: number, keys: Keys): () => HostileRequest {
  const random = createRandom(seed)
  const chance: Chance = {
    random,
    pick: (items) => items[Math.floor(random() * items.length)] as (typeof items)[number],
    upTo: (count) => Math.floor(random() * count),
  }
  const kinds = HOSTILE_KINDS.filter((kind) => !HEAVY_KINDS.has(kind))
  return () => {
    const kind = chance.pick(random() < HEAVY_RATIO ? [...HEAVY_KINDS] : kinds)
    return { kind, bytes: KINDS[kind](chance, keys), isIncomplete: INCOMPLETE_KINDS.has(kind) }
  }
}

type Make = (chance: Chance, keys: Keys) => Buffer

const KINDS = {
  wrongTypes: (chance, keys) => post(chance, keys, wrongItems(chance, keys)),
  wrongShape: (chance, keys) => post(chance, keys, chance.pick(WRONG_VALUES)),
  brokenJson: (chance, keys) => {
    const text = wrongItems(chance, keys)
    return post(chance, keys, text.slice(0, chance.upTo(text.length)))
  },
  flippedBytes: (chance, keys) => {
    const bytes = Buffer.from(wrongItems(chance, keys))
    for (let flips = 1 + chance.upTo(8); flips > 0; flips -= 1) bytes[chance.upTo(bytes.length)] = chance.upTo(256)
    return post(chance, keys, bytes)
  },
  noise: (chance, keys) => post(chance, keys, noise(chance, chance.upTo(4_000))),
  deep: (chance, keys) => {
    const levels = chance.pick([100, 5_000, 100_000])
    const nested = chance.random() < 0.5 ? `${'['.repeat(levels)}${']'.repeat(levels)}` : nest('{"a":', levels, '}')
    const where = chance.pick(['properties', 'traits', 'event', 'context'])
    return post(chance, keys, `{"events":[{${identity(chance)},"event":"hostile","${where}":${nested}}]}`)
  },
  manyKeys: (chance, keys) => {
    const entries = Array.from(
      { length: 2_000 },
      (_, index) => `"${chance.pick(['k', '__proto__', 'é'])}${index}":${index}`,
    )
    return post(chance, keys, `{"events":[{${identity(chance)},"event":"hostile","properties":{${entries}}}]}`)
  },
  manyItems: (chance, keys) => post(chance, keys, `{"events":[${'{},'.repeat(chance.pick([999, 10_001]))}{}]}`),
  repeatedNames: (chance, keys) =>
    post(chance, keys, `{"events":1,"events":[{${identity(chance)},${identity(chance)},"event":"hostile"}],"key":2}`),
  large: (chance, keys) =>
    post(chance, keys, `{"events":["${'x'.repeat(chance.pick([600_000, 5 * 1_048_576 - 20, 6_000_000]))}"]}`),
  gzipBomb: (chance, keys) => post(chance, keys, chance.pick(GZIP_BOMBS), 'Content-Encoding: gzip'),
  brokenGzip: (chance, keys) => {
    const bytes = Buffer.from(gzipSync(wrongItems(chance, keys)))
    if (chance.random() < 0.5) bytes[chance.upTo(bytes.length)] = chance.upTo(256)
    const cut = chance.random() < 0.5 ? bytes.subarray(0, chance.upTo(bytes.length)) : bytes
    return post(chance, keys, cut, 'Content-Encoding: gzip')
  },
  wrongEncoding: (chance, keys) =>
    post(
      chance,
      keys,
      chance.pick([deflateRawSync('{"events":[]}'), Buffer.from('{"events":[]}', 'utf16le'), noise(chance, 40)]),
      chance.pick([
        'Content-Encoding: br',
        'Content-Encoding: gzip, gzip',
        'Content-Encoding: \u00ff',
        'Content-Type: text/plain; charset=utf-16',
      ]),
    ),
  wrongContentType: (chance, keys) =>
    post(
      chance,
      keys,
      wrongItems(chance, keys),
      chance.pick(['Content-Type: multipart/form-data', 'Content-Type: image/png', 'Content-Type:']),
    ),
  wrongLength: (chance, keys) => {
    const length = chance.pick(['0', '5', '999999', '-1', '1e3', '18446744073709551616', '4, 4', 'NaN'])
    return request(chance, keys, 'POST', path(chance), [`Content-Length: ${length}`], Buffer.from('{"events":[]}'))
  },
  twoLengths: (chance, keys) => {
    const both = ['Content-Length: 13', chance.pick(['Content-Length: 4', 'Transfer-Encoding: chunked'])]
    return request(chance, keys, 'POST', path(chance), both, Buffer.from('{"events":[]}'))
  },
  chunkedGarbage: (chance, keys) => {
    const body = chance.pick([
      'zz\r\n{}\r\n0\r\n\r\n',
      'ffffffffffff\r\nx',
      '5\r\n{"ev\r\n',
      '1;x=y\r\n{\r\n1\r\n}\r\n0\r\n\r\n',
      '-1\r\n\r\n',
    ])
    return request(chance, keys, 'POST', path(chance), ['Transfer-Encoding: chunked'], Buffer.from(body))
  },
  cutShort: (chance, keys) => {
    const whole = post(chance, keys, wrongItems(chance, keys))
    return whole.subarray(0, 1 + chance.upTo(whole.length - 1))
  },
  methods: (chance, keys) => request(chance, keys, chance.pick(METHODS), path(chance), [], Buffer.alloc(0)),
  unknownMethods: (chance, keys) =>
    request(chance, keys, chance.pick(['BREW', 'post', 'P\u0000ST', '']), path(chance), [], Buffer.alloc(0)),
  longPath: (chance, keys) =>
    request(
      chance,
      keys,
      'POST',
      `${path(chance)}?${'a=b&'.repeat(chance.pick([500, 3_000, 20_000]))}`,
      [],
      Buffer.alloc(0),
    ),
  oddPath: (chance, keys) =>
    request(chance, keys, chance.pick(['GET', 'POST']), chance.pick(ODD_PATHS), [], Buffer.alloc(0)),
  longHeaders: (chance, keys) => {
    const headers = Array.from(
      { length: chance.pick([50, 1_500]) },
      (_, index) => `X-${index}: ${'v'.repeat(chance.pick([1, 90]))}`,
    )
    return request(chance, keys, 'POST', path(chance), headers, Buffer.alloc(0))
  },
  oddHeaders: (chance, keys) =>
    request(chance, keys, 'POST', path(chance), [chance.pick(ODD_HEADERS)], Buffer.alloc(0)),
  notHttp: (chance) =>
    chance.pick([
      noise(chance, 200),
      Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
      Buffer.from('GET / HTTP/9.9\r\n\r\n'),
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      Buffer.from('\r\n\r\n\r\n'),
    ]),
  pipelined: (chance, keys) => {
    const kept = Array.from({ length: 19 }, () => post(chance, keys, wrongItems(chance, keys), KEPT))
    return Buffer.concat([...kept, post(chance, keys, wrongItems(chance, keys))])
  },
  wrongKeys: (chance) => {
    const key = chance.pick([
      'sk_',
      'pk_',
      'x'.repeat(3_000),
      'sk_\u0000',
      '__proto__',
      'sk_test_0123456789abcdefghijklmN',
    ])
    return post(
      chance,
      { secretKey: key, publishableKey: key },
      wrongItems(chance, { secretKey: key, publishableKey: key }),
    )
  },
} as const satisfies Record<string, Make>

type Kind = keyof typeof KINDS
/** Every way in which a request is hostile. */
export const HOSTILE_KINDS = Object.keys(KINDS) as readonly Kind[]
/** Megabytes each: enough of them to hurt, not so many that the rest has no time. */
const HEAVY_KINDS: ReadonlySet<Kind> = new Set(['large', 'gzipBomb', 'deep', 'manyItems'])
const HEAVY_RATIO = 0.05
const INCOMPLETE_KINDS: ReadonlySet<Kind> = new Set([
  'wrongLength',
  'twoLengths',
  'chunkedGarbage',
  'cutShort',
  'unknownMethods',
  'oddHeaders',
  'notHttp',
])

/** Several times what may come out: zeros, one letter inside JSON, and a bomb in a bomb. */
const GZIP_BOMBS = [
  gzipSync(Buffer.alloc(32 * 1_048_576)),
  gzipSync(Buffer.concat([Buffer.from('{"events":["'), Buffer.alloc(32 * 1_048_576, 'x'), Buffer.from('"]}')])),
  gzipSync(gzipSync(Buffer.alloc(32 * 1_048_576))),
]

const ODD_PATHS = [
  '/api/analytics/events/../../../../etc/passwd',
  '/api/analytics/%2e%2e/%2e%2e/secrets.json',
  '//api/analytics/events',
  '/api/analytics/events%00',
  '/_g/__proto__',
  '/_g/constructor',
  '/_next/image?url=http%3A%2F%2F127.0.0.1%3A1%2F&w=64&q=75',
  '/%',
  '/%ff%fe',
  '*',
  'http://elsewhere.test/api/analytics/events',
  '/api/projects/__proto__/keys',
  '/api/analytics/events?range=%00&project=%F0%9F',
]

const ODD_HEADERS = [
  'Host: \u0001',
  'Host: a.test:99999999',
  'Origin: null',
  'Origin: javascript:alert(1)',
  `Cookie: ${'a=b; '.repeat(800)}`,
  'Cookie: sb-access-token=%00; __proto__=1',
  'Authorization: Bearer',
  'Authorization: Basic \u00ff\u00fe',
  'X-Forwarded-For: not an address, ::::, 999.1.1.1',
  'X-Forwarded-For: ,,,,,,,,',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'X-Bad\u0000Name: 1',
  ' folded: header',
  'Sec-GPC: 1, 1',
  'Next-Action: x',
  'RSC: 1\r\nNext-Router-State-Tree: %5B%5D',
  'x-middleware-subrequest: middleware:middleware:middleware',
]

const path = (chance: Chance): string => `${chance.pick(['/api/analytics', '/_g'])}/${chance.pick(LANES)}`

const nest = (open: string, levels: number, close: string): string => `${open.repeat(levels)}1${close.repeat(levels)}`

function noise(chance: Chance, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => chance.upTo(256)))
}

/** An id and a time that are right, so that what is wrong is met further on. */
function identity(chance: Chance): string {
  const hex = Array.from({ length: 12 }, () => chance.upTo(16).toString(16)).join('')
  return `"id":"018f3c5e-0000-7000-8000-${hex}","timestamp":${Date.now() - chance.upTo(60_000)}`
}

/** A batch in which some fields hold what they must not; now and then the batch's own fields do. */
function wrongItems(chance: Chance, { publishableKey }: Keys): string {
  const lane = chance.pick(LANES)
  const item = () => {
    const fields = Object.entries(FIELDS[lane]).map(([name, right]) => {
      return `"${name}":${chance.random() < 0.3 ? chance.pick(WRONG_VALUES) : right}`
    })
    // Of two members of one name the later counts.
    if (chance.random() < 0.2) fields.push(`"${chance.pick(['id', 'timestamp'])}":${chance.pick(WRONG_VALUES)}`)
    return `{${identity(chance)},${fields}}`
  }
  const items = Array.from({ length: 1 + chance.upTo(5) }, item)
  const own = chance.random() < 0.7 ? `"sentAt":${Date.now()}` : `"sentAt":${chance.pick(WRONG_VALUES)}`
  const key = chance.random() < 0.5 ? `,"key":"${publishableKey}"` : ''
  const context = chance.random() < 0.3 ? `,"context":${chance.pick(WRONG_VALUES)}` : ''
  return `{${own}${key}${context},"${lane === 'events' ? 'events' : 'metrics'}":[${items}]}`
}

/** Marks a request after which the connection goes on. */
const KEPT = 'X-Kept: 1'

function post(chance: Chance, keys: Keys, body: string | Buffer, header?: string): Buffer {
  const bytes = Buffer.from(body as string)
  return request(
    chance,
    keys,
    'POST',
    path(chance),
    [...(header ? [header] : []), `Content-Length: ${bytes.length}`],
    bytes,
  )
}

function request(
  chance: Chance,
  { secretKey }: Keys,
  method: string,
  target: string,
  headers: string[],
  body: Buffer,
): Buffer {
  const isKept = headers.includes(KEPT)
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    // As many addresses as there are attackers; else the limit of one would keep the rest from the parser.
    `X-Forwarded-For: 198.51.${chance.upTo(256)}.${chance.upTo(256)}`,
    ...(chance.random() < 0.7 ? [`Authorization: Bearer ${secretKey}`] : []),
    ...(isKept ? [] : ['Connection: close']),
    ...headers,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}
