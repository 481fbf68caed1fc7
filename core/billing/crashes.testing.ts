import { bind } from "@muster/core/kernel/ports.ts";
import { type CrashingPorts, crashAt } from "@muster/local/testing/crashes/crash.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import type { Place, Places } from "@muster/local/testing/invariants/billing-place.ts";
import { isDeep, seed, seededRandom } from "@muster/local/testing/random.ts";
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
  /** The faults in the end. */
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

type Moment = { at: number; when: "before" | "after" };

/**
 * Runs something without a crash, and then with one at a time: in a deep run before and after each of its calls, and
 * otherwise before one of its changes, after one of the table, and after one at Stripe.
 * @param run runs it once, and returns the process, and what is wrong
 * @returns what was wrong, and of the run without a crash all calls, and those that change something
 */
export async function crashEverywhere(
  run: (at: number, when: Moment["when"]) => Promise<{ process: CrashingPorts; wrong: string[] }>,
): Promise<{ found: string[]; calls: number; changes: number[] }> {
  const { process: whole, wrong } = await run(Number.POSITIVE_INFINITY, "before");
  const found = wrong.map((text) => `without a crash: ${text}`);
  for (const { at, when } of momentsOf(whole)) {
    const { process, wrong } = await run(at, when);
    if (!process.hasCrashed()) found.push(`${when} call ${at}: no crash`);
    found.push(...wrong.map((text) => `${when} call ${at}: ${text}`));
  }
  return { found, calls: whole.calls(), changes: whole.changes() };
}

/** A call that only reads leaves the state as it was: a crash before, during, or after it is one after the last change. */
function momentsOf(process: CrashingPorts): Moment[] {
  const calls = Array.from({ length: process.calls() }, (_, n) => n + 1);
  if (isDeep) return (["before", "after"] as const).flatMap((when) => calls.map((at) => ({ at, when })));
  const [changes, atStripe] = [process.changes(), process.changesAtStripe()];
  const inTable = changes.filter((at) => !atStripe.includes(at));
  return [...drawn(changes, "before"), ...drawn(inTable, "after"), ...drawn(atStripe, "after")];
}

const random = seededRandom(seed);
const drawn = (some: readonly number[], when: Moment["when"]): Moment[] =>
  some.flatMap((at, n) => (n === 0 ? [{ at: some[Math.floor(random() * some.length)] ?? at, when }] : []));

export function testCrashes(places: Places, operations: Record<string, Operation>): void {
  test.each(Object.entries(operations))(
    "%s happens once when the process crashes before or after any call",
    async (_, operation) => {
      const next = await places.prepare(async (place) => {
        await operation.prepare?.(place);
        place.billing.inbox.splice(0);
        place.billing.world.queued.work.splice(0);
      });
      const { found, calls } = await crashEverywhere(async (at, when) => {
        const place = await next();
        const { world, port } = place.billing;
        const process = crashAt(world, at, when, port);
        bind(process.ports);
        await resultOf(operation.run(place, process.ports.stripe ?? port));
        world.rebind({ stripe: port });
        place.errors.splice(0);
        await operation.again?.(place);
        await place.billing.sweep();
        await place.billing.sweep();
        const wrong = [...(await operation.wrong(place)), ...(operation.differs ? [] : await differences(place))];
        return { process, wrong };
      });
      expect(found).toEqual([]);
      expect(calls).toBeGreaterThanOrEqual(operation.calls);
    },
  );
}
