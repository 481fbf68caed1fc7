import { bind } from "@muster/core/kernel/ports.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import type { openPlaces, Place } from "@muster/local/testing/invariants/billing-place.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { expect, test } from "vitest";
import type { Stripe as Port } from "../kernel/stripe-port.ts";
import * as Dirty from "./dirty.ts";

// The process crashes before or after any call of an operation. What is marked is swept afterwards, and who began it
// may try again: then it happened once.

export type Operation = {
  prepare?: (place: Place) => unknown;
  /** With the port of the process that crashes. */
  run: (place: Place, port: Port) => Promise<unknown>;
  again?: (place: Place) => Promise<unknown>;
  /** What is wrong in the end. */
  wrong: (place: Place) => Promise<string[]>;
  /** Stripe counts a first payment that was refused as one that is due: what is wrong says it all. */
  differs?: true;
  /** It makes so many calls, or more. */
  calls: number;
};

// What operations are checked with

export const mark = ({ billing, acme }: Place) => billing.world.table.write(Dirty.mark(acme.organization));
export const eventsOf = async ({ acme }: Place, type: string) =>
  (await acme.events()).filter((one) => one.type === type);
export const live = async ({ acme }: Place) => (await acme.subscriptions()).filter((one) => one.ended_at === null);
export const is = (what: string, found: unknown, wanted: unknown) =>
  found === wanted ? [] : [`${what}: ${String(found)}, not ${String(wanted)}`];

const moments = ["before", "after"] as const;

/**
 * Runs something with a crash before its first call, then before its second, until there is none, and then with one after
 * each of them.
 * @param run runs it once, and returns whether the process has crashed, and what is wrong
 */
export async function crashEverywhere(
  run: (at: number, moment: (typeof moments)[number]) => Promise<{ hasCrashed: boolean; wrong: string[] }>,
): Promise<{ found: string[]; calls: number }> {
  const found: string[] = [];
  let calls = Number.POSITIVE_INFINITY;
  for (const moment of moments) {
    for (let at = 1; at <= calls; at++) {
      const { hasCrashed, wrong } = await run(at, moment);
      found.push(...wrong.map((text) => `${moment} call ${at}: ${text}`));
      if (!hasCrashed) calls = at - 1;
    }
  }
  return { found, calls };
}

export function testCrashes(places: ReturnType<typeof openPlaces>, operations: Record<string, Operation>): void {
  test.each(Object.entries(operations))(
    "%s happens once when the process crashes before or after any call",
    { timeout: 120_000 },
    async (_, operation) => {
      const next = await places.prepare(async (place) => {
        await operation.prepare?.(place);
        place.billing.inbox.splice(0);
        place.billing.world.queued.work.splice(0);
      });
      const { found, calls } = await crashEverywhere(async (at, moment) => {
        const place = await next();
        const { world, port } = place.billing;
        const process = crashAt(world, at, moment, port);
        bind(process.ports);
        await resultOf(operation.run(place, process.ports.stripe ?? port));
        world.rebind({ stripe: port });
        place.errors.splice(0);
        await operation.again?.(place);
        await place.billing.sweep();
        await place.billing.sweep();
        const wrong = [...(await operation.wrong(place)), ...(operation.differs ? [] : await differences(place))];
        return { hasCrashed: process.hasCrashed(), wrong };
      });
      expect(found).toEqual([]);
      expect(calls).toBeGreaterThanOrEqual(operation.calls);
    },
  );
}
