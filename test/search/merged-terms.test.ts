/** Keys of vocabularies that went into others, on the way to Meilisearch: its index may still have either. */
import { expect, it } from 'vitest'
import { filterOf } from '../../server/search/meilisearch-filter.ts'
import { Thesaurus } from '../../server/search/thesaurus.ts'

const thesaurus = new Thesaurus({ version: 'v', concepts: [], terms: [], abbreviations: [], merged: [{ kind: 'TOPIC', from: 'old', to: 'new' }, { kind: 'SETTING', from: 'x', to: 'y' }] })

it('a filter by an old key takes the one that it went into, too; the vocabularies are told apart', async () => {
  expect(thesaurus.keysOf('TOPIC', ['old', 'other', 'new'])).toEqual(['old', 'new', 'other'])
  expect(thesaurus.keysOf('PARTICIPANT', ['old'])).toEqual(['old'])
  const { own } = await filterOf(undefined as never, { topicIn: ['old'], settingIn: ['x', 'old'] }, (kind, keys) => thesaurus.keysOf(kind, keys))
  expect(Object.fromEntries(own)).toEqual({ topics: 'topics IN ["old", "new"]', settings: 'settings IN ["x", "y", "old"]' })
})
