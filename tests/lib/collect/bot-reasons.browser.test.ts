import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lacksBrowserHeaders, namesHeadless } from '../../../lib/collect/bot-reasons'
import { parseAgent } from '../../../lib/collect/parse-agent'
import { findChromium, launchBrowser, newVisitor } from '../../support/browser'

/** A certificate of its own for localhost; null where there is no openssl. */
function createCertificate(): { key: Buffer; cert: Buffer } | null {
  const folder = mkdtempSync(join(tmpdir(), 'growth-tls-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-keyout', key, '-out', cert],
    ])
    return made.status === 0 ? { key: readFileSync(key), cert: readFileSync(cert) } : null
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const certificate = createCertificate()
const received = new Map<string, Headers>()
const waiting = new Map<string, () => void>()

function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html').end('<title>page</title>')
    return
  }
  const path = request.url ?? ''
  received.set(path, new Headers(request.headers as Record<string, string>))
  request.resume().once('end', () => {
    response.end()
    waiting.get(path)?.()
  })
}

async function listen(server: Server, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}`
}

describe('a real Chromium', () => {
  let browser: Browser
  const servers: Server[] = []
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    for (const server of servers) server.close()
  })

  const visit = async (by: Browser, scheme: 'http' | 'https'): Promise<Headers[]> => {
    const server = scheme === 'https' && certificate ? createHttpsServer(certificate, answer) : createHttpServer(answer)
    servers.push(server)
    const page = await newVisitor(by, { ignoreHTTPSErrors: true })
    await page.goto(await listen(server, scheme))
    const paths = ['fetch', 'beacon'].map((way) => `/${scheme}-${way}-${servers.length}`)
    const arrived = paths.map((path) => new Promise<void>((resolve) => waiting.set(path, resolve)))
    await page.evaluate(([fetchPath = '', beaconPath = '']) => {
      void fetch(fetchPath, { method: 'POST', body: 'x', keepalive: true })
      navigator.sendBeacon(beaconPath, 'x')
    }, paths)
    await Promise.all(arrived)
    await page.context().close()
    return paths.map((path) => received.get(path) as Headers)
  }

  test('lacks nothing on an http page', async () => {
    for (const headers of await visit(browser, 'http')) {
      expect(lacksBrowserHeaders(headers, parseAgent(headers.get('user-agent')))).toBe(false)
      expect(namesHeadless(headers)).toBe(false)
    }
  })

  test.skipIf(certificate === null)('lacks nothing on an https page, where all of it is looked for', async () => {
    for (const headers of await visit(browser, 'https')) {
      const agent = parseAgent(headers.get('user-agent'))
      expect(agent).toMatchObject({ isBrowser: true, isBot: false, sendsFetchMetadata: true })
      expect(headers.get('origin')).toMatch(/^https:/)
      expect(lacksBrowserHeaders(headers, agent)).toBe(false)
      headers.delete('sec-fetch-site')
      expect(lacksBrowserHeaders(headers, agent)).toBe(true)
    }
  })

  test('without a window names itself, unless it is told not to', async () => {
    const bare = await chromium.launch({
      executablePath: findChromium() as string,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    try {
      for (const headers of await visit(bare, 'http')) {
        expect(parseAgent(headers.get('user-agent')).isBot).toBe(true)
      }
    } finally {
      await bare.close()
    }
  })
})
