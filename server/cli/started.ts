/** Which of the files that are read is the program. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * Whether this file is the program that was started, and not one that another program reads from. Node resolves links in a module's own
 * address and leaves them in the path that it was started by: compared as they are, a command in a linked folder would do nothing, and say so to nobody.
 */
export const isStarted = (url: string): boolean => process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url)
