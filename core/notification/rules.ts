import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { eventMessages } from "../catalog/event-messages.ts";
import { organizationEvents } from "../catalog/events.ts";
import { notificationMessages } from "../catalog/notifications.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { table } from "../kernel/ports.ts";
import type { Reaction, Recorded } from "../kernel/reaction.ts";
import type { EventMessage, Telling } from "../message/message.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Limits from "../rate/limits.ts";
import { type Limit } from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { type About, readersOf } from "./about.ts";
import { resolve } from "./resolve.ts";
import { updateKinds } from "./shape.ts";

// The rows of core/<noun>/messages.ts say who is notified of which event.

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;
type Event = Recorded<Organization>;

// Shapes

/** A notification whose readers are found, before names are read. */
export type Draft = Omit<Telling, "to"> & { to: readonly Account[] };

/** One notification to one person, with the current names. */
export type NewNotification = Omit<Telling, "to" | "person" | "by"> & {
  account: Account;
  organization: Organization;
  subject: string;
  person?: string;
  by?: string;
  at: string;
};

/** Finds the readers of what an event tells, the most telling first. */
export const rules: readonly Reaction<Promise<Draft[]>>[] = organizationEvents.flatMap((to) => {
  const { tell } = eventMessages[to.type] as EventMessage<never>;
  if (!tell) return [];
  const run = async (data: never, event: Event) => {
    const found = await Promise.all(
      tell(data, event).map(async ({ to: audience, ...telling }) => ({
        ...telling,
        to: await resolve(audience, event),
      })),
    );
    return withinReach(event, found);
  };
  return [{ to, run }];
});

// Functions

/**
 * Returns the notifications that people may get, of which each of them gets one; of a deleted organization, only its
 * end is announced.
 */
export async function notificationsOf(
  { owner, by: actor, at }: Pick<Event, "owner" | "by" | "at">,
  all: readonly Draft[],
): Promise<NewNotification[]> {
  const tellings = all.filter(({ to }) => to.length > 0);
  const named = await namesOf(owner, tellings);
  if (!named || (named.isDeleted && tellings.some(({ kind }) => kind !== "organization.deleted"))) return [];
  const notifications: NewNotification[] = [];
  for (const { to, kind, person, by, ...said } of tellings) {
    // what an invitation was requested from may be gone
    if (ID.is("invitation", person) && !named.people.has(person)) continue;
    const shown = { ...namesIn(named.people, { person, by }), ...said };
    const common = { kind, organization: owner, subject: named.organization, at, ...withoutUndefined(shown) };
    for (const one of to) {
      const didIt = one === actor && !notificationMessages[kind].tellsActor;
      // threat: people are notified of what they did themselves
      if (!didIt) notifications.push({ account: one, ...common });
    }
  }
  return notifications;
}

function namesIn(
  people: ReadonlyMap<string, { name: string; role: Role | Unknown | undefined }>,
  { person, by }: Pick<Draft, "person" | "by">,
) {
  const about = person && people.get(person);
  return { person: about?.name, by: by && (people.get(by)?.name ?? "Someone"), role: about?.role };
}

/** Counts the people, or teams, that an author notifies. Returns the first ones of them, as many as the hour has left. */
export async function withinQuota<T>(all: readonly T[], limit: Limit, author: Account): Promise<T[]> {
  return all.slice(0, await Windows.takeSome(all.length, limit, author));
}

/** Of a text, those are notified who see it, as many as its author may notify in an hour. */
async function withinReach({ owner, by }: Event, all: readonly Draft[]): Promise<Draft[]> {
  const [first] = all;
  if (first?.update === undefined || !updateKinds.some((kind) => kind === first.kind)) return [...all];
  const wanted = [...new Set(all.flatMap(({ to }) => to))].filter((one) => one !== by);
  if (by === undefined || wanted.length === 0) return [];
  const about: About = { organization: owner, team: first.team, update: first.update, comment: first.comment };
  const readers = await readersOf(about, wanted);
  // threat: one author floods everybody with mentions
  const notified = new Set(await withinQuota([...readers.keys()], Limits.mentions, by));
  return all.map((one) => ({ ...one, to: one.to.filter((account) => notified.has(account)) }));
}

const invited = (organization: Organization, invitation: ID.ID<"invitation">) =>
  invitationKeys.addressIn(organization, ID.alias("address", invitation));

/** The name of the organization, and of the people in its notifications; deleted ones have none. */
async function namesOf(organization: Organization, tellings: readonly Draft[]) {
  const people = [...new Set(tellings.flatMap(({ person, by }) => [person, by]))].filter((one) => one !== undefined);
  const rowOf = (one: Account | ID.ID<"invitation">) =>
    ID.is("account", one) ? accountKeys.profile(one) : invited(organization, one);
  const [organizationRow, ...rows] = await table.getMany([
    organizationKeys.organization(organization),
    ...people.map(rowOf),
  ]);
  if (!organizationRow) return;
  const names = people.flatMap((one, i) => {
    const row = rows[i];
    if (!row) return [];
    const name = String(row.name === undefined ? row.email : row.name);
    return [[one, { name, role: "role" in row ? row.role : undefined }] as const];
  });
  return { organization: organizationRow.name, isDeleted: organizationRow.state === "deleted", people: new Map(names) };
}
