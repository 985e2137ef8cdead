import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

/** A part of the product: one process, or several that are counted together. */
export type Group = { readonly name: string; pids(): readonly number[] }

export type Usage = { readonly name: string; readonly cpuSeconds: number; readonly peakMiB: number }

/** Kernel ticks per second as /proc counts them; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/**
 * Starts measuring; the function it gives says what each group has taken since. Processor time of children that ended is
 * counted with their parent. Linux only: elsewhere everything is 0.
 */
export function startUsage(groups: readonly Group[]): () => Usage[] {
  const before = groups.map((group) => readCpuSeconds(group))
  for (const group of groups) for (const pid of group.pids()) resetPeak(pid)
  return () =>
    groups.map((group, index) => ({
      name: group.name,
      cpuSeconds: readCpuSeconds(group) - (before[index] as number),
      // Postgres's processes share most of their memory; the largest says more than the sum.
      peakMiB: Math.max(0, ...group.pids().map(readPeakMiB)),
    }))
}

/** The process and its children, as `ps` sees them now. */
export function findFamily(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n')
  const children = lines.map((line) => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === pid)
  return [pid, ...children.flatMap(([child]) => findFamily(child as number))]
}

function readCpuSeconds({ pids }: Group): number {
  let ticks = 0
  for (const pid of pids()) {
    // The name in parentheses may hold spaces. Fields after it: 11–14 are utime, stime, cutime, cstime (proc(5)).
    const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? []
    for (const field of fields.slice(11, 15)) ticks += Number(field)
  }
  return ticks / TICKS_PER_SECOND
}

function readPeakMiB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024
}

function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // Not ours to reset: the peak is then that of the process's whole life.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // ended meanwhile
  }
}
