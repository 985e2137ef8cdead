// Adds to package-lock.json the optional per-platform packages that npm left out.
//
// npm silently drops an optional dependency whose metadata it could not fetch when it wrote the lock file, and `npm ci`
// then refuses that lock file everywhere (https://github.com/npm/cli/issues/4828). Run after every `npm install`.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const architectures = { arm64: 'arm64', x64: 'x64', arm: 'arm', ia32: 'ia32', 'arm-gnueabihf': 'arm', wasm32: 'wasm32' }

let added = 0
for (const [owner, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${owner}/node_modules/${name}`
    const hoisted = `node_modules/${name}`
    if (lock.packages[nested] || lock.packages[hoisted]) continue
    const os = systems.find((system) => name.includes(system))
    const cpu = Object.keys(architectures).find((architecture) => name.includes(architecture))
    lock.packages[hoisted] = {
      version: version.replace(/^[^\d]*/, ''),
      ...(cpu && { cpu: [architectures[cpu]] }),
      ...(entry.dev && { dev: true }),
      optional: true,
      ...(os && { os: [os] }),
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} optional packages added to package-lock.json`)
