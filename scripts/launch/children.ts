import { type ChildProcess, spawn } from 'node:child_process'

export type Child = {
  readonly name: string
  readonly process: ChildProcess
  /** Settles when the process has ended, with a phrase such as `exit code 1` or `signal SIGKILL`. Never rejects. */
  readonly ended: Promise<string>
}

type ChildOptions = {
  name: string
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  onMessage?: (message: unknown) => void
  /** Lines of the child that are not shown. */
  hush?: RegExp
}

/**
 * Starts a Node process in a process group of its own, so that a Ctrl-C in the terminal reaches the launcher alone and
 * the launcher decides the order. The channel between them tells the child when the launcher is gone for good.
 */
export function startChild({ name, args, env, onMessage, hush }: ChildOptions): Child {
  const child = spawn(process.execPath, [...args], {
    env: env as NodeJS.ProcessEnv,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const [stream, sink] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    let rest = ''
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (!hush?.test(line)) sink.write(`${line}\n`)
    })
  }
  if (onMessage) child.on('message', onMessage)
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  return { name, process: child, ended }
}

/** Asks a child to stop and waits; after `graceMs` it is killed. Says whether it went by itself. Done at once when it is gone. */
export async function stopChild(child: Child, graceMs: number): Promise<'stopped' | 'killed'> {
  if (child.process.exitCode !== null || child.process.signalCode !== null) return 'stopped'
  child.process.kill('SIGTERM')
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), graceMs)
  })
  const first = await Promise.race([child.ended, late])
  clearTimeout(timer)
  if (first !== 'late') return 'stopped'
  child.process.kill('SIGKILL')
  await child.ended
  return 'killed'
}
