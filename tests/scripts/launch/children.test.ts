import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { startChild, stopChild } from '../../../scripts/launch/children'

const run = (code: string, onMessage?: (message: unknown) => void) =>
  startChild({ name: 'child', args: ['-e', code], env: process.env, ...(onMessage && { onMessage }) })

function readProcessGroup(pid: number | undefined): number {
  if (process.platform === 'linux') return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[4])
  return Number(execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }))
}

describe('startChild', () => {
  it('tells how the child ended', async () => {
    expect(await run('process.exit(3)').ended).toBe('exit code 3')
    expect(await run("process.kill(process.pid, 'SIGKILL')").ended).toBe('signal SIGKILL')
  })

  it('gives the child a process group of its own, which no Ctrl-C of the terminal reaches', async () => {
    const child = run('setInterval(() => {}, 1000)')
    expect(readProcessGroup(child.process.pid)).toBe(child.process.pid)
    expect(await stopChild(child, 10_000)).toBe('stopped')
  })
})

describe('stopChild', () => {
  it('lets a child finish what it has', async () => {
    const messages: unknown[] = []
    let isUp = (): void => {}
    const up = new Promise<void>((resolve) => {
      isUp = resolve
    })
    const child = run(
      "process.on('SIGTERM', () => { process.send('drained', () => process.exit(0)) }); setInterval(() => {}, 1000); process.send('up')",
      (message) => {
        messages.push(message)
        if (message === 'up') isUp()
      },
    )
    await up
    expect(await stopChild(child, 10_000)).toBe('stopped')
    expect(messages).toEqual(['up', 'drained'])
  })

  it('kills one that does not listen, and says so', async () => {
    let isUp = (): void => {}
    const up = new Promise<void>((resolve) => {
      isUp = resolve
    })
    const child = run("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); process.send('up')", () => isUp())
    await up
    expect(await stopChild(child, 50)).toBe('killed')
    expect(await child.ended).toBe('signal SIGKILL')
  })

  it('is done at once when the child is gone already', async () => {
    const child = run('')
    await child.ended
    expect(await stopChild(child, 10_000)).toBe('stopped')
  })
})
