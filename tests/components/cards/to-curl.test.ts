import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { toCurl } from '@/components/cards/to-curl'

/** The words that a shell makes of a command. */
const toWords = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }; ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

describe('the command that repeats a request', () => {
  it('asks the same question, with a placeholder for the key', () => {
    const query = { country: 'DE', range: '7d', project: 'default', route: undefined }
    expect(toWords(toCurl({ method: 'GET', path: '/api/analytics/events', query }, 'https://stats.test'))).toEqual([
      'https://stats.test/api/analytics/events?project=default&range=7d&country=DE',
      '-H',
      'Authorization: Bearer sk_…',
    ])
  })

  it('sends a body as it is, whatever a shell would make of its signs', () => {
    const body = { steps: [{ event: `it's "$HOME" \`id\`\\` }] }
    const words = toWords(toCurl({ method: 'POST', path: '/api/analytics/funnels', body }, 'https://stats.test'))
    expect(words[0]).toBe('https://stats.test/api/analytics/funnels')
    expect(words[words.indexOf('-d') + 1]).toBe(JSON.stringify(body))
  })
})
