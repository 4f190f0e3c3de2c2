/** `npm run audit:verify`: checks the audit log from its beginning; exit code 1 when anything is wrong with it. */
import { defineCommand, runMain } from 'citty'
import { loadConfig, readEnvironment } from '../config.ts'
import { openDesk } from './ask.ts'
import { explained } from './command.ts'
import { isStarted } from './started.ts'

interface Verification { isWhole: boolean; entryCount: number; erasedCount: number; anchor: string; faults: { kind: string; entry: number; message: string }[] }

const n = (value: number): string => value.toLocaleString('en')

/** The report in words. */
export function tell({ isWhole, entryCount, erasedCount, anchor, faults }: Verification): string {
  const erased = erasedCount > 0 ? `, of ${n(erasedCount)} the payload was erased, explained each` : ''
  const lines = [`${n(entryCount)} entries${erased}.`, ...faults.map(({ kind, message }) => `${kind}: ${message}`)]
  if (isWhole) lines.push('The audit log is whole.', '', `Its end is ${anchor}`, 'Keep that elsewhere: a later check with --anchor shows whether the log was written anew.')
  else lines.push(`The audit log is not what was written: ${faults.length === 100 ? 'at least 100 faults' : faults.length === 1 ? 'one fault' : `${faults.length} faults`}. Compare it with a backup; do not repair it by hand.`)
  return lines.join('\n')
}

const command = defineCommand({
  meta: { name: 'npm run audit:verify', description: 'Check every byte of the audit log, that no entry is missing, and that every erasure is explained; exit code 1 when not. Where the embedded database is in use, this asks the running server with ADMIN_KEY.' },
  args: {
    anchor: { type: 'string', description: 'The end that an earlier check told, kept elsewhere', valueHint: 'NUMBER:HASH' },
    json: { type: 'boolean', default: false, description: 'Print the whole report as JSON' },
    server: { type: 'string', description: 'Ask the server at this address, with ADMIN_KEY; unless said the one at HOST and PORT, or the database itself', valueHint: 'URL' },
  },
  run: ({ args }) => explained(async () => {
    const desk = await openDesk(loadConfig(readEnvironment()), 'npm run audit:verify', args.server)
    try {
      const { auditVerification: report } = await desk.ask<{ auditVerification: Verification }>(
        'query($anchor: String) { auditVerification(anchor: $anchor) { isWhole entryCount erasedCount anchor faults { kind entry message } } }', { anchor: args.anchor })
      process.stdout.write(`${args.json ? JSON.stringify(report, null, 2) : tell(report)}\n`)
      if (!report.isWhole) process.exitCode = 1
    } finally {
      await desk.close()
    }
  }),
})

if (isStarted(import.meta.url)) await runMain(command)
