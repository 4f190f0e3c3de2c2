/** A map that forgets what was used longest ago, bounded by count and by weight. */
export class Lru<V> {
  readonly #entries = new Map<string, { value: V; weight: number }>()
  readonly #maxEntries: number
  readonly #maxWeight: number
  #weight = 0

  constructor(maxEntries: number, maxWeight: number = Number.POSITIVE_INFINITY) {
    this.#maxEntries = maxEntries
    this.#maxWeight = maxWeight
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Keeps the value, unless it alone weighs more than an eighth of everything: one giant must not push out the rest. */
  set(key: string, value: V, weight = 1): void {
    this.delete(key)
    if (weight > this.#maxWeight / 8) return
    this.#entries.set(key, { value, weight })
    this.#weight += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#weight <= this.#maxWeight) break
      this.delete(oldest)
    }
  }

  delete(key: string): boolean {
    const entry = this.#entries.get(key)
    if (!entry) return false
    this.#weight -= entry.weight
    return this.#entries.delete(key)
  }
}
