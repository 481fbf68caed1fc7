import type { Ports } from "@muster/core/kernel/ports.ts";
import type { Stripe } from "@muster/core/kernel/stripe-port.ts";
import { Crash } from "../faults/faults.ts";
import type { World } from "../worlds/world.ts";

export type CrashingPorts = {
  ports: Partial<Ports>;
  hasCrashed: () => boolean;
  /** Returns the number of its calls so far. */
  calls: () => number;
  /** Returns the numbers of those calls that changed something: all others leave the state unchanged. */
  changes: () => number[];
  /** Returns the numbers of those that changed something at Stripe. */
  changesAtStripe: () => number[];
};

/** Ports of a process that crashes before or after its n-th call of any of them, the first being 1, and stays down. */
export function crashAt(world: World, at: number, moment: "before" | "after", stripe?: Stripe): CrashingPorts {
  let calls = 0;
  let isDead = false;
  const changes: number[] = [];
  const changesAtStripe: number[] = [];

  const call = async <R>(run: () => Promise<R>, isChange = false, isAtStripe = false): Promise<R> => {
    if (isDead) throw new Crash("The process has crashed.");
    const crashes = ++calls === at;
    if (isChange) changes.push(calls);
    if (isChange && isAtStripe) changesAtStripe.push(calls);
    if (crashes) isDead = true;
    if (crashes && moment === "before") throw new Crash("The process crashed.");
    const answer = await run();
    if (crashes) throw new Crash("The process crashed.");
    return answer;
  };
  const change = <R>(run: () => Promise<R>) => call(run, true);
  const { table } = world;
  const { bucketObjects } = world.bucket.ports;
  return {
    ports: {
      table: {
        get: (...all) => call(() => table.get(...all)),
        getMany: (...all) => call(() => table.getMany(...all)),
        query: (...all) => call(() => table.query(...all)),
        write: (...all) => change(() => table.write(...all)),
        change: (...all) => change(() => table.change(...all)),
        project: (...all) => change(() => table.project(...all)),
      },
      queues: { send: (queue, bodies) => change(async () => void world.queued[queue].push(...bodies)) },
      ...(stripe && { stripe: wrapped(stripe, (run, name) => call(run, isChangeAtStripe(name), true)) }),
      bucketObjects: {
        head: (...all) => call(() => bucketObjects.head(...all)),
        read: (...all) => call(() => bucketObjects.read(...all)),
        write: (...all) => change(() => bucketObjects.write(...all)),
        copy: (...all) => change(() => bucketObjects.copy(...all)),
        versions: (...all) => call(() => bucketObjects.versions(...all)),
        erase: (...all) => change(() => bucketObjects.erase(...all)),
      },
    },
    hasCrashed: () => isDead,
    calls: () => calls,
    changes: () => changes,
    changesAtStripe: () => changesAtStripe,
  };
}

/** Calls that change something; all others only read. */
const isChangeAtStripe = (name: string) =>
  /^(create|update|remove|change|set|add|label|cancel|refund$|expire|openCheckout$)/.test(name);

/** Stripe, each of whose changes goes through `call`. */
export function changing(stripe: Stripe, call: (run: () => Promise<unknown>) => Promise<unknown>): Stripe {
  return wrapped(stripe, (run, name) => (isChangeAtStripe(name) ? call(run) : run()));
}

function wrapped(stripe: Stripe, call: (run: () => Promise<unknown>, name: string) => Promise<unknown>): Stripe {
  const each = Object.entries(stripe) as [string, (...all: unknown[]) => Promise<unknown>][];
  return Object.fromEntries(
    each.map(([name, run]) => [name, (...all: unknown[]) => call(() => run(...all), name)]),
  ) as Stripe;
}
