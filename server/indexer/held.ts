/** What an index of Meilisearch holds, by id. */
import type { Meilisearch } from 'meilisearch'

export interface Held { id: string; hash: string; source: string }

const PAGE = 1000
/** Ids stand in the address of the request. */
const IDS = 100

/** Reads what it holds of these ids, or all. While others write, a page may miss what moved: look again before it is believed. */
export async function readHeld(client: Meilisearch, target: string, ids?: readonly string[]): Promise<Map<string, Held>> {
  const held = new Map<string, Held>()
  const read = async (params: { offset?: number; ids?: string[] }): Promise<number> => {
    const { results } = await client.index(target).getDocuments<Held>({ fields: ['id', 'hash', 'source'], limit: PAGE, ...params })
    for (const document of results) held.set(document.id, document)
    return results.length
  }
  if (ids === undefined) for (let offset = 0; (await read({ offset })) === PAGE; offset += PAGE);
  else for (let at = 0; at < ids.length; at += IDS) await read({ ids: ids.slice(at, at + IDS) })
  return held
}
