/** Two readers, one value: a sample of the catalogue; all of it in test/soak/readers.soak.ts. */
import { it } from 'vitest'
import { compareReaders } from './readers.ts'

it('models of the seed read the same from their tables and from their documents', () => compareReaders(16), 300_000)
