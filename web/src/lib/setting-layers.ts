import type { FieldKey } from "@muster/settings/fields.ts";
import type { LayerKind, StepState } from "@muster/settings/resolve.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, signalOf, v1 } from "./api.ts";

// What the layers say of an organization's settings, what follows from it, and how it came about.

const settings = v1.organizations[":organization"].settings;

/** A layer's opinion of one setting. */
export type Entry = {
  /** Missing for a list that is too long to be returned with the other settings. */
  value: unknown;
  /** The number of entries of a list. */
  count?: number;
  isLocked: boolean;
  isDamaged?: boolean;
  by?: string;
  at?: string;
  revision?: number;
};
export type Entries = { [K in FieldKey]?: Entry };
/** Changes, by setting: null leaves a setting to the layers above. */
export type Changes = { [K in FieldKey]?: Change | null };
type Change = { value?: unknown; add?: string[]; remove?: string[]; isLocked: boolean };

export type OrganizationLayer = Omit<Awaited<ReturnType<typeof fetchSettings>>, "fields"> & { fields: Entries };
export type TeamLayer = Omit<Awaited<ReturnType<typeof fetchTeamSettings>>, "fields"> & { fields: Entries };

export type Source = {
  kind: LayerKind;
  id?: string;
  name?: string;
  by?: string;
  at?: string;
  revision?: number;
};
/** One layer's opinion; of a list, the number of its entries. */
export type Step = {
  source: Source;
  state: StepState;
  value?: boolean | string | number;
  isLocked?: boolean;
  isDamaged?: boolean;
};
export type Resolved = {
  /** Missing for a list that is too long to be returned with the other settings. */
  value?: unknown;
  /** The number of entries of a list. */
  count?: number;
  source: Source;
  ties: Source[];
  mayChange: boolean;
  /** True if the value counts: a list counts while the switch is on that it belongs to. */
  isInForce: boolean;
  isDamaged: boolean;
  steps: Step[];
};
export type Effective = {
  account: string;
  fields: Record<FieldKey, Resolved>;
  openToTeams: FieldKey[];
  revision: number;
};

export type Revision = Awaited<ReturnType<typeof listRevisions>>["items"][number];
/** A change of one field. Of a list, the first entries that came and went, and how many did. */
export type RevisionChange = Revision["changes"][number];

const fetchSettings = (organization: string) => read(settings.$get({ param: { organization }, query: {} }));
const fetchTeamSettings = (organization: string, team: string) =>
  read(settings.teams[":team"].$get({ param: { organization, team }, query: {} }));

/** @param isWhole whether to read all denied websites, however many there are */
export async function getSettings(organization: string, isWhole: boolean) {
  return await completed(organization, await fetchSettings(organization), isWhole);
}

async function completed(organization: string, layer: OrganizationLayer, isWhole: boolean): Promise<OrganizationLayer> {
  const entry = layer.fields["websites.denied"];
  if (!isWhole || entry === undefined || entry.value !== undefined) {
    return layer;
  }
  const { websites, revision } = await read(settings.websites.$get({ param: { organization }, query: {} }));
  const fields = { ...layer.fields, "websites.denied": { ...entry, value: websites } };
  // the older of the two was seen: a save from here is refused if the list has changed in between
  return { ...layer, fields, revision: Math.min(layer.revision, revision) };
}

export type Save = {
  revision: number;
  fields: Changes;
  openToTeams?: FieldKey[];
  note?: string;
  rollout?: RolloutPlan;
};
/** The waves in which a change reaches devices. */
export type RolloutPlan = {
  waves: { teams?: string[]; percent?: number }[];
  share: number;
  maxRefused: number;
  minHours: number;
  silenceHours: number;
};

/** The revision is that of the settings that were read. */
export async function saveSettings(organization: string, json: Save, isWhole: boolean) {
  const saved = await read(settings.$patch({ param: { organization }, json }));
  return await completed(organization, saved, isWhole);
}

export async function getTeamSettings(organization: string, team: string) {
  return (await fetchTeamSettings(organization, team)) as TeamLayer;
}

export async function saveTeamSettings(
  organization: string,
  team: string,
  json: Omit<Save, "openToTeams" | "rollout">,
) {
  return (await read(settings.teams[":team"].$patch({ param: { organization, team }, json }))) as TeamLayer;
}

type EffectiveOf = { account?: string | undefined; lists?: "full" };

export async function getEffective(organization: string, { account, lists }: EffectiveOf = {}, signal?: AbortSignal) {
  const query = { ...(account !== undefined && { account }), ...(lists && { lists }) };
  const answer = settings.effective.$get({ param: { organization }, query }, { init: signalOf(signal) });
  return (await read(answer)) as unknown as Effective;
}

export type OwnSettings = Effective & { own: Entries; closed: readonly string[] };

export async function getOwnSettings(organization: string): Promise<OwnSettings> {
  const [effective, own] = await Promise.all([
    getEffective(organization),
    read(settings.own.$get({ param: { organization }, query: {} })),
  ]);
  return { ...effective, own: own.fields, closed: own.closed };
}

/** Saves what the caller chooses for themselves. */
export function saveOwnSettings(organization: string, fields: Changes) {
  return read(settings.own.$patch({ param: { organization }, json: { fields } }));
}

export function listRevisions(organization: string, cursor?: string, signal?: AbortSignal) {
  const answer = settings.history.$get({ param: { organization }, query: after(cursor) }, { init: signalOf(signal) });
  return read(answer);
}

type Restore = { revision: number; to: number; note?: string; rollout?: RolloutPlan };

/** Gives the settings the values that they had at an earlier revision, as a new one. */
export async function restoreSettings(organization: string, json: Restore) {
  return (await read(settings.restore.$post({ param: { organization }, json }))) as OrganizationLayer;
}

/** A change of the settings, as it is previewed: of the organization, a team, back to a revision, or by a file. */
export type Previewed =
  | { fields: Changes; openToTeams?: FieldKey[] }
  | { team: string; fields: Changes }
  | { to: number }
  | { document: string };
export type SettingsPreview = Awaited<ReturnType<typeof previewSettings>>;

/** Tells what a change would do, and changes nothing. */
export function previewSettings(organization: string, change: Previewed, signal?: AbortSignal) {
  const init = { init: signalOf(signal) };
  if (!("team" in change)) {
    return read(settings.preview.$post({ param: { organization }, json: change }, init));
  }
  const { team, fields } = change;
  return read(settings.teams[":team"].preview.$post({ param: { organization, team }, json: { fields } }, init));
}

/** A note that is empty is none. */
export const noteOf = (note: string) => (note.trim() === "" ? {} : { note: note.trim() });

/** Returns the address of the settings as a YAML file. */
export const settingsFileOf = (organization: string) => `/api/v1/organizations/${organization}/settings/document`;

type Import = { document: string; revision: number; isCheck?: boolean; note?: string; rollout?: RolloutPlan };

/** Gives the settings the values of a YAML file, or tells what that would change. */
export function importSettings(organization: string, json: Import) {
  return read(settings.document.$post({ param: { organization }, json }));
}

// Queries

const keyOf = (organizationId: string) => ["organization", organizationId, "layers"] as const;

/** Everything that a saved revision changes. */
export const layersKey = keyOf;

/** Reads the organization's layer; with the list of denied websites too, if all of it is wanted. */
export function settingsQuery(organizationId: string, isWhole = false) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "organization", isWhole],
    queryFn: () => getSettings(organizationId, isWhole),
  });
}

export function teamSettingsQuery(organizationId: string, team: string) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "team", team],
    queryFn: () => getTeamSettings(organizationId, team),
  });
}

/** Of the caller, unless an account is named. Long lists are left out, unless they are wanted in full. */
export function effectiveQuery(organizationId: string, of: EffectiveOf = {}) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "effective", of.account ?? "own", of.lists ?? "short"],
    queryFn: ({ signal }) => getEffective(organizationId, of, signal),
  });
}

export function ownSettingsQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "own"],
    queryFn: () => getOwnSettings(organizationId),
  });
}

const names = new WeakMap<Previewed, number>();
let count = 0;
/** A change may be a list of 50,000 websites: it is told apart by being another object. */
function nameOf(change: Previewed) {
  const name = names.get(change) ?? ++count;
  names.set(change, name);
  return name;
}

/** Reads the effect of a change. The API counts members for it, so it is asked again each time. */
export function previewQuery(organizationId: string, change: Previewed) {
  return queryOptions({
    queryKey: ["organization", organizationId, "preview", nameOf(change)],
    queryFn: ({ signal }) => previewSettings(organizationId, change, signal),
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

export function revisionsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: [...keyOf(organizationId), "history"],
    queryFn: ({ pageParam, signal }) => listRevisions(organizationId, pageParam, signal),
    getNextPageParam: (page: { next?: string | undefined }) => page.next,
    initialPageParam: undefined as string | undefined,
  });
}
