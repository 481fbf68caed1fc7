import * as v from "valibot";
import * as ID from "../base/id.ts";
import type { System } from "../kernel/actor.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { instant, now, queues, table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { all, equal, lacks, remove, update, type Step as Write, when } from "../table/table.ts";
import { countWaves, releasedOf } from "./count.ts";
import {
  DeviceChosen,
  RolloutAdvanced,
  RolloutFinished,
  RolloutHalted,
  RolloutResumed,
  RolloutStarted,
} from "./events.ts";
import { failures } from "./failures.ts";
import { rolloutKeys } from "./keys.ts";
import { devicesPerSecond, receiptSeconds } from "./limits.ts";
import { ended, placeOf, unlisted } from "./record.ts";
import { Counts, type Rollout, type RolloutRow } from "./row.ts";
import { type Step, stepOf } from "./step.ts";

// What a rollout does by itself: it reaches the next wave, halts, or ends. Each step holds only if the rollout is still as
// it was counted, so of two checks at once one takes the step.

type Organization = ID.ID<"organization">;
/** A queue delays a message no longer. */
const maxDelaySeconds = 900;

// Shapes

export const Job = v.strictObject({
  job: v.literal("checkRollout"),
  organization: ID.schema("organization"),
  /** The devices of a rollout that were counted when the worker before had to stop, and the place to go on. */
  counted: v.optional(
    v.strictObject({
      of: v.string(),
      counts: v.array(Counts),
      nearest: v.optional(v.strictObject({ device: ID.schema("device"), wave: v.number() })),
      next: v.record(v.string(), v.string()),
    }),
  ),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/**
 * Checks a rollout, unless another check comes soon enough: one that begins later sees all that this one would. A check
 * reads all devices, so the more there are, the longer is the time between two. Of very many, a further job counts the rest.
 */
export const check = fn("rollout.check", { input: Job, output: v.void() }, async ({ organization, counted }, actor) => {
  const row = await table.get(rolloutKeys.rollout(organization));
  if (row && (counted || (await begins(row)))) await evaluate(organization, counted, actor);
});

/** Checks a rollout as soon as it starts or goes on: a wave without devices goes on at once. */
export const reactions = [
  ...on([RolloutStarted, RolloutResumed], (_, { owner: organization }) =>
    queues.send("work", [{ job: "checkRollout", organization } satisfies Job]),
  ),
];

export const react = fn("rollout.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

/** Returns whether a check begins now. If it has to wait, one that waits is there afterwards. */
async function begins(row: RolloutRow): Promise<boolean> {
  const at = instant();
  if (row.dueAt !== undefined && row.dueAt > at) return false;
  const nextAt = nextCheckOf(row);
  const isLater = nextAt > at;
  const key = rolloutKeys.rollout(row.pk);
  const { revision, checkedAt } = row;
  const isUnchecked = checkedAt === undefined ? lacks("checkedAt") : equal("checkedAt", checkedAt);
  const isSame = when(all(equal("revision", revision), isUnchecked), failures.changed);
  const change = isLater ? { set: { dueAt: nextAt } } : { set: { checkedAt: at }, unset: ["dueAt"] as const };
  if (!(await isWritten(update(key, change, isSame)))) return false;
  if (!isLater) return true;
  const delaySeconds = Math.min(maxDelaySeconds, Math.ceil((Date.parse(nextAt) - now().getTime()) / 1_000));
  await queues.send("work", [{ job: "checkRollout", organization: row.pk } satisfies Job], delaySeconds);
  return false;
}

function nextCheckOf({ checkedAt, counts = [] }: RolloutRow): string {
  if (checkedAt === undefined) return "";
  const devices = counts.reduce((all, own) => all + own.devices, 0);
  const seconds = Math.max(receiptSeconds, Math.ceil(devices / devicesPerSecond));
  return new Date(Date.parse(checkedAt) + seconds * 1_000).toISOString();
}

/** Takes steps as long as there is one: a wave may be without devices. */
async function evaluate(organization: Organization, before: Job["counted"], actor: System): Promise<void> {
  for (let from = before; ; from = undefined) {
    const row = await table.get(organizationKeys.organization(organization));
    const rollout = row?.rollout;
    if (!row || !rollout || row.state === "deleted") return;
    const of = nameOf(rollout);
    // threat: a check of very many devices begins again in each worker, and never ends
    // threat: a rollout decides by devices that were counted for another wave
    const reading = { consistent: true, isEnough: isPastDeadline, from: from?.of === of ? from : undefined };
    const found = await countWaves(organization, rollout, reading);
    const { counts, next, nearest } = found;
    if (next) {
      const counted = { of, counts, next, ...(nearest && { nearest }) };
      await queues.send("work", [{ job: "checkRollout", organization, counted } satisfies Job]);
      return;
    }
    await keep(organization, rollout, counts);
    const step = stepOf(rollout, found, now().getTime());
    // threat: a rollout goes on in an organization whose settings nobody may change
    if (!step || !isAllowed(row, step)) return;
    if (!(await isWritten(...writing(organization, rollout, { step, counts }, actor)))) return;
    if (step.kind !== "advance" && step.kind !== "choose") return;
  }
}

/** Returns a name for what devices are counted for: another wave, or one that begins again, waits for others. */
const nameOf = ({ revision, wave, waveAt, resumedAt, chosen = [] }: Rollout) =>
  // threat: half a count from before a halt goes on after it
  [revision, wave, waveAt, resumedAt, chosen.length].join("/");

/**
 * Returns whether a rollout may take a step: where nobody may change settings, it reaches no further devices, but
 * halts.
 */
const isAllowed = ({ state, billingStatus }: OrganizationRow, { kind }: Step) =>
  // threat: a rollout does not halt in an organization whose settings nobody may change
  kind === "halt" || (state === "active" && billingStatus !== "read_only");

async function keep(organization: Organization, { revision }: Rollout, counts: Counts[]): Promise<void> {
  const isSame = when(equal("revision", revision), failures.changed);
  await isWritten(update(rolloutKeys.rollout(organization), { set: { counts, countedAt: instant() } }, isSame));
}

type Taken = { step: Step; counts: readonly Counts[] };

function writing(organization: Organization, before: Rollout, { step, counts }: Taken, actor: System): Write[] {
  // threat: a step of a rollout is taken twice
  const same = when(equal("rollout", before), failures.changed);
  const key = organizationKeys.organization(organization);
  const released = { ...placeOf(before), ...releasedOf(counts, before) };
  switch (step.kind) {
    case "choose":
      return [
        update(key, { set: { rollout: step.to } }, same),
        DeviceChosen.record(organization, { ...placeOf(before), device: step.device }, actor),
      ];
    case "advance":
      return [
        update(key, { set: { rollout: step.to } }, same),
        RolloutAdvanced.record(organization, { ...released, wave: step.to.wave }, actor),
      ];
    case "halt":
      return [
        update(key, { set: { rollout: step.to } }, same),
        unlisted(organization),
        RolloutHalted.record(organization, { ...released, reason: step.to.haltReason, account: before.by }, actor),
      ];
    case "finish":
      return [
        update(key, { unset: ["rollout"] }, same),
        remove(rolloutKeys.rollout(organization)),
        ended(organization, before, "finished"),
        RolloutFinished.record(organization, { ...placeOf(before), isEarly: false }, actor),
      ];
  }
}

/** Writes, and returns whether it was still so. */
const isWritten = (...steps: Write[]): Promise<boolean> => writeUnless(failures.changed, ...steps);
