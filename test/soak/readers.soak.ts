/** The whole catalogue through both readers. */
import { it } from 'vitest'
import { compareReaders } from '../model/readers.ts'

it('every model of the seed reads the same from its tables and from its document', () => compareReaders(1))
