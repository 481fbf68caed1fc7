/** The selected rows of a list, by their ids, and the last clicked row: a range begins there. */
export type Selection = { ids: ReadonlySet<string>; last: string | undefined };

export const nothing: Selection = { ids: new Set(), last: undefined };

/** Selects or deselects a row; as a range, all rows from the last clicked one to this one. */
export function choose(
  { ids, last }: Selection,
  order: readonly string[],
  { id, isOn, isRange }: { id: string; isOn: boolean; isRange: boolean },
): Selection {
  const touched = isRange && last !== undefined ? between(order, last, id) : [id];
  return { ids: isOn ? new Set([...ids, ...touched]) : without(ids, touched), last: id };
}

export function chooseAll({ ids }: Selection, order: readonly string[], isOn: boolean): Selection {
  return { ids: isOn ? new Set([...ids, ...order]) : without(ids, order), last: undefined };
}

/** Selects rows again, for example after their action was refused. */
export function restore({ ids, last }: Selection, back: readonly string[]): Selection {
  return { ids: new Set([...ids, ...back]), last };
}

function between(order: readonly string[], one: string, other: string) {
  const ends = [order.indexOf(one), order.indexOf(other)];
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  return first === -1 ? [other] : order.slice(first, last + 1);
}

function without(ids: ReadonlySet<string>, gone: readonly string[]) {
  const rest = new Set(ids);
  for (const id of gone) {
    rest.delete(id);
  }
  return rest;
}
