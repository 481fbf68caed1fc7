import * as v from "valibot";
import type { ID } from "../base/id.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import type { Read } from "../kernel/stored.ts";
import * as Seat from "../seat/seat.ts";
import { update } from "../table/table.ts";
import { teamsOf } from "../team/names.ts";
import { asRead, describe, existing, Info, One, Revision } from "./describe.ts";
import { SecretDisabled, SecretEnabled, SecretRenamed, SecretRestricted } from "./events.ts";
import { failures } from "./failures.ts";
import { secretKeys } from "./keys.ts";
import { statuses } from "./kind/shape.ts";
import { namesFor } from "./names.ts";
import { announced } from "./revision.ts";
import type { SecretRow } from "./row.ts";
import { SecretName } from "./shape.ts";
import { Teams, teamsExist } from "./teams.ts";

/** Renames, enables, disables, or restricts to teams. The fields of a key change only together with the key. */
export const edit = fn(
  "secret.edit",
  {
    input: v.strictObject({
      ...One.entries,
      name: v.optional(SecretName),
      /** The status that says if it may be used. */
      status: v.optional(v.picklist(statuses)),
      /** The teams whose members may use it; null lets every member use it. */
      teams: v.optional(v.nullable(Teams)),
      revision: v.optional(Revision),
    }),
    output: Info,
    failures: [
      failures.missing,
      failures.changed,
      failures.teamMissing,
      Seat.failures.organizationMissing,
      Event.failures.repeated,
    ],
    reads: ({ secret }, { organization }) => [secretKeys.secret(organization, secret)],
  },
  async ({ secret, revision, ...changes }, actor, [row]) => {
    const { organization, account: changedBy } = actor;
    const before = existing(row);
    if (revision !== undefined && revision !== before.revision) throw failures.changed();
    const { name = before.name, status = before.status } = changes;
    const teams = changes.teams === undefined ? teamsOf(before) : (changes.teams ?? []);
    const isRestricted = teams.toSorted().join() !== teamsOf(before).join();
    const events = eventsOf(before, { name, status, teams: isRestricted ? teams : undefined }, actor);
    if (events.length === 0) return describe(before, await namesFor(organization, [before]));
    const set = { name, status, ...(teams.length > 0 && { teams: new Set(teams) }), changedAt: instant(), changedBy };
    const { teams: _, ...rest } = before;
    const after = { ...rest, ...set, revision: before.revision + 1 } as SecretRow;
    const unset = teams.length > 0 ? [] : (["teams"] as const);
    await table.write(
      // threat: a change of a key is overwritten by one at the same moment
      update(secretKeys.secret(organization, secret), { set, unset, add: { revision: 1 } }, asRead(before)),
      // threat: a key is restricted to a deleted team
      ...teamsExist(actor, isRestricted ? teams : []),
      announced(organization),
      ...events,
    );
    return describe(existing(after), await namesFor(organization, [after]));
  },
);

type Edited = Pick<SecretRow, "name" | "status"> & { teams: ID<"team">[] | undefined };

function eventsOf(before: Read<typeof SecretRow>, { name, status, teams }: Edited, actor: Actor) {
  const { organization } = actor;
  const told = { secret: before.sk, kind: before.kind, last4: before.last4 };
  const restricted = teams && { ...told, ...(teams.length > 0 && { teams }) };
  return [
    ...(name === before.name ? [] : [SecretRenamed.record(organization, told, actor)]),
    ...(status === before.status
      ? []
      : [(status === "enabled" ? SecretEnabled : SecretDisabled).record(organization, told, actor)]),
    ...(restricted ? [SecretRestricted.record(organization, restricted, actor)] : []),
  ];
}
