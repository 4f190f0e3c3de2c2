/** What is made once: when it is first asked for. */

interface Made<K, V> { get(of: K): { value: V } | undefined; set(of: K, made: { value: V }): unknown }
const kept = <K, V>(made: Made<K, V>, make: (of: K) => V) => (of: K): V => {
  const known = made.get(of)
  if (known) return known.value
  const value = make(of)
  made.set(of, { value })
  return value
}

/** Of an object that nobody changes; it is gone with the object. */
export const onceFor = <K extends object, V>(make: (of: K) => V): ((of: K) => V) => kept(new WeakMap<K, { value: V }>(), make)

/** Of a text, for good: where few texts come again and again, as a load asks for the same few hundred districts and provinces thousands of times. */
export const onceForText = <V>(make: (of: string) => V): ((of: string) => V) => kept(new Map<string, { value: V }>(), make)
