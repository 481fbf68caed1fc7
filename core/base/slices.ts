/** Returns things some at a time, in their order: as many as one read, write or call takes. */
export function* slicesOf<T>(all: readonly T[], size: number): Generator<T[], void> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
