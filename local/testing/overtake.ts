import type { Table } from "@muster/core/table/table.ts";

export interface Road {
  table: Table;
  /** Runs both so that the second is over before the first one writes. Neither may be rejected. */
  overtake: <A, B>(slow: () => Promise<A>, fast: () => Promise<B>) => Promise<[A, B]>;
}

/** The table, on which a write can be held back: makes a race certain that otherwise is only likely. */
export function openRoad(good: Table): Road {
  let barrier: { arrive: () => void; opened: Promise<void> } | undefined;

  const table: Table = {
    ...good,
    write: async (...steps) => {
      const met = barrier;
      barrier = undefined;
      met?.arrive();
      await met?.opened;
      return good.write(...steps);
    },
  };

  async function overtake<A, B>(slow: () => Promise<A>, fast: () => Promise<B>): Promise<[A, B]> {
    const opening = signal();
    const arrival = signal();
    barrier = { arrive: arrival.give, opened: opening.given };
    const first = slow();
    await Promise.race([arrival.given, first]);
    barrier = undefined;
    const second = await fast();
    opening.give();
    return [await first, second];
  }

  return { table, overtake };
}

function signal(): { give: () => void; given: Promise<void> } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
}
