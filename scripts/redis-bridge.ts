// The process between Next and a plain Redis: `REDIS_URL=… REDIS_BRIDGE_TOKEN=… node scripts/redis-bridge.ts`. Started with an
// IPC channel it reports `{ type: 'ready', url }` and ends with its parent; else it prints that.
import { connectRedis } from './bridge/plain-redis.ts'
import { startBridgeServer } from './bridge/server.ts'

const { REDIS_URL: redisUrl, REDIS_BRIDGE_TOKEN: token } = process.env
if (!redisUrl || !token) {
  process.stderr.write('REDIS_URL and REDIS_BRIDGE_TOKEN are needed.\n')
  process.exit(1)
}

const redis = connectRedis(redisUrl, {
  onChange: (isConnected, reason) =>
    console.log(
      JSON.stringify({
        time: new Date().toISOString(),
        level: isConnected ? 'info' : 'warning',
        event: isConnected ? 'redis_connected' : 'redis_lost',
        ...(reason !== undefined && { reason }),
      }),
    ),
})
const server = await startBridgeServer(redis, token)

let isStopping = false
async function stop(): Promise<void> {
  if (isStopping) return
  isStopping = true
  await server.close()
  redis.close()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
process.on('disconnect', () => void stop())

const ready = { type: 'ready', url: server.url }
if (process.send) process.send(ready)
else console.log(JSON.stringify(ready))
