/** `npm run key -- create|list|revoke`: keys of programs and people, from the command line. */
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { ROLES } from '../domain/viewer.ts'
import { StartupError } from '../errors.ts'
import { type Desk, openDesk } from './ask.ts'
import { explained } from './command.ts'
import { isStarted } from './started.ts'

const FIELDS = 'id name prefix role state createdAt createdBy expiresAt revokedAt lastUsedAt localities { slug }'
const REFUSED = '... on UserError { message }'

interface Key {
  id: string; name: string; prefix: string; role: string; state: string; createdAt: string; createdBy: string
  expiresAt: string | null; revokedAt: string | null; lastUsedAt: string | null; localities: { slug: string }[]
}
interface Refusal { message?: string }

const shared = {
  json: { type: 'boolean', default: false, description: 'Print JSON' },
  server: { type: 'string', description: 'Ask the server at this address, with ADMIN_KEY; unless said the one at HOST and PORT, or the database itself', valueHint: 'URL' },
} as const

async function atDesk(server: string | undefined, work: (desk: Desk) => Promise<string>): Promise<void> {
  const desk = await openDesk(loadConfig(readEnvironment()), 'npm run key', server)
  try {
    process.stdout.write(`${await work(desk)}\n`)
  } finally {
    await desk.close()
  }
}

/** @throws StartupError when the mutation refused */
function assertDone<T extends Refusal>(payload: T): T {
  if (payload.message !== undefined) throw new StartupError(payload.message)
  return payload
}

const day = (instant: string): string => instant.slice(0, 10)
/** Two spaces between columns, each as wide as its widest cell. */
function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()).join('\n')
}

const create = defineCommand({
  meta: { name: 'npm run key -- create', description: 'Make a key and show it, once.' },
  args: {
    name: { type: 'string', required: true, description: 'Whose it is, or what for', valueHint: 'TEXT' },
    role: { type: 'string', required: true, description: ROLES.join(', '), valueHint: 'ROLE' },
    localities: { type: 'string', description: 'For LOCALITY_OFFICER: units to write for, separated by commas, as slugs, code@date or codes', valueHint: 'UNITS' },
    expires: { type: 'string', description: 'Until when it is good, such as 2027-01-01 or 2027-01-01T00:00:00Z; until it is revoked unless said', valueHint: 'DATE' },
    ...shared,
  },
  run: ({ args }) => explained(async () => {
    const role = args.role.toUpperCase().replaceAll('-', '_')
    if (!(ROLES as readonly string[]).includes(role)) throw new StartupError(`--role is ${args.role}; it must be one of ${ROLES.join(', ')}.`)
    const expiresAt = args.expires && /^\d{4}-\d\d-\d\d$/.test(args.expires) ? `${args.expires}T00:00:00Z` : args.expires
    if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) throw new StartupError(`--expires is ${args.expires}; expected a day such as 2027-01-01, or an instant such as 2027-01-01T00:00:00Z.`)
    const input = { name: args.name, role, localities: args.localities?.split(',').map((unit) => unit.trim()).filter(Boolean), expiresAt }
    await atDesk(args.server, async (desk) => {
      const { createApiKey } = await desk.ask<{ createApiKey: { key: string; apiKey: Key } & Refusal }>(
        `mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { ${REFUSED} ... on CreateApiKeySuccess { key apiKey { ${FIELDS} } } } }`, { input })
      const { key, apiKey } = assertDone(createApiKey)
      return args.json ? JSON.stringify({ key, apiKey }, null, 2) : tellMade(key, apiKey)
    })
  }),
})

function tellMade(key: string, { id, name, prefix, role, localities, expiresAt }: Key): string {
  const where = localities.length > 0 ? ` for ${localities.map(({ slug }) => slug).join(', ')}` : ''
  return `${key}\n\nThe key of "${name}", ${role}${where}, good until ${expiresAt ? day(expiresAt) : 'it is revoked'}. It is shown only now.\nUse it as the header  Authorization: Bearer ${prefix}…\nTake it back with     npm run key -- revoke ${id}`
}

const list = defineCommand({
  meta: { name: 'npm run key -- list', description: 'List all keys, the newest first; never the keys themselves.' },
  args: shared,
  run: ({ args }) => explained(() => atDesk(args.server, async (desk) => {
    const keys: Key[] = []
    for (let after: string | null = null; ;) {
      const { apiKeys }: { apiKeys: { nodes: Key[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } } = await desk.ask(
        `query($after: String) { apiKeys(first: 100, after: $after) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } }`, { after })
      keys.push(...apiKeys.nodes)
      if (!apiKeys.pageInfo.hasNextPage) break
      after = apiKeys.pageInfo.endCursor
    }
    if (args.json) return JSON.stringify(keys, null, 2)
    if (keys.length === 0) return 'There is no key yet. Make one: npm run key -- create --name NAME --role CURATOR'
    const rows = keys.map((key) => [key.prefix, key.state, key.role, day(key.createdAt), key.expiresAt ? day(key.expiresAt) : '-', key.lastUsedAt ? key.lastUsedAt.slice(0, 16) : 'never', key.name, key.localities.map(({ slug }) => slug).join(','), key.id])
    return table([['KEY', 'STATE', 'ROLE', 'MADE', 'EXPIRES', 'LAST USED', 'NAME', 'UNITS', 'ID'], ...rows])
  })),
})

const revoke = defineCommand({
  meta: { name: 'npm run key -- revoke', description: 'Take a key back, from the next request on.' },
  args: {
    id: { type: 'positional', required: true, description: 'The id that `list` shows' },
    reason: { type: 'string', description: 'Why, for the audit log', valueHint: 'TEXT' },
    ...shared,
  },
  run: ({ args }) => explained(() => atDesk(args.server, async (desk) => {
    const { revokeApiKey } = await desk.ask<{ revokeApiKey: { apiKey: Key } & Refusal }>(
      `mutation($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { ${REFUSED} ... on RevokeApiKeySuccess { apiKey { ${FIELDS} } } } }`, { input: { id: args.id, reason: args.reason } })
    const { apiKey } = assertDone(revokeApiKey)
    return args.json ? JSON.stringify(apiKey, null, 2) : `The key ${apiKey.prefix}… of "${apiKey.name}" opens nothing any more.`
  })),
})

const command = defineCommand({
  meta: { name: 'npm run key --', description: 'Keys of programs and people: make, list, take back. Where the embedded database is in use, this asks the running server with ADMIN_KEY.' },
  subCommands: { create, list, revoke },
})

if (isStarted(import.meta.url)) await runMain(command)
