import * as v from "valibot";
import type { Member } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { equal, remove, type Step, update, when } from "../table/table.ts";
import { releasedOf } from "./count.ts";
import { describe, Info } from "./describe.ts";
import { RolloutFinished, RolloutPaused, RolloutResumed } from "./events.ts";
import { failures } from "./failures.ts";
import { rolloutKeys } from "./keys.ts";
import { ended, listing, placeOf, unlisted } from "./record.ts";
import type { Rollout, RolloutRow } from "./row.ts";

// What people do with a rollout. A change of the settings starts it, and rolls it back: core/setting/section.ts and history.ts

/** Failures of the actions of people on a rollout. */
export const changing = [failures.missing, failures.changed, organizationFailures.missing, Event.failures.repeated];

// Functions

/** Returns the rollout that is under way, and how far it has come. */
export const get = fn(
  "rollout.get",
  { input: v.strictObject({}), output: Info, failures: [organizationFailures.missing], reads: rows },
  async (_, __, [organization, row]) => describe(readOnly(OrganizationRow, existing(organization)), row),
);

/** Pauses a rollout: no further wave begins. One that has halted stays so. */
export const pause = fn(
  "rollout.pause",
  { input: v.strictObject({}), output: Info, failures: changing, reads: rows },
  async (_, actor, [organization, row]) => {
    const before = underWay(organization);
    if (before.state !== "running") return describe({ rollout: before }, row);
    const rollout: Rollout = { ...before, state: "paused" };
    const event = RolloutPaused.record(actor.organization, placeOf(before), actor);
    return move(before, rollout, row, [unlisted(actor.organization), event], actor);
  },
);

/**
 * Lets a rollout go on that was paused or has halted. Its wave has all its time again, and as many devices may refuse the
 * change as do already. One that was paused begins its wave again; one that has halted waits for the same devices.
 */
export const resume = fn(
  "rollout.resume",
  { input: v.strictObject({}), output: Info, failures: changing, reads: rows },
  async (_, actor, [organization, row]) => {
    const before = underWay(organization);
    if (before.state === "running") return describe({ rollout: before }, row);
    const { haltReason: _reason, resumedAt: _before, ...others } = before;
    const at = instant();
    const maxRefused = Math.max(before.maxRefused, refusedPercent(before, row));
    // threat: a resumed wave no longer waits for the devices whose silence halted it
    const begins = before.state === "halted" ? { resumedAt: at } : { waveAt: at };
    const rollout: Rollout = { ...others, ...begins, state: "running", maxRefused };
    const listed = update(rolloutKeys.rollout(actor.organization), {
      set: { revision: before.revision, ...listing(actor.organization, before) },
      unset: ["checkedAt", "dueAt"],
    });
    const event = RolloutResumed.record(actor.organization, placeOf(before), actor);
    return move(before, rollout, row, [listed, event], actor);
  },
);

/** Releases the change to everybody, and ends the rollout. */
export const finish = fn(
  "rollout.finish",
  { input: v.strictObject({}), output: Info, failures: changing, reads: rows },
  async (_, actor, [organization]) => {
    const before = underWay(organization);
    const event = RolloutFinished.record(actor.organization, { ...placeOf(before), isEarly: true }, actor);
    await end(
      before,
      [
        remove(rolloutKeys.rollout(actor.organization)),
        ended(actor.organization, before, "released"),
        event,
        ...remember({}),
      ],
      actor,
    );
    return {};
  },
);

// Private helpers

function rows(_: unknown, { organization }: Member) {
  return [organizationKeys.organization(organization), rolloutKeys.rollout(organization)] as const;
}

function existing(row: OrganizationRow | undefined): OrganizationRow {
  if (!row || row.state === "deleted") throw organizationFailures.missing();
  return row;
}

export function underWay(row: OrganizationRow | undefined): Rollout {
  const { rollout } = existing(row);
  if (!rollout) throw failures.missing();
  return rollout;
}

async function move(before: Rollout, rollout: Rollout, row: RolloutRow | undefined, steps: Step[], actor: Member) {
  const isSame = when(equal("rollout", before), failures.changed);
  await table.write(update(organizationKeys.organization(actor.organization), { set: { rollout } }, isSame), ...steps);
  return describe({ rollout }, row);
}

export async function end(before: Rollout, steps: Step[], actor: Member): Promise<void> {
  const isSame = when(equal("rollout", before), failures.changed);
  await table.write(
    update(organizationKeys.organization(actor.organization), { unset: ["rollout"] }, isSame),
    ...steps,
  );
}

/** The share that refused it when devices were last counted, rounded up. */
function refusedPercent(rollout: Rollout, row: RolloutRow | undefined): number {
  const { devices, refused } = releasedOf(row?.counts ?? [], rollout);
  return devices === 0 ? 0 : Math.ceil((100 * refused) / devices);
}
