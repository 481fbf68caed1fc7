import type { Step, Table } from "@muster/core/table/table.ts";

export type Interleaving = {
  table: Table;
  /**
   * Runs both so that the second completes before the first one writes, or writes what `of` matches. Neither may fail.
   */
  overtake: <A, B>(
    slow: () => Promise<A>,
    fast: () => Promise<B>,
    isMeant?: (steps: readonly Step[]) => boolean,
  ) => Promise<[A, B]>;
};

/** The table, on which a write can be delayed: makes an otherwise only likely race certain. */
export function openInterleaving(good: Table): Interleaving {
  let barrier: { isMeant: (steps: readonly Step[]) => boolean; arrive: () => void; opened: Promise<void> } | undefined;

  const table: Table = {
    ...good,
    write: async (...steps) => {
      const met = barrier?.isMeant(steps) ? barrier : undefined;
      if (met) barrier = undefined;
      met?.arrive();
      await met?.opened;
      return good.write(...steps);
    },
  };

  async function overtake<A, B>(
    slow: () => Promise<A>,
    fast: () => Promise<B>,
    isMeant: (steps: readonly Step[]) => boolean = () => true,
  ): Promise<[A, B]> {
    const opening = signal();
    const arrival = signal();
    barrier = { isMeant, arrive: arrival.give, opened: opening.given };
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
