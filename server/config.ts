/** What the environment says, parsed once; every fault is reported together, each with what to do. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { StartupError } from './errors.ts'

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const OIDC_ROLES = ['LOCALITY_OFFICER', 'CURATOR', 'ADMIN'] as const
const NODE_ENVS = ['production', 'development', 'test'] as const

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)
const webAddress = z.string().refine((text) => isAddress(text, ['http:', 'https:']))
const onOff = z
  .string()
  .toLowerCase()
  .refine((text) => ['1', 'true', 'on', 'yes', '0', 'false', 'off', 'no'].includes(text))
  .transform((text) => ['1', 'true', 'on', 'yes'].includes(text))

/** What is allowed in each variable, as the fault's message says it. */
const VARIABLES = {
  PORT: { schema: wholeNumber(0, 65_535).default(4000), say: 'a port number from 0 to 65535 (0 = any free one), such as 4000' },
  HOST: { schema: z.string().regex(/^\S+$/).default('127.0.0.1'), say: 'a host name or IP address to listen on, such as 127.0.0.1 or 0.0.0.0' },
  DATA_DIR: { schema: z.string().refine((text) => !text.includes('\0')).default('.data'), say: 'the directory of the embedded database, such as .data' },
  DATABASE_URL: {
    schema: z.string().refine((text) => isAddress(text, ['postgres:', 'postgresql:'])).optional(),
    say: 'the address of a Postgres 15 or newer, such as postgres://user:password@host:5432/name; leave it out for the embedded database',
  },
  QUERY_TIMEOUT_MS: { schema: wholeNumber(50, 600_000).default(8000), say: 'milliseconds from 50 to 600000 after which a statement is given up' },
  MEILI_URL: { schema: webAddress.optional(), say: 'the http(s) address of Meilisearch, such as http://127.0.0.1:7700; leave it out to search with Postgres' },
  MEILI_SEARCH_KEY: { schema: z.string().optional(), say: "Meilisearch's search key" },
  MEILI_ADMIN_KEY: { schema: z.string().optional(), say: "Meilisearch's admin key (never its master key)" },
  EMBEDDINGS_URL: { schema: webAddress.optional(), say: 'the http(s) address of an OpenAI-compatible API without its /embeddings, such as http://127.0.0.1:11434/v1; leave it out to search without meaning' },
  EMBEDDINGS_MODEL: { schema: z.string().max(200).regex(/^[\x21-\x7e]+$/).optional(), say: 'the name of an embedding model that EMBEDDINGS_URL serves, such as bge-m3' },
  EMBEDDINGS_KEY: { schema: z.string().regex(/^[\x21-\x7e]+$/).optional(), say: 'the key of EMBEDDINGS_URL, printable characters without spaces' },
  EMBEDDINGS_DIMENSIONS: { schema: wholeNumber(2, 16_384).optional(), say: 'a whole number from 2 to 16384: the numbers of a vector, where the model lets them be chosen' },
  EMBEDDINGS_MIN_SIMILARITY: {
    schema: z.string().regex(/^[01](?:\.\d+)?$/).transform(Number).refine((value) => value > 0 && value <= 1).default(0.5),
    say: 'a number above 0 and up to 1: the cosine from which on a record counts as near in meaning, such as 0.5',
  },
  ADMIN_KEY: { schema: z.string().min(8).regex(/^[\x21-\x7e]+$/).optional(), say: 'the first administrator\'s key: at least 8 printable characters without spaces; make one with `openssl rand -hex 32`' },
  OIDC_ISSUER: { schema: webAddress.optional(), say: 'the http(s) address of the identity provider' },
  OIDC_AUDIENCE: { schema: z.string().optional(), say: 'the audience that tokens must be made out to' },
  OIDC_ROLE_CLAIM: { schema: z.string().default('roles'), say: 'the claim of a token that holds roles, such as roles or realm_access.roles' },
  OIDC_ROLES: {
    schema: z
      .string()
      .transform((text) => text.split(',').map((pair) => pair.split('=').map((part) => part.trim())))
      .refine((pairs) => pairs.every(([theirs, ours, ...more]) => theirs && OIDC_ROLES.some((role) => role === ours) && more.length === 0))
      .transform((pairs) => Object.fromEntries(pairs) as Record<string, (typeof OIDC_ROLES)[number]>)
      .default(Object.fromEntries(OIDC_ROLES.map((role) => [role, role]))),
    say: `pairs of the provider's role and ours (${OIDC_ROLES.join(', ')}), separated by commas, such as nr-admins=ADMIN,editors=CURATOR`,
  },
  OIDC_LOCALITIES_CLAIM: { schema: z.string().default('localities'), say: "the claim of a token that holds an officer's units, such as localities" },
  PUBLIC_URL: { schema: webAddress.transform((text) => text.replace(/\/+$/, '')).optional(), say: 'the http(s) address under which people reach this server' },
  CORS_ORIGINS: {
    schema: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim().replace(/\/+$/, '')).filter(Boolean))
      .refine((origins) => origins.every((origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin)))
      .default([]),
    say: 'the origins of web pages that may read answers, separated by commas, such as https://example.vn,https://example.org; or * for any',
  },
  INDEXER: { schema: onOff.default(true), say: 'true or false: whether this process keeps Meilisearch and vectors up to date (false where `npm run worker` does)' },
  DRAIN_MS: { schema: wholeNumber(0, 60_000).optional(), say: 'milliseconds from 0 to 60000 between saying "stopping" at /readyz and closing' },
  TRUST_PROXY: { schema: onOff.default(false), say: 'true when a proxy in front of this server sets X-Forwarded-For, else false' },
  RATE_LIMIT: { schema: wholeNumber(0, 10_000_000).optional(), say: 'the whole number of calls per minute and caller, 0 for no limit' },
  INTROSPECTION: { schema: onOff.optional(), say: 'true or false' },
  LOG_LEVEL: { schema: z.string().toLowerCase().pipe(z.enum(LOG_LEVELS)).optional(), say: `one of ${LOG_LEVELS.join(', ')}` },
  NODE_ENV: { schema: z.enum(NODE_ENVS).default('development'), say: `one of ${NODE_ENVS.join(', ')}` },
} as const

type Variable = keyof typeof VARIABLES

export interface Config {
  port: number
  host: string
  dataDir: string
  databaseUrl: string | undefined
  queryTimeoutMs: number
  /** Undefined: Postgres is the search engine. */
  meili: { url: string; searchKey: string | undefined; adminKey: string | undefined } | undefined
  /** Undefined: meaning is not searched, and nothing is sent anywhere. */
  embeddings: { url: string; model: string; key: string | undefined; dimensions: number | undefined; minSimilarity: number } | undefined
  adminKey: string | undefined
  oidc: { issuer: string; audience: string; roleClaim: string; roles: Record<string, (typeof OIDC_ROLES)[number]>; localitiesClaim: string } | undefined
  /** Without a trailing slash; undefined: the address that the server listens on. */
  publicUrl: string | undefined
  /** Origins of web pages that may read answers; `*` is any. */
  corsOrigins: string[]
  /** Whether this process keeps Meilisearch's index and the vectors up to date. */
  runIndexer: boolean
  /** Between "stopping" at /readyz and closing. */
  drainMs: number
  /** Whether callers' addresses are taken from X-Forwarded-For. */
  trustProxy: boolean
  /** Calls per minute and caller; 0 = no limit. */
  rateLimit: number
  /** For callers without a key; with one it is always on. */
  introspection: boolean
  logLevel: (typeof LOG_LEVELS)[number]
  nodeEnv: (typeof NODE_ENVS)[number]
}

/** All that is wrong with the environment, one line each. */
export class ConfigError extends StartupError {
  readonly faults: string[]

  constructor(faults: string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}. Correct the environment or .env:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

/** The environment with what `.env` in the working directory adds; what is set already wins. The one door for server and commands. */
export function readEnvironment(file = '.env'): NodeJS.ProcessEnv {
  try {
    if (existsSync(file)) process.loadEnvFile(file)
  } catch (error) {
    throw new ConfigError([`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}). Make it a text file that this user may read, or remove it.`])
  }
  return process.env
}

/** Parses the environment; an empty variable counts as unset. Throws one `ConfigError` with every fault. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = []
  const read = <V extends Variable>(name: V): z.output<(typeof VARIABLES)[V]['schema']> => {
    const text = env[name]?.trim() || undefined
    const parsed = VARIABLES[name].schema.safeParse(text)
    // The value itself is not told: it may be a secret with a typing error.
    if (!parsed.success) faults.push(`${name} must be ${VARIABLES[name].say}.`)
    return parsed.data as z.output<(typeof VARIABLES)[V]['schema']>
  }
  const port = read('PORT')
  const host = read('HOST')
  const nodeEnv = read('NODE_ENV')
  const meili = { url: read('MEILI_URL'), searchKey: read('MEILI_SEARCH_KEY'), adminKey: read('MEILI_ADMIN_KEY') }
  const embeddings = { url: read('EMBEDDINGS_URL'), model: read('EMBEDDINGS_MODEL'), key: read('EMBEDDINGS_KEY'), dimensions: read('EMBEDDINGS_DIMENSIONS'), minSimilarity: read('EMBEDDINGS_MIN_SIMILARITY') }
  const oidc = { issuer: read('OIDC_ISSUER'), audience: read('OIDC_AUDIENCE'), roleClaim: read('OIDC_ROLE_CLAIM'), roles: read('OIDC_ROLES'), localitiesClaim: read('OIDC_LOCALITIES_CLAIM') }
  const config = {
    port,
    host,
    nodeEnv,
    dataDir: read('DATA_DIR'),
    databaseUrl: read('DATABASE_URL'),
    queryTimeoutMs: read('QUERY_TIMEOUT_MS'),
    adminKey: read('ADMIN_KEY'),
    publicUrl: read('PUBLIC_URL'),
    runIndexer: read('INDEXER'),
    drainMs: read('DRAIN_MS') ?? (nodeEnv === 'production' ? 3_000 : 200),
    trustProxy: read('TRUST_PROXY'),
    corsOrigins: read('CORS_ORIGINS'),
    // On a developer's machine every call comes from one address, and a terminal is no log.
    rateLimit: read('RATE_LIMIT') ?? (nodeEnv === 'production' ? 600 : 0),
    introspection: read('INTROSPECTION') ?? nodeEnv !== 'production',
    logLevel: read('LOG_LEVEL') ?? (nodeEnv === 'production' ? 'info' : 'warn'),
  }
  const isSet = (name: Variable) => Boolean(env[name]?.trim())
  if (!isSet('MEILI_URL') && (isSet('MEILI_SEARCH_KEY') || isSet('MEILI_ADMIN_KEY'))) faults.push('MEILI_URL is missing though a key of Meilisearch is set: set it, or leave the keys out.')
  if (isSet('EMBEDDINGS_URL') !== isSet('EMBEDDINGS_MODEL')) faults.push('EMBEDDINGS_URL and EMBEDDINGS_MODEL belong together: set both, or neither.')
  else if (!isSet('EMBEDDINGS_URL') && (['EMBEDDINGS_KEY', 'EMBEDDINGS_DIMENSIONS', 'EMBEDDINGS_MIN_SIMILARITY'] as const).some(isSet)) faults.push('EMBEDDINGS_URL and EMBEDDINGS_MODEL are missing though something else of EMBEDDINGS_ is set: set both, or leave it out.')
  if (isSet('OIDC_ISSUER') !== isSet('OIDC_AUDIENCE')) faults.push('OIDC_ISSUER and OIDC_AUDIENCE belong together: set both, or neither.')
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    ...config,
    meili: meili.url ? { url: meili.url, searchKey: meili.searchKey, adminKey: meili.adminKey } : undefined,
    embeddings: embeddings.url && embeddings.model ? { ...embeddings, url: embeddings.url, model: embeddings.model } : undefined,
    oidc: oidc.issuer && oidc.audience ? { ...oidc, issuer: oidc.issuer, audience: oidc.audience } : undefined,
  }
}

function isAddress(text: string, protocols: string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol)
}
