import { createHash } from 'node:crypto'
import { createClient, ErrorReply, RESP_TYPES } from '@redis/client'

/** A reply of RESP2, texts as the bytes Redis sent, simple strings as text; an error inside an array stays an Error. */
export type Reply = Buffer | string | number | null | Error | Reply[]

/** Redis answers no command now: away, starting, or stuck. Whatever was under way may have happened. */
export class RedisAwayError extends Error {
  override readonly name = 'RedisAwayError'
}

/** Commands that would hold the one connection all requests share, or change what it is. */
const REFUSED =
  /^(SUBSCRIBE|PSUBSCRIBE|SSUBSCRIBE|UNSUBSCRIBE|PUNSUBSCRIBE|MONITOR|SYNC|PSYNC|RESET|QUIT|CLIENT|AUTH|HELLO|SELECT|WATCH|UNWATCH|MULTI|EXEC|DISCARD|WAIT|WAITAOF|BLPOP|BRPOP|BLMOVE|BRPOPLPUSH|BLMPOP|BZPOPMIN|BZPOPMAX|BZMPOP)$/

/** A command is given up after so long without its reply. */
const REPLY_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 2_000
/** Commands on their way to Redis; further ones are refused at once. */
const IN_FLIGHT_MAX = 10_000

export type PlainRedis = {
  /** One command. Rejects with an ErrorReply when Redis refuses it, with a RedisAwayError when it does not answer. */
  run(command: readonly string[]): Promise<Reply>
  /** Several in one go; each has its own outcome. Rejects with a RedisAwayError only. */
  runAll(commands: readonly (readonly string[])[]): Promise<Reply[]>
  /** All or none. Rejects with an ErrorReply when Redis refuses the transaction. */
  runTransaction(commands: readonly (readonly string[])[]): Promise<Reply[]>
  close(): void
}

type Options = {
  replyTimeoutMs?: number
  /** Called when Redis is reached after it was not, and when it is lost; once per change. */
  onChange?: (isConnected: boolean, reason?: string) => void
}

/**
 * One connection to a plain Redis, kept up: lost ones are made anew, within a second. While there is none nothing waits:
 * commands reject at once. A connection that gives no reply in time is thrown away, as what it still holds is worth nothing.
 */
export function connectRedis(url: string, { replyTimeoutMs = REPLY_TIMEOUT_MS, onChange }: Options = {}): PlainRedis {
  const scripts = createScriptNames()
  let isClosed = false
  let isConnected: boolean | undefined
  let inFlight = 0
  let client = open()

  function open() {
    const created = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      disableClientInfo: true,
      commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (retries) => Math.min(1_000, 25 * 2 ** Math.min(retries, 6)),
      },
    })
    created.on('ready', () => tell(created, true))
    created.on('error', (error: Error) => tell(created, false, error.message || String(error)))
    // Rejects only when it is closed before it was ever connected.
    created.connect().catch(() => {})
    return created
  }

  function tell(from: unknown, isUp: boolean, reason?: string): void {
    if (from !== client || isClosed || isUp === isConnected) return
    isConnected = isUp
    onChange?.(isUp, reason)
  }

  function renew(stuck: typeof client): void {
    if (stuck !== client || isClosed) return
    client = open()
    stuck.destroy()
    isConnected = false
    onChange?.(false, `no reply within ${replyTimeoutMs} ms`)
  }

  /** Sends what belongs together in one go, so that nothing comes in between. */
  async function send(commands: readonly (readonly string[])[]): Promise<Reply[]> {
    if (inFlight + commands.length > IN_FLIGHT_MAX) throw new RedisAwayError('Redis is behind with its answers')
    const current = client
    inFlight += commands.length
    const replies = commands.map((command) =>
      current.sendCommand<Reply>(command).catch((error: unknown) => {
        if (error instanceof ErrorReply) return error
        throw new RedisAwayError('Redis does not answer', { cause: error })
      }),
    )
    for (const reply of replies) {
      reply.then(
        () => (inFlight -= 1),
        () => (inFlight -= 1),
      )
    }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new RedisAwayError('Redis did not answer in time'))
        renew(current)
      }, replyTimeoutMs)
    })
    try {
      return await Promise.race([Promise.all(replies), late])
    } finally {
      clearTimeout(timer)
    }
  }

  const prepare = (command: readonly string[]): readonly string[] => {
    const name = command[0]?.toUpperCase() ?? ''
    if (REFUSED.test(name)) throw new ErrorReply(`ERR Command is not available: '${name}'`)
    if (name === 'XREAD' || name === 'XREADGROUP') {
      if (command.some((part) => part.toUpperCase() === 'BLOCK')) throw new ErrorReply(`ERR BLOCK is not available`)
    }
    return scripts.translate(name, command)
  }

  return {
    async run(command) {
      const [reply = null] = await send([prepare(command)])
      if (reply instanceof Error) throw reply
      return reply
    },
    runAll: (commands) => Promise.resolve(commands.map(prepare)).then(send),
    async runTransaction(commands) {
      const replies = await send([['MULTI'], ...commands.map(prepare), ['EXEC']])
      const outcome = replies.at(-1)
      if (outcome instanceof Error) throw replies.find((reply) => reply instanceof Error) ?? outcome
      return outcome as Reply[]
    },
    close() {
      isClosed = true
      client.destroy()
    },
  }
}

/** Upstash's own flag, which no plain Redis knows: `ERR Unexpected flag in script shebang`. */
const UPSTASH_SHEBANG = /^#!lua[^\n]*\ballow-key-locking\b[^\n]*/
const SCRIPTS_MAX = 1_000

/**
 * Lets scripts written for Upstash run on a plain Redis: their first line goes, line numbers stay, and the digest a client
 * knows them by is translated. An unknown digest is passed on, so that Redis says NOSCRIPT and the client sends the script.
 */
function createScriptNames() {
  const digests = new Map<string, string>()
  const toSha1 = (script: string): string => createHash('sha1').update(script).digest('hex')

  function strip(script: string): string {
    if (!UPSTASH_SHEBANG.test(script)) return script
    const stripped = script.replace(UPSTASH_SHEBANG, '')
    if (digests.size >= SCRIPTS_MAX) digests.delete(digests.keys().next().value as string)
    digests.set(toSha1(script), toSha1(stripped))
    return stripped
  }

  return {
    translate(name: string, command: readonly string[]): readonly string[] {
      const [verb = '', script = '', ...rest] = command
      if (name === 'EVAL' || name === 'EVAL_RO') return [verb, strip(script), ...rest]
      if (name === 'EVALSHA' || name === 'EVALSHA_RO') return [verb, digests.get(script) ?? script, ...rest]
      return command
    },
  }
}
