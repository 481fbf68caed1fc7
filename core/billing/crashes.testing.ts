import { bind } from "@muster/core/kernel/ports.ts";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import type { Actors, actorsFor } from "@muster/local/testing/invariants/billing-actors.ts";
import { differences } from "@muster/local/testing/invariants/billing-agreement.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Customer } from "@muster/local/testing/worlds/billing.ts";
import { expect, test } from "vitest";
import type { Stripe as Port } from "../kernel/stripe-port.ts";
import * as Dirty from "./dirty.ts";

// The process crashes before or after any call of an operation. What is marked is swept afterwards, and who began it
// may try again: then it happened once.

export type Place = Actors & { acme: Customer };
export type Operation = {
  prepare?: (place: Place) => unknown;
  /** With the port of the process that crashes. */
  run: (place: Place, port: Port) => Promise<unknown>;
  again?: (place: Place) => Promise<unknown>;
  /** What is wrong in the end. */
  wrong: (place: Place) => Promise<string[]>;
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
export function testCrashes(pool: ReturnType<typeof actorsFor>, operations: Record<string, Operation>): void {
  const cases = Object.entries(operations).flatMap(([name, operation]) =>
    moments.map((moment) => ({ name, moment, operation })),
  );

  test.each(cases)(
    "$name happens once when the process crashes $moment any call",
    { timeout: 120_000 },
    async (one) => {
      const { moment, operation } = one;
      const found: string[] = [];
      let at = 1;
      for (; ; at++) {
        const actors = await pool.next();
        const [acme] = actors.customers;
        if (!acme) throw new Error("nobody");
        const place = { ...actors, acme };
        const { world, port } = actors.billing;
        await operation.prepare?.(place);
        actors.billing.inbox.splice(0);
        world.queued.work.splice(0);
        const process = crashAt(world, at, moment, port);
        bind(process.ports);
        await resultOf(operation.run(place, process.ports.stripe ?? port));
        world.rebind({ stripe: port });
        actors.errors.splice(0);
        await operation.again?.(place);
        await actors.billing.sweep();
        await actors.billing.sweep();
        const wrong = [...(await operation.wrong(place)), ...(await differences(place))];
        found.push(...wrong.map((text) => `call ${at}: ${text}`));
        if (!process.hasCrashed()) break;
      }
      expect(found).toEqual([]);
      expect(at - 1).toBeGreaterThanOrEqual(operation.calls);
    },
  );
}
