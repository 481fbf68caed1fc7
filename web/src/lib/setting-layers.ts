import type { FieldKey } from "@muster/settings/fields.ts";
import type { LayerKind, StepState } from "@muster/settings/resolve.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, signalOf, v1 } from "./api.ts";

// What the layers say of an organization's settings, what follows from it, and how it came about.

const settings = v1.organizations[":organization"].settings;

/** What a layer says of one setting. */
export type Entry = {
  value: unknown;
  isLocked: boolean;
  isDamaged?: boolean;
  by?: string;
  at?: string;
  revision?: number;
};
export type Entries = { [K in FieldKey]?: Entry };
/** Changes, by setting: null leaves a setting to the layers above. */
export type Changes = { [K in FieldKey]?: { value: unknown; isLocked: boolean } | null };

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
/** What one layer says; a list is told by the number of its entries. */
export type Step = {
  source: Source;
  state: StepState;
  value?: boolean | string | number;
  isLocked?: boolean;
  isDamaged?: boolean;
};
export type Resolved = {
  value: unknown;
  source: Source;
  ties: Source[];
  mayChange: boolean;
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

export async function getSettings(organization: string) {
  return (await fetchSettings(organization)) as OrganizationLayer;
}

export type Save = { revision: number; fields: Changes; openToTeams?: FieldKey[]; note?: string };

/** The revision is that of the settings that were read. */
export async function saveSettings(organization: string, json: Save) {
  return (await read(settings.$patch({ param: { organization }, json }))) as OrganizationLayer;
}

export async function getTeamSettings(organization: string, team: string) {
  return (await fetchTeamSettings(organization, team)) as TeamLayer;
}

export async function saveTeamSettings(organization: string, team: string, json: Omit<Save, "openToTeams">) {
  return (await read(settings.teams[":team"].$patch({ param: { organization, team }, json }))) as TeamLayer;
}

/** The settings that apply to a member: to the caller, unless another one is named. */
export async function getEffective(organization: string, account?: string, signal?: AbortSignal) {
  const query = account === undefined ? {} : { account };
  const answer = settings.effective.$get({ param: { organization }, query }, { init: signalOf(signal) });
  return (await read(answer)) as unknown as Effective;
}

/** Saves what the caller chooses for themselves. */
export function saveOwnSettings(organization: string, fields: Changes) {
  return read(settings.own.$patch({ param: { organization }, json: { fields } }));
}

export function listRevisions(organization: string, cursor?: string, signal?: AbortSignal) {
  const answer = settings.history.$get({ param: { organization }, query: after(cursor) }, { init: signalOf(signal) });
  return read(answer);
}

/** Gives the settings the values that they had at an earlier revision, as a new one. */
export async function restoreSettings(organization: string, json: { revision: number; to: number; note?: string }) {
  return (await read(settings.restore.$post({ param: { organization }, json }))) as OrganizationLayer;
}

// Queries

const keyOf = (organizationId: string) => ["organization", organizationId, "layers"] as const;

/** Everything that a saved revision changes. */
export const layersKey = keyOf;

export function settingsQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "organization"],
    queryFn: () => getSettings(organizationId),
  });
}

export function teamSettingsQuery(organizationId: string, team: string) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "team", team],
    queryFn: () => getTeamSettings(organizationId, team),
  });
}

/** Of the caller, unless an account is named. */
export function effectiveQuery(organizationId: string, account?: string) {
  return queryOptions({
    queryKey: [...keyOf(organizationId), "effective", account ?? "own"],
    queryFn: ({ signal }) => getEffective(organizationId, account, signal),
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
