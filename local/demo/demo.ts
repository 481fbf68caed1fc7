import { firstMonth } from "@muster/core/audit/sweep.ts";
import { dayMs, minuteMs } from "@muster/core/base/duration.ts";
import { presetMaxSeats } from "@muster/core/billing/limits.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import type { Table } from "@muster/core/table/table.ts";
import type { Shop } from "../run/shop.ts";
import type { StreamReader } from "../stream/reader.ts";
import { owner, type Span } from "./cast.ts";
import { type Deployment, openDeployment, type Parts } from "./deployment.ts";
import { openFollower } from "./follow.ts";
import { writeHistory } from "./story.ts";

const maxDays = 56;
/** Mails of the last minutes are left to the real mailer, so that a few are in the mailbox. */
const lastMs = 3 * minuteMs;
/** Reactions run so much later, all together, which is faster. Nobody can tell afterwards. */
const betweenCatchUpsMs = 1.5 * dayMs;
const usualSeed = 20_261_124;

export const sizes = [25, 2000, 100_000] as const;
export type Size = (typeof sizes)[number];

/** The person to sign in as, in any demo. */
export const signInAs = owner.email;

export type Demo = {
  members: number;
  /** Another one tells another story. */
  seed?: number;
  /** The end of the story, in ms since 1970. */
  now: number;
  reader: StreamReader;
  /** The Stripe stand-in, which uses the story's time. */
  shop: Pick<Shop, "during">;
  /** Called with the progress, from 0 to 1. */
  onProgress?: (part: number) => void;
};

/** Returns whether a deployment has no organization yet. */
export async function isEmpty(table: Table, now: number): Promise<boolean> {
  const thisMonth = new Date(now).toISOString().slice(0, 7);
  for (let month = firstMonth; month <= thisMonth; month = monthAfter(month)) {
    const { items } = await table.query({ list: organizationKeys.organizations(month), limit: 1 });
    if (items.length > 0) return false;
  }
  return true;
}

/**
 * Fills an empty deployment with what people could have done in it in the last weeks, through the same domain
 * functions, and runs all reactions. Returns the position of the table's stream, and the mails that are left to send.
 * The same size and seed at the same time make the same story.
 */
export async function fill(parts: Parts, demo: Demo) {
  // threat: a demo ends where it buys more seats than are sold without the operator, who has sold them to it
  const plans = { ...parts.plans, maxSeats: Math.max(parts.plans.maxSeats ?? presetMaxSeats, 3 * demo.members) };
  const deployment = openDeployment({ ...parts, plans });
  return demo.shop.during(deployment.clock.now, () => play(deployment, { ...demo, devices: parts.devices }));
}

async function play(
  deployment: Deployment,
  { members, seed = usualSeed, now, reader, devices, onProgress = () => {} }: Demo & Pick<Parts, "devices">,
) {
  const follower = openFollower(deployment, reader);
  const actions = writeHistory(deployment, { members, seed, span: spanUntil(now), devices });
  let caughtUpAt = 0;
  try {
    for (const [done, { at, run, afterReactions }] of actions.entries()) {
      const isLast = at > now - lastMs && deployment.clock.now() <= now - lastMs;
      if (at > caughtUpAt + betweenCatchUpsMs || isLast || afterReactions) {
        await follower.catchUp();
        caughtUpAt = at;
      }
      deployment.clock.moveTo(at);
      await run();
      onProgress((done + 1) / actions.length);
    }
    deployment.clock.moveTo(now);
    await follower.catchUp({ keepMails: true });
    return { position: follower.position, mails: follower.kept };
  } finally {
    bind({ now: () => new Date() });
  }
}

/** No organization is older than the sweep's first month. */
function spanUntil(now: number): Span {
  const earliest = Date.parse(`${firstMonth}-01T08:00:00.000Z`);
  return { from: Math.max(now - maxDays * dayMs, earliest), to: now };
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
