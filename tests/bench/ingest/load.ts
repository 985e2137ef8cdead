// A process of its own, so that what it costs can be told from what the product costs: keeps `clients` connections busy with
// batches for a while and reports. Started with the options as JSON; prints the figures as JSON.
import { connect } from 'node:net'
import { type Batch, createBatch } from './batch.ts'

export type LoadOptions = {
  port: number
  path: string
  headers: Readonly<Record<string, string>>
  clients: number
  batchSize: number
  durationMs: number
}

export type LoadFigures = {
  answers: number
  accepted: number
  /** Answers other than 202. */
  refused: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** What this process took itself. */
  cpuSeconds: number
}

const options = JSON.parse(process.argv[2] as string) as LoadOptions
const latencies: number[] = []
const figures = { answers: 0, accepted: 0, refused: 0 }
const cpuBefore = process.cpuUsage()
const startedMs = performance.now()

await Promise.all(Array.from({ length: options.clients }, () => drive(createBatch(options))))

const cpu = process.cpuUsage(cpuBefore)
const seconds = (performance.now() - startedMs) / 1_000
latencies.sort((one, other) => one - other)
const at = (ratio: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * ratio))] ?? 0
process.stdout.write(
  JSON.stringify({
    ...figures,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  } satisfies LoadFigures),
)

/** One client: the next batch goes out when the answer to the last one is complete. */
function drive(batch: Batch): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, '127.0.0.1')
    socket.setNoDelay(true)
    let sentMs = 0
    let received = ''
    const send = () => {
      if (performance.now() - startedMs >= options.durationMs) {
        socket.end()
        resolve()
        return
      }
      received = ''
      sentMs = performance.now()
      socket.write(batch.next())
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (!isComplete(received)) return
      latencies.push(performance.now() - sentMs)
      figures.answers += 1
      if (received.startsWith('HTTP/1.1 202')) figures.accepted += Number(/"accepted":(\d+)/.exec(received)?.[1] ?? 0)
      else figures.refused += 1
      send()
    })
  })
}

function isComplete(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= headEnd + 4 + Number(length)
}
