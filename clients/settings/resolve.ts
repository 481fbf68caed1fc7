import {
  type Field,
  type FieldKey,
  fieldKeys,
  fields,
  type Section,
  sectionOf,
  type ValueOf,
  type Values,
} from "./fields.ts";
import type { Kind } from "./kind.ts";

/** From top to bottom: a layer replaces what those above it say, unless one of them locks the setting. */
export const layerKinds = ["preset", "operator", "plan", "organization", "team", "member"] as const;
export type LayerKind = (typeof layerKinds)[number];

/** A layer's opinion of one setting. */
export type Entry<T = unknown> = {
  value: T;
  /** No layer below changes a locked value. Any other is a default. */
  isLocked?: boolean;
  /** The account that set it. */
  by?: string;
  /** ISO 8601. */
  at?: string;
  /** The revision of the organization's settings that set it. */
  revision?: number;
};

/** A layer as it is stored: nothing in it need be readable. */
export type Layer = {
  kind: Exclude<LayerKind, "preset">;
  /** The id of a team or of a plan. */
  id?: string;
  name?: string;
  /** By setting. A setting that is missing is no opinion; one that cannot be read counts as the strictest value. */
  entries: Readonly<Record<string, unknown>>;
  /** Sections of this layer that cannot be read at all. */
  unreadable?: readonly Section[];
  /** Of the organization: the settings that a team may override, locked or not. */
  openToTeams?: unknown;
};

export type Source = { kind: LayerKind; id?: string; name?: string; by?: string; at?: string; revision?: number };

/**
 * The effect of a layer's opinion: it `applies`, alone or together with another; a layer below, or a stricter team, has
 * `replaced` it; a lock above has `overruled` it; it is `closed`, because teams or members have no say; or there is
 * `none`.
 */
export type StepState = "applies" | "replaced" | "overruled" | "closed" | "none";
export type Step<T = unknown> = {
  source: Source;
  state: StepState;
  value?: T;
  isLocked?: true;
  /** The stored entry, or its lock, cannot be read. */
  isDamaged?: true;
};

export type Resolved<T = unknown> = {
  value: T;
  source: Source;
  /** Other teams that say the same as the one that `source` names. */
  ties: Source[];
  mayChange: boolean;
  /** True if something that could not be read had a part in it. */
  isDamaged: boolean;
  /** Every layer's opinion, from top to bottom. */
  steps: Step<T>[];
};
export type Effective = { [K in FieldKey]: Resolved<ValueOf<K>> };

/**
 * Returns for each setting the value that applies to a member, where it comes from, and what each layer says. Of several
 * teams the stricter value applies, and any team's lock locks.
 * @param layers in any order, without the preset
 * @param lastGood what applied before; some settings keep it when a layer cannot be read
 */
export function resolve(layers: readonly Layer[], lastGood?: Partial<Values>): Effective {
  return Object.fromEntries(fieldKeys.map((key) => [key, resolveField(key, layers, lastGood)])) as unknown as Effective;
}

/** The values alone. */
export function valuesOf(effective: Effective): Values {
  return Object.fromEntries(fieldKeys.map((key) => [key, effective[key].value])) as Values;
}

/**
 * Returns whether a value counts. A list of applications, websites or models counts while the switch is on that it
 * belongs to; a member's own choice counts anyway. A switch that cannot be read is on.
 */
export function isInForce(key: FieldKey, effective: Effective): boolean {
  const { inForceWith } = fields[key] as Partial<Field>;
  // threat: a list counts although its switch is off, or not although it is on
  // threat: a member's own list does not count while the organization has none
  return inForceWith === undefined || effective[key].source.kind === "member" || effective[inForceWith].value;
}

/** The ways in which a layer may change the value above it. */
const freedoms = ["none", "stricter", "any"] as const;
type Freedom = (typeof freedoms)[number];
/** A stored yes or no. Where it cannot be read, both must be expected. */
type Certainty = boolean | "unknown";
type Opinion<T> = { source: Source; value: T; lock: Certainty; isDamaged: boolean };
type Said<T> = { layer: Layer; opinion: Opinion<T> | undefined };
type State<T> = { value: T; source: Source; ties: Source[]; isDamaged: boolean; freedom: Freedom; steps: Step<T>[] };

/** Resolves one setting as `resolve` does. */
export function resolveField<K extends FieldKey>(
  key: K,
  layers: readonly Layer[],
  lastGood?: Partial<Values>,
): Resolved<ValueOf<K>> {
  type T = ValueOf<K>;
  const { kind, preset: value, isPersonal } = fields[key] as unknown as Field<T>;
  const standIn = (kind.keepsLastGood ? (lastGood?.[key] as T | undefined) : undefined) ?? kind.strictest;
  const of = (wanted: LayerKind) => layers.filter((layer) => layer.kind === wanted).toSorted(byName);
  const take = (state: State<T>, wanted: LayerKind, freedom: Freedom) => {
    const said = of(wanted).map((layer) => ({ layer, opinion: opinionOf(key, layer, kind, standIn) }));
    return taken(state, said, freedom, kind);
  };

  const source: Source = { kind: "preset" };
  const steps: Step<T>[] = [{ source, state: "applies", value }];
  const preset: State<T> = { value, source, ties: [], isDamaged: false, freedom: "any", steps };
  const operator = take(preset, "operator", preset.freedom);
  const plan = take(operator, "plan", operator.freedom);
  const organization = take(plan, "organization", plan.freedom);
  const team = take(organization, "team", least(plan.freedom, freedomIf(openToTeams(key, of("organization")))));
  const member = take(team, "member", isPersonal ? team.freedom : "none");
  const { freedom: _, ...rest } = member;
  return { ...rest, mayChange: isPersonal && team.freedom !== "none" };
}

/** The state after the layers of one rank have had their say. */
function taken<T>(state: State<T>, said: readonly Said<T>[], freedom: Freedom, kind: Kind<T>): State<T> {
  const opinions = said.flatMap(({ opinion }) => opinion ?? []);
  const [first, ...others] = opinions;
  const refused = state.freedom === "none" ? "overruled" : "closed";
  if (first === undefined || freedom === "none") {
    return { ...state, steps: [...state.steps, ...said.map((one) => stepOf(one, refused))] };
  }

  const joint = others.reduce((one, other) => joined(one, other, kind), first);
  const value = freedom === "any" ? joint.value : kind.stricter(state.value, joint.value);
  // a lock of which it is unknown whether it counts must not keep a member from what is stricter
  const lock = joint.lock === true && freedom === "stricter" ? "unknown" : joint.lock;
  const after = { ...state, freedom: least(state.freedom, freedomUnless(lock)) };
  if (freedom === "stricter" && isSame(value, state.value)) {
    return { ...after, steps: [...state.steps, ...said.map((one) => stepOf(one, "overruled"))] };
  }

  const alike = opinions.filter((one) => isSame(one.value, joint.value));
  const [winner = first, ...ties] = alike.length > 0 ? alike : opinions;
  const isReplaced = freedom === "any" || isSame(value, joint.value);
  const above = state.steps.map((step) =>
    isReplaced && step.state === "applies" ? { ...step, state: "replaced" as const } : step,
  );
  const counts = ({ opinion }: Said<T>) => opinion === winner || ties.some((tie) => tie === opinion);
  return {
    ...after,
    value,
    source: winner.source,
    ties: ties.map((tie) => tie.source),
    isDamaged: joint.isDamaged || (freedom === "stricter" && state.isDamaged),
    steps: [...above, ...said.map((one) => stepOf(one, counts(one) ? "applies" : "replaced"))],
  };
}

/** Several teams as if they were one. */
function joined<T>(one: Opinion<T>, other: Opinion<T>, kind: Kind<T>): Opinion<T> {
  const locks = [one.lock, other.lock];
  return {
    source: one.source,
    value: kind.stricter(one.value, other.value),
    // threat: a team's lock does not lock
    lock: locks.includes(true) || (locks.includes("unknown") && "unknown"),
    isDamaged: one.isDamaged || other.isDamaged,
  };
}

/**
 * Returns a layer's opinion of a setting, if it has one. Damage is an opinion: the strictest one, with a lock that is
 * unknown.
 */
function opinionOf<T>(key: FieldKey, layer: Layer, kind: Kind<T>, standIn: T): Opinion<T> | undefined {
  const { kind: rank, id, name } = layer;
  const where = { kind: rank, ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
  const isUnreadable = layer.unreadable?.includes(sectionOf(key)) === true;
  if (!isUnreadable && !Object.hasOwn(layer.entries, key)) return undefined;
  const stored = isUnreadable ? undefined : layer.entries[key];
  const entry = typeof stored === "object" && stored !== null ? (stored as Record<string, unknown>) : {};
  const value = kind.read(entry["value"]);
  const lock = certainty(entry["isLocked"]);
  const source = { ...where, ...readOrigin(entry) };
  // threat: damage to a layer's setting is taken for no opinion
  if (value === undefined) return { source, value: standIn, lock: "unknown", isDamaged: true };
  return { source, value, lock, isDamaged: lock === "unknown" };
}

function readOrigin({ by, at, revision }: Record<string, unknown>): Pick<Source, "by" | "at" | "revision"> {
  return {
    ...(typeof by === "string" && { by }),
    ...(typeof at === "string" && { at }),
    ...(typeof revision === "number" && { revision }),
  };
}

function openToTeams(key: FieldKey, organizations: readonly Layer[]): Certainty {
  const lists = organizations.map(({ openToTeams: list = [] }) => list);
  if (lists.some((list) => !Array.isArray(list))) return "unknown";
  // threat: a team overrides what its organization does not allow
  return lists.some((list) => (list as unknown[]).includes(key));
}

function stepOf<T>({ layer, opinion }: Said<T>, state: StepState): Step<T> {
  const { kind, id, name } = layer;
  if (opinion === undefined) {
    const source = { kind, ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
    return { source, state: "none" };
  }
  const { source, value, lock, isDamaged } = opinion;
  return {
    source,
    state,
    value,
    ...(lock === true && { isLocked: true as const }),
    ...(isDamaged && { isDamaged: true as const }),
  };
}

const certainty = (stored: unknown): Certainty =>
  // threat: a damaged lock keeps a member from choosing a stricter value
  stored === undefined ? false : typeof stored === "boolean" ? stored : "unknown";
const freedomIf = (open: Certainty): Freedom => (open === "unknown" ? "stricter" : open ? "any" : "none");
const freedomUnless = (lock: Certainty): Freedom => (lock === "unknown" ? "stricter" : lock ? "none" : "any");
const least = (one: Freedom, other: Freedom): Freedom =>
  freedoms.indexOf(one) <= freedoms.indexOf(other) ? one : other;

/** First by name, so that the answer does not depend on the order of rows. */
const byName = (one: Layer, other: Layer) =>
  compare(one.name ?? "", other.name ?? "") || compare(one.id ?? "", other.id ?? "");
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Returns whether two values of one kind are the same. Lists are the same with the same entries in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  return one.length === other.length && one.every((entry, i) => entry === other[i]);
}
