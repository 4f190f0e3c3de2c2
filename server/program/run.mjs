// @ts-check
/** `node server/program/run.mjs NAME …`: the program of that name, put together again only when a source has changed since (0.4 s). */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { beginAhead } from '../db/embedded/ahead.mjs'
import { bundle, PROGRAMS, ROOMS, ROOT, sourcesIn } from './bundle.mjs'
import { OPTIMISE_LATER } from './v8-flags.mjs'

for (const flag of OPTIMISE_LATER) setFlagsFromString(flag)

const CACHE = join(ROOT, 'node_modules/.cache/nhan-rong-program')
const NOT_WRITABLE = ['EACCES', 'EROFS', 'ENOSPC', 'EPERM']
/** What was begun and never finished, by a process that was killed, goes after this time. */
const ABANDONED_MS = 3_600_000
const KEPT = 3

/** Sizes and times of all sources and of the lock file; the folder's own path too, because the bundle names the files it reads. */
function stampOfSources() {
  const hash = createHash('sha256').update(ROOT).update(process.version)
  for (const path of [...ROOMS.flatMap(sourcesIn).sort(), join(ROOT, 'package-lock.json')]) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

/** @param {string} folder @param {keyof typeof PROGRAMS} name */
async function make(folder, name) {
  // Whole or not at all, also when two start at once: made beside, then renamed.
  const made = `${folder}.${process.pid}`
  try {
    mkdirSync(CACHE, { recursive: true })
    await bundle({ outdir: made, files: 'in place', programs: [name] })
    renameSync(made, folder)
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    // The other one was first.
    if (!existsSync(folder)) throw error
  }
  forgetOld(name)
}

/** Keeps the newest few, which may still run and load parts of themselves. @param {string} name */
function forgetOld(name) {
  const ages = readdirSync(CACHE).filter((other) => other.startsWith(`${name}-`)).map((other) => ({ path: join(CACHE, other), isWhole: !/\.\d+$/.test(other), mtimeMs: statSync(join(CACHE, other), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
  const old = ages.filter(({ isWhole }) => isWhole).sort((a, b) => b.mtimeMs - a.mtimeMs).slice(KEPT)
  const abandoned = ages.filter(({ isWhole, mtimeMs }) => !isWhole && Date.now() - mtimeMs > ABANDONED_MS)
  for (const { path } of [...old, ...abandoned]) rmSync(path, { recursive: true, force: true })
}

const name = process.argv[2] ?? ''
if (!Object.hasOwn(PROGRAMS, name)) {
  process.stderr.write(`There is no program "${name}". There are: ${Object.keys(PROGRAMS).join(', ')}.\n`)
  process.exit(1)
}

const known = /** @type {keyof typeof PROGRAMS} */ (name)
// The server's database opens as the first thing it does: loading and compiling Postgres need not wait for the rest to be put together.
if (known === 'main' && !process.env.DATABASE_URL) beginAhead(!existsSync(process.env.DATA_DIR || '.data'))
const folder = join(CACHE, `${name}-${stampOfSources()}`)
let program = join(ROOT, PROGRAMS[known])
try {
  if (!existsSync(folder)) await make(folder, known)
  program = join(folder, `${name}.js`)
} catch (error) {
  // Where nothing may be written, as in a container whose files are not the user's, the sources run as they are.
  if (!NOT_WRITABLE.includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error
  await import(/** @type {string} */ ('tsx'))
}
// As if it had been started itself: it reads its arguments after its own path.
process.argv.splice(1, 2, program)
await import(pathToFileURL(program).href)
