type Pages<T> = { pages: { items: T[]; next?: string | undefined }[] };
type Compare = (one: string, other: string) => number;

/**
 * Returns the items of a list by name. A list that fits on one page is sorted by the reader's language. A longer one
 * keeps the order of its pages, so that no row moves while more are loaded.
 */
export function itemsByName<T extends { name: string }>(list: Pages<T> | undefined, compare: Compare): T[] {
  const items = list?.pages.flatMap((page) => page.items) ?? [];
  // threat: rows of a long list move while more of it is loaded
  const isWhole = list?.pages.length === 1 && list.pages[0]?.next === undefined;
  // threat: names are not sorted as the reader's language sorts them
  return isWhole ? items.toSorted((one, other) => compare(one.name, other.name)) : items;
}
