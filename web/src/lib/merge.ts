export type Side = "mine" | "theirs";
/** Any fields of a form, by name. */
export type Fields = Readonly<Record<string, unknown>>;
/** A field that both have changed, which a person decides. */
export type Dispute<V extends Fields = Fields, F extends keyof V = keyof V> = {
  field: F;
  mine: V[F];
  theirs: V[F];
  choice?: Side;
};
export type Merged<V extends Fields> = { values: V; disputes: Dispute<V>[]; taken: (keyof V)[] };

/** Makes one value of two that do not exclude each other, if it can. */
export type Join = (sides: Record<"base" | Side, unknown>) => unknown;

/**
 * Puts my changes on top of what others have saved since. Their other changes are accepted; fields that both changed
 * keep my value until a person decides, unless they can be joined.
 */
export function merge<V extends Fields>(
  { base, mine, theirs }: Record<"base" | Side, V>,
  join: Join = () => undefined,
): Merged<V> {
  const values = { ...mine };
  const disputes: Dispute<V>[] = [];
  const taken: (keyof V)[] = [];
  for (const field of namesOf(mine)) {
    const sides = { base: base[field], mine: mine[field], theirs: theirs[field] };
    const resolution = resolutionOf(sides);
    const joint = resolution === "disputed" ? join(sides) : undefined;
    if (joint !== undefined) {
      values[field] = joint as V[keyof V];
      taken.push(field);
    } else if (resolution === "taken") {
      values[field] = theirs[field];
      taken.push(field);
    } else if (resolution === "disputed") {
      disputes.push({ field, mine: mine[field], theirs: theirs[field] });
    }
  }
  return { values, disputes, taken };
}

/** The result for one field: mine is kept, theirs is accepted, or both changed it. */
export function resolutionOf({ base, mine, theirs }: Record<"base" | Side, unknown>): "kept" | "taken" | "disputed" {
  if (isAlike(theirs, base) || isAlike(theirs, mine)) {
    return "kept";
  }
  // threat: a change of settings by somebody else is replaced unseen by what a form was filled with
  return isAlike(mine, base) ? "taken" : "disputed";
}

/** The fields of which two forms differ. */
export function changedFields<V extends Fields>(one: V, other: V): (keyof V)[] {
  return namesOf(one).filter((field) => !isAlike(one[field], other[field]));
}

export function pick<V extends Fields>(values: V, fields: readonly (keyof V)[]) {
  return Object.fromEntries(fields.map((field) => [field, values[field]])) as Partial<V>;
}

export const namesOf = <V extends Fields>(values: V) => Object.keys(values) as (keyof V)[];

/** Returns whether two values of a field are the same: texts, numbers, lists in their order, or groups of these. */
export function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) {
    return true;
  }
  if (!isGroup(one) || !isGroup(other) || Array.isArray(one) !== Array.isArray(other)) {
    return false;
  }
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isAlike(one[name], other[name]))
  );
}

function isGroup(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
