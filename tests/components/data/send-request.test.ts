import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RequestError } from '@/components/data/request-error'
import { sendDownload, sendRequest } from '@/components/data/send-request'

// A real server; in the browser the paths are relative, here they carry its address.
type Answering = (path: string, response: ServerResponse) => void
let server: Server
let host: string
let answering: Answering

beforeAll(async () => {
  server = createServer((request, response) => answering(request.url ?? '', response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(() => {
  answering = (_, response) => sendJson(response, 200, { data: { count: 3 }, meta: { note: 'x' } })
})

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const answer = z.object({ count: z.int() })
const sendAnd = async (path = '/report'): Promise<RequestError> => {
  const error = await sendRequest(host + path, { answer, onUnauthenticated: 'keep' }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(RequestError)
  return error as RequestError
}

describe('a request', () => {
  it('gives the data, what is said about it, and the server’s time', async () => {
    answering = (_, response) => {
      sendJson(response, 200, { data: { count: 3 }, meta: { note: 'x' } }, { date: 'Fri, 20 Nov 2026 10:00:00 GMT' })
    }
    expect(await sendRequest(`${host}/report`, { answer })).toEqual({
      data: { count: 3 },
      meta: { note: 'x' },
      answeredAtMs: Date.parse('2026-11-20T10:00:00Z'),
    })
  })

  it('that is refused carries code, message, request id, faults and wait', async () => {
    const issues = [{ path: 'email', message: 'expected an address' }]
    answering = (_, response) => {
      const error = { code: 'rate_limited', message: 'Too many requests.', requestId: 'r-1', issues }
      sendJson(response, 429, { error }, { 'retry-after': '30' })
    }
    const error = await sendAnd()
    expect(error).toMatchObject({
      code: 'rate_limited',
      status: 429,
      message: 'Too many requests.',
      requestId: 'r-1',
      retryAfterMs: 30_000,
    })
    expect(error.issueAt('email')).toBe('expected an address')
    expect(error.issueAt('name')).toBeUndefined()
  })

  it('answered by something in between says the status instead of failing on its page', async () => {
    answering = (_, response) =>
      void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
    expect(await sendAnd()).toMatchObject({ code: 'http_502', status: 502, requestId: null, retryAfterMs: null })
  })

  it('whose answer breaks its contract is an error, not a wrong figure', async () => {
    answering = (_, response) => sendJson(response, 200, { data: { count: '3' } }, { 'x-request-id': 'r-2' })
    const error = await sendAnd()
    expect(error).toMatchObject({ code: 'invalid_answer', requestId: 'r-2' })
    expect(error.issues[0]?.path).toBe('count')
  })

  it('that reaches nobody says so', async () => {
    answering = (_, response) => void response.destroy()
    expect(await sendAnd()).toMatchObject({ code: 'network', status: 0, requestId: null })
  })

  it('may be answered with nothing', async () => {
    answering = (_, response) => void response.writeHead(204).end()
    const { data } = await sendRequest(`${host}/key`, { method: 'DELETE', answer: z.unknown() })
    expect(data).toBeUndefined()
  })
})

describe('a download', () => {
  it('is the file as it was sent', async () => {
    answering = (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}')
    const file = await sendDownload(`${host}/export`, { method: 'POST', body: {} })
    expect([file.type, await file.text()]).toEqual(['application/json', '{"a":1}'])
  })

  it('that is refused is an error with what the server said, not a file with it', async () => {
    answering = (_, response) => {
      sendJson(response, 403, { error: { code: 'forbidden', message: 'Not yours.', requestId: 'r-3' } })
    }
    const sent = sendDownload(`${host}/export`, { method: 'POST', body: {}, onUnauthenticated: 'keep' })
    await expect(sent).rejects.toMatchObject({ code: 'forbidden', status: 403, requestId: 'r-3' })
  })

  it('that breaks off is an error, not half a file', async () => {
    answering = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"half":', () => response.destroy())
    }
    await expect(sendDownload(`${host}/export`, { method: 'POST', body: {} })).rejects.toMatchObject({
      code: 'network',
    })
  })
})
