import type { Stripe } from "@muster/core/billing/port.ts";
import type { Ports } from "@muster/core/kernel/ports.ts";
import type { World } from "./world.ts";

class Death extends Error {
  override name = "Death";
}

export interface Mortal {
  ports: Partial<Ports>;
  hasDied: () => boolean;
}

/** Ports of a process that dies before or after its n-th call of any of them, the first being 1, and stays dead. */
export function mortal(world: World, at: number, moment: "before" | "after", stripe?: Stripe): Mortal {
  let calls = 0;
  let isDead = false;

  const call = async <R>(run: () => Promise<R>): Promise<R> => {
    if (isDead) throw new Death("The process is dead.");
    const dies = ++calls === at;
    if (dies) isDead = true;
    if (dies && moment === "before") throw new Death("The process died.");
    const answer = await run();
    if (dies) throw new Death("The process died.");
    return answer;
  };
  const { table } = world;
  const { bucketObjects } = world.bucket.ports;
  return {
    ports: {
      table: {
        get: (...all) => call(() => table.get(...all)),
        getMany: (...all) => call(() => table.getMany(...all)),
        query: (...all) => call(() => table.query(...all)),
        write: (...all) => call(() => table.write(...all)),
        change: (...all) => call(() => table.change(...all)),
        project: (...all) => call(() => table.project(...all)),
      },
      ...(stripe && { stripe: mortalStripe(stripe, call) }),
      queues: { send: (queue, bodies) => call(async () => void world.queued[queue].push(...bodies)) },
      bucketObjects: {
        head: (...all) => call(() => bucketObjects.head(...all)),
        read: (...all) => call(() => bucketObjects.read(...all)),
        write: (...all) => call(() => bucketObjects.write(...all)),
      },
    },
    hasDied: () => isDead,
  };
}

function mortalStripe(stripe: Stripe, call: <R>(run: () => Promise<R>) => Promise<R>): Stripe {
  const each = Object.entries(stripe) as [string, (...all: unknown[]) => Promise<unknown>][];
  const wrapped = each.map(([name, run]) => [name, (...all: unknown[]) => call(() => run(...all))]);
  return Object.fromEntries(wrapped) as Stripe;
}
