import type { Stripe } from "@muster/core/billing/port.ts";
import type { Ports } from "@muster/core/kernel/ports.ts";
import type { World } from "./world.ts";

class Death extends Error {
  override name = "Death";
}

export interface Mortal {
  ports: Partial<Ports>;
  hasDied: () => boolean;
  /** Which of its calls so far changed something: all others leave the world as they found it. */
  changes: () => number[];
}

/** Ports of a process that dies before or after its n-th call of any of them, the first being 1, and stays dead. */
export function mortal(world: World, at: number, moment: "before" | "after", stripe?: Stripe): Mortal {
  let calls = 0;
  let isDead = false;
  const changes: number[] = [];

  const call = async <R>(run: () => Promise<R>, isChange = false): Promise<R> => {
    if (isDead) throw new Death("The process is dead.");
    const dies = ++calls === at;
    if (isChange) changes.push(calls);
    if (dies) isDead = true;
    if (dies && moment === "before") throw new Death("The process died.");
    const answer = await run();
    if (dies) throw new Death("The process died.");
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
      ...(stripe && { stripe: mortalStripe(stripe, call) }),
      bucketObjects: {
        head: (...all) => call(() => bucketObjects.head(...all)),
        read: (...all) => call(() => bucketObjects.read(...all)),
        write: (...all) => change(() => bucketObjects.write(...all)),
        versions: (...all) => call(() => bucketObjects.versions(...all)),
        erase: (...all) => change(() => bucketObjects.erase(...all)),
      },
    },
    hasDied: () => isDead,
    changes: () => changes,
  };
}

/** What it is asked to change; all else only looks. */
const changing = /^(create|update|remove|change|set|add|cancel|expire|openCheckout$)/;

function mortalStripe(stripe: Stripe, call: <R>(run: () => Promise<R>, isChange?: boolean) => Promise<R>): Stripe {
  const each = Object.entries(stripe) as [string, (...all: unknown[]) => Promise<unknown>][];
  const wrapped = each.map(([name, run]) => [
    name,
    (...all: unknown[]) => call(() => run(...all), changing.test(name)),
  ]);
  return Object.fromEntries(wrapped) as Stripe;
}
