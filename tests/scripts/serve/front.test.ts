import { once } from 'node:events'
import { request as send } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { notePeerAddresses } from '@/lib/platform/note-peer-addresses'
import { PEER_ADDRESS_HEADER } from '@/lib/platform/peer-headers'
import { type Collector, createFront, type Fallback, type Front, type Handler } from '../../../scripts/serve/front'

const SIZE_MAX = 1_000

/** Says what it was given. */
const echo: Handler = async (request) => {
  const bytes = new Uint8Array(await request.arrayBuffer())
  const { pathname, search } = new URL(request.url)
  const seen = { method: request.method, path: pathname + search, bytes: bytes.length, first: bytes[0] ?? null }
  return Response.json({ ...seen, headers: Object.fromEntries(request.headers) }, { status: 202 })
}

let front: Front
let port: number

const preflight: Handler = async () => new Response(null, { status: 204 })

const next: Fallback = async (incoming, outgoing) => void outgoing.end(`Next has ${incoming.method}`)

async function start(handler: Handler, options?: Parameters<typeof createFront>[2], fallback = next): Promise<void> {
  const collector: Collector = {
    routes: new Map([['/in', { POST: handler, OPTIONS: preflight }]]),
    bodySizeBytesMax: SIZE_MAX,
    answerOverloaded: async () => Response.json({ error: { code: 'overloaded' } }, { status: 503 }),
    flushIngest: async () => {},
    noteRequests: () => notePeerAddresses(),
  }
  front = createFront(collector, fallback, options)
  front.server.listen(0, '127.0.0.1')
  await once(front.server, 'listening')
  port = (front.server.address() as AddressInfo).port
}

afterEach(async () => {
  front.server.closeAllConnections()
  await front.drain()
})

const at = (path: string) => `http://127.0.0.1:${port}${path}`

/** A connection whose bytes the test chooses. */
function openSocket(): Socket {
  return connect(port, '127.0.0.1').on('error', () => {})
}

/** Sends a body in chunks without saying how long it will be. */
async function sendChunks(chunks: readonly string[]): Promise<{ status: number | undefined; body: string }> {
  const call = send(at('/in'), { method: 'POST' })
  for (const chunk of chunks) call.write(chunk)
  call.end()
  const [response] = await once(call, 'response')
  return { status: response.statusCode, body: await text(response) }
}

/** A promise and what settles it. */
function toGate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('which requests are collected', () => {
  it('POST and OPTIONS of a collecting path, with or without a query; all else is for Next', async () => {
    await start(echo)
    const posted = await fetch(at('/in?a=%20b'), { method: 'POST', body: 'abc' })
    expect([posted.status, await posted.json()]).toMatchObject([202, { method: 'POST', path: '/in?a=%20b', bytes: 3 }])
    expect((await fetch(at('/in'), { method: 'OPTIONS' })).status).toBe(204)
    for (const [method, path] of [
      ['GET', '/in'],
      ['PUT', '/in'],
      ['POST', '/in/'],
      ['POST', '/'],
    ] as const) {
      expect(await (await fetch(at(path), { method })).text()).toBe(`Next has ${method}`)
    }
  })

  it('come with their headers, the connection’s address over what the client claims', async () => {
    await start(echo)
    const headers = { 'User-Agent': 'Tester/1', [PEER_ADDRESS_HEADER]: '203.0.113.9', 'Sec-GPC': '1' }
    const call = send(at('/in'), { method: 'POST', headers: { ...headers, 'X-Twice': ['one', 'two'] } }).end('x')
    const [response] = await once(call, 'response')
    expect(JSON.parse(await text(response)).headers).toMatchObject({
      'user-agent': 'Tester/1',
      'sec-gpc': '1',
      'x-twice': 'one, two',
      [PEER_ADDRESS_HEADER]: '127.0.0.1',
    })
  })

  it.each([
    ['TRACE /in', 405],
    ['OPTIONS *', 400],
    ['GET *', 400],
  ] as const)('what neither can take is refused, and the connection goes on: %s', async (line, status) => {
    await start(echo)
    const socket = openSocket()
    socket.write(`${line} HTTP/1.1\r\nHost: a\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    const answers = await text(socket)
    expect(answers.startsWith(`HTTP/1.1 ${status} `)).toBe(true)
    expect(answers).toContain('Next has GET')
  })
})

describe('a body', () => {
  it('arrives whole, however it was cut', async () => {
    await start(echo)
    const { status, body } = await sendChunks(['ab', 'c'.repeat(500), 'd'])
    expect([status, JSON.parse(body)]).toMatchObject([202, { bytes: 503, first: 97 }])
    expect(JSON.parse((await sendChunks([])).body)).toMatchObject({ bytes: 0 })
  })

  it('that is too long is told to the handler by its length, or by bytes beyond the limit; the connection goes on', async () => {
    await start(echo)
    const socket = openSocket()
    socket.write(`POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n${'a'.repeat(5_000)}`)
    socket.write(`POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`)
    for (let i = 0; i < 5; i += 1) socket.write(`3e8\r\n${'b'.repeat(1_000)}\r\n`)
    socket.write(`0\r\n\r\nPOST /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nc`)
    const answers = [...(await text(socket)).matchAll(/"bytes":(\d+),"first":(\w+)/g)].map(([, ...seen]) =>
      seen.map(Number),
    )
    expect(answers).toHaveLength(3)
    expect(answers[0]).toEqual([0, Number.NaN])
    expect(answers[1]?.[0]).toBeGreaterThan(SIZE_MAX)
    expect(answers[2]).toEqual([1, 99])
  })

  it('for which there is no room is refused, and the room is there again when the others are answered', async () => {
    const gate = toGate()
    const entered = toGate()
    await start(
      async (request) => {
        entered.open()
        await gate.opened
        return echo(request)
      },
      { bodiesBytesMax: 1_500 },
    )
    const first = fetch(at('/in'), { method: 'POST', body: 'a'.repeat(1_000) })
    await entered.opened
    const refused = await fetch(at('/in'), { method: 'POST', body: 'b'.repeat(1_000) })
    expect([refused.status, await refused.json()]).toEqual([503, { error: { code: 'overloaded' } }])
    gate.open()
    expect((await first).status).toBe(202)
    expect((await fetch(at('/in'), { method: 'POST', body: 'b'.repeat(1_000) })).status).toBe(202)
  })

  it('of a client that hangs up is given to nobody and takes no room', async () => {
    let calls = 0
    await start(
      async (request) => {
        calls += 1
        return echo(request)
      },
      { bodiesBytesMax: 1_000 },
    )
    for (let i = 0; i < 5; i += 1) {
      const socket = openSocket()
      const arrived = once(front.server, 'request')
      socket.write(`POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n${'a'.repeat(600)}`)
      const [incoming] = await arrived
      const gone = new Promise((resolve) => incoming.once('close', resolve))
      socket.destroy()
      await gone
    }
    expect(calls).toBe(0)
    expect((await fetch(at('/in'), { method: 'POST', body: 'b'.repeat(900) })).status).toBe(202)
  })

  it('that does not come to its end is answered 408', async () => {
    await start(echo, { requestTimeoutMs: 50 })
    const socket = openSocket()
    socket.write('POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nabc')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that does not come to its end is answered 408 whoever reads it', async () => {
    await start(echo, { requestTimeoutMs: 50 }, async (incoming) => void incoming.resume())
    const socket = openSocket()
    socket.write('POST /api/segments HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nabc')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('of a file arrives however long it takes, while an ordinary request is cut off', async () => {
    await start(echo, { requestTimeoutMs: 50 }, async (incoming, outgoing) => {
      outgoing.end(String((await text(incoming)).length))
    })
    const file = openSocket()
    file.write('POST /api/import?format=csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc')
    const socket = openSocket()
    socket.write('POST /api/other HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
    file.write('def')
    expect(await text(file)).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n6$/)
  })

  it('of a file that was answered before its end does not hold the connection', async () => {
    await start(echo, { requestTimeoutMs: 50 }, async (_, outgoing) => void outgoing.writeHead(401).end('no'))
    const socket = openSocket()
    socket.write('POST /api/import HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nabc')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe('an answer', () => {
  it('that a handler fails to give is a 500 that says nothing, and the next one is given', async () => {
    let isBroken = true
    await start(async (request) => {
      if (isBroken) throw new Error('secret')
      return echo(request)
    })
    const failed = await fetch(at('/in'), { method: 'POST', body: 'x' })
    expect([failed.status, await failed.text()]).toEqual([500, ''])
    isBroken = false
    expect((await fetch(at('/in'), { method: 'POST', body: 'x' })).status).toBe(202)
  })
})

describe('a server that is told to stop', () => {
  it('answers what it has, takes nothing new, and then is done', async () => {
    const gate = toGate()
    const entered = toGate()
    await start(async (request) => {
      entered.open()
      await gate.opened
      return echo(request)
    })
    const running = fetch(at('/in'), { method: 'POST', body: 'a', headers: { Connection: 'close' } })
    await entered.opened
    let isDone = false
    const drained = front.drain().then(() => {
      isDone = true
    })
    await expect(fetch(at('/in'), { method: 'POST', body: 'b' })).rejects.toThrow()
    expect(isDone).toBe(false)
    gate.open()
    expect((await running).status).toBe(202)
    await drained
  })

  it('waits for the rows of a client that has hung up', async () => {
    const gate = toGate()
    const entered = toGate()
    let isCommitted = false
    await start(async () => {
      entered.open()
      await gate.opened
      isCommitted = true
      return new Response()
    })
    const socket = openSocket()
    socket.write('POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na')
    await entered.opened
    socket.destroy()
    const drained = front.drain()
    gate.open()
    await drained
    expect(isCommitted).toBe(true)
  })

  it('waits for no answer of Next’s whose client has hung up', async () => {
    const asked = toGate()
    const hungUp = toGate()
    await start(echo, {}, (incoming) => {
      incoming.socket.once('close', hungUp.open)
      asked.open()
      return new Promise(() => {})
    })
    const socket = openSocket()
    socket.write('GET /page HTTP/1.1\r\nHost: a\r\n\r\n')
    await asked.opened
    socket.destroy()
    await hungUp.opened
    await front.drain()
  })

  it('waits for no connection that has asked nothing, nor without end for a body', async () => {
    await start(echo, { drainMs: 50 })
    const connected = once(front.server, 'connection')
    const silent = openSocket()
    await connected
    const arrived = once(front.server, 'request')
    const endless = openSocket()
    endless.write('POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc')
    await arrived
    const gone = Promise.all([silent, endless].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
    await front.drain()
    await gone
  })
})
