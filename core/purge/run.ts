import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Job as CloseJob } from "../billing/close.ts";
import { billingKeys } from "../billing/keys.ts";
import { failures as domainFailures } from "../domain/failures.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { bucket, instant, type ObjectVersion, queues, table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { overdue } from "../organization/tombstone.ts";
import { absent, all, atMost, equal, has, lacks, put, remove, type Step, update, when } from "../table/table.ts";
import { Place, shredding, walks } from "./find.ts";
import { purgeKeys } from "./keys.ts";
import { phaseAfter, phasesOf } from "./phases.ts";
import { reporting } from "./report.ts";
import type { Kind } from "./row.ts";
import { PurgingRow } from "./row.ts";

/**
 * Deletes organizations 30 days after their deletion: objects, then rows, walk after walk. The purge's own row records
 * the progress in the write that deletes and counts rows: after a crash it continues there, and of two concurrent ones
 * only one continues. Rounds are repeated until one finds nothing; then the organization row is deleted, too.
 */

/** Steps of one message before it queues the rest. */
const stepsPerMessage = 100;
/** A list may still show a deleted row for a moment, and not yet show a new one. */
const nextRoundSeconds = 60;
const objectsPerStep = 1000;
/** Seconds until Stripe is called again to see whether anything is left. */
const closingSeconds = 300;

// Shapes

export const Job = v.strictObject({ job: v.literal("purge"), organization: ID.schema("organization") });
export type Job = v.InferOutput<typeof Job>;

const prefixes: Record<string, (organization: ID.ID<"organization">) => string> = {
  uploads: (organization) => `imports/${organization}/`,
  files: (organization) => `files/${organization}/`,
  reports: (organization) => `reports/${organization}/`,
};
const phases = phasesOf(shredding, Object.keys(prefixes), Object.keys(walks));
const [firstPhase = "end"] = phases;

/** A purge as far as this release can go on with it. Objects up to `counted` are counted. */
const Purging = v.object({
  ...PurgingRow.entries,
  // threat: a purge that a newer release began in its own way ends before everything is gone
  phase: v.picklist(phases),
  place: v.object({ ...Place.entries, counted: v.optional(v.string()) }),
});
type Purge = Pick<
  v.InferOutput<typeof Purging>,
  "step" | "round" | "removed" | "phase" | "place" | "counts" | "begunAt"
>;

/** Nobody can reach the organization anymore, and searching all hours is most of the work of a small purge. */
const onceOnly = "timers";

// Failures

export const failures = {
  restored: failure("conflict", "purge.restored", "This organization is not due for purging."),
  moved: failure("conflict", "purge.moved", "Another process is running this purge."),
};

const { changed: claimMoved } = domainFailures;

// Functions

/**
 * Continues the purge of an organization, or begins it once nobody can restore it. Can be repeated.
 * @throws domain.changed if another organization has claimed a domain since its claim was found
 */
export const run = fn(
  "purge.run",
  { input: Job, output: v.void(), failures: [claimMoved] },
  async ({ organization }) => {
    const [organizationRow, row] = await table.getMany([
      organizationKeys.organization(organization),
      purgeKeys.purging(organization),
    ]);
    if (!organizationRow) return;
    try {
      const purge = row ? begunAs(row) : await begin(organizationRow);
      if (purge) await resume(organizationRow, purge);
    } catch (error) {
      if (!isFailure(error, failures.restored) && !isFailure(error, failures.moved)) throw error;
    }
  },
);

const idOf = (organizationRow: OrganizationRow) => organizationRow.pk;

/** Nothing if a newer release began it in a way that this one does not know: that release finishes it. */
function begunAs(row: PurgingRow): Purge | undefined {
  const found = read(Purging, row);
  if (!found) return undefined;
  const { step, round, removed, phase, place, counts, begunAt } = found;
  return { step, round, removed, phase, place, counts, begunAt };
}

async function begin(organizationRow: OrganizationRow): Promise<Purge> {
  // threat: a restored organization is purged
  // threat: an organization is purged before its time
  const isDue = all(equal("state", "deleted"), lacks("purgingAt"), atMost("deletedAt", overdue()));
  const begunAt = instant();
  const first = roundOf({ step: 0, round: 0, counts: {}, begunAt });
  await table.write(
    update(
      organizationKeys.organization(idOf(organizationRow)),
      { set: { purgingAt: begunAt } },
      when(isDue, failures.restored),
    ),
    put(purgeKeys.purging(idOf(organizationRow)), { ...first, movedAt: begunAt }, when(absent, failures.moved)),
  );
  return first;
}

const roundOf = ({ step, round, counts, begunAt }: Omit<Purge, "removed" | "phase" | "place">): Purge => ({
  step,
  round: round + 1,
  removed: 0,
  phase: firstPhase,
  place: {},
  counts,
  begunAt,
});

/** Step after step, until there is nothing left, or others need their turn. */
async function resume(organizationRow: OrganizationRow, begun: Purge): Promise<void> {
  const job: Job = { job: "purge", organization: idOf(organizationRow) };
  // threat: a purge takes rows away while Stripe has something
  if (begun.phase === firstPhase && (await table.get(billingKeys.billing(job.organization)))) {
    return waitForStripe(organizationRow, begun, job);
  }
  let purge: Purge | undefined = begun;
  for (let steps = 0; purge.round === begun.round; steps++) {
    if (isPastDeadline() || steps === stepsPerMessage) {
      await save(organizationRow, purge);
      return queues.send("imports", [job]);
    }
    purge = await advance(organizationRow, purge);
    if (!purge) return;
  }
  await queues.send("imports", [job], nextRoundSeconds);
}

/** Nothing is deleted while it pays for anything; another worker, which has Stripe's key, ends that. */
async function waitForStripe(organizationRow: OrganizationRow, purge: Purge, job: Job): Promise<void> {
  await save(organizationRow, purge);
  await queues.send("work", [{ job: "close", organization: job.organization } satisfies CloseJob]);
  await queues.send("imports", [job], closingSeconds);
}

/** Deletes what it finds first. Nothing comes back once the organization is deleted. */
async function advance(organizationRow: OrganizationRow, purge: Purge): Promise<Purge | undefined> {
  const [prefix, walk] = [prefixes[purge.phase], walks[purge.phase]];
  if (prefix) return eraseObjects(organizationRow, purge, prefix(idOf(organizationRow)));
  // threat: a purge ends while late rows remain
  if (!walk) return purge.removed > 0 ? save(organizationRow, purge, roundOf(purge)) : end(organizationRow, purge);
  const { rows, next } = await walk(organizationRow, purge.place);
  const after = next ? { ...purge, place: next } : afterPhase(purge);
  if (rows.length === 0) return after;
  const kinds = rows.map(({ kind }) => kind);
  return save(
    organizationRow,
    purge,
    count(after, kinds),
    ...rows.map(({ key, guard }): Step => ({ do: "remove", key, guard })),
  );
}

function afterPhase(purge: Purge): Purge {
  const isLeftOut = (name: string) => purge.round > 1 && name === onceOnly;
  return { ...purge, phase: phaseAfter(purge.phase, phases, isLeftOut), place: {} };
}

/** Objects are counted before they are erased, in the order of their keys: a crash in between counts none twice. */
async function eraseObjects(organizationRow: OrganizationRow, purge: Purge, prefix: string): Promise<Purge> {
  const { versions, hasMore } = await bucket.versions(prefix, objectsPerStep);
  if (versions.length === 0) return afterPhase(purge);
  // threat: versions of an object at the end of a page are not counted
  const page = hasMore ? withoutLastKey(versions) : versions;
  const { counted = "" } = purge.place;
  const fresh = page.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(counted)) > 0);
  const place = { counted: page.at(-1)?.key };
  const after = count(
    { ...purge, place },
    fresh.map(() => "objects"),
  );
  const saved = fresh.length > 0 ? await save(organizationRow, purge, after) : purge;
  await bucket.erase(page);
  return saved;
}

/** A page may end among the versions of one object, which are counted together unless they fill it. */
function withoutLastKey(versions: readonly ObjectVersion[]): readonly ObjectVersion[] {
  const last = versions.at(-1)?.key;
  const others = versions.filter(({ key }) => key !== last);
  return others.length > 0 ? others : versions;
}

function count(purge: Purge, found: readonly Kind[]): Purge {
  const counts = { ...purge.counts };
  for (const kind of found) counts[kind] = (counts[kind] ?? 0) + 1;
  return { ...purge, counts, removed: purge.removed + found.length };
}

/** Writes the progress with these steps, if nobody wrote since it was read. */
async function save(organizationRow: OrganizationRow, read: Purge, after = read, ...steps: Step[]): Promise<Purge> {
  const saved = { ...after, step: read.step + 1 };
  const change = { set: { ...saved, movedAt: instant() } };
  await table.write(...steps, update(purgeKeys.purging(idOf(organizationRow)), change, asRead(read)));
  return saved;
}

async function end(organizationRow: OrganizationRow, purge: Purge): Promise<undefined> {
  const isPurged = when(all(equal("state", "deleted"), has("purgingAt")), failures.restored);
  await table.write(
    remove(organizationKeys.organization(idOf(organizationRow)), isPurged),
    remove(purgeKeys.purging(idOf(organizationRow)), asRead(purge)),
    reporting(organizationRow, purge),
  );
}

// threat: a purge counts rows that another purge has removed
const asRead = ({ step }: Purge) => when(equal("step", step), failures.moved);
