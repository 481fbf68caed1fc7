import type { Customer } from "../worlds/billing.ts";
import { remember } from "../worlds/remember.ts";
import { type Actors, actorsFor } from "./billing-actors.ts";

/** Who takes part, and the organization that everything happens to. */
export type Place = Actors & { acme: Customer };

/** One deployment for all scenarios of a file. Each of their runs begins where the same preparation has ended. */
export function openPlaces() {
  const pool = actorsFor(1);
  let opened: Promise<() => Promise<Place>> | undefined;

  async function open(): Promise<() => Promise<Place>> {
    return rememberedAt(placeOf(await pool.next()));
  }
  return {
    /** Prepares a scenario. Returns what begins a run of it. */
    async prepare(run?: (place: Place) => unknown): Promise<() => Promise<Place>> {
      const first = await (opened ??= open());
      const place = await first();
      await run?.(place);
      // rows of one instant are in the order of their ids, which a time that goes back does not keep
      place.billing.world.clock.pass(1);
      return rememberedAt(place);
    },
    stop: () => pool.stop(),
  };
}

function placeOf(actors: Actors): Place {
  const [acme] = actors.customers;
  if (!acme) throw new Error("nobody");
  return { ...actors, acme };
}

async function rememberedAt(place: Place): Promise<() => Promise<Place>> {
  const { billing } = place;
  const goBack = await remember(billing);
  const [edited, lowered, repriced] = [place.edited, place.lowered, place.repriced].map((some) => [...some]);
  const { isRefusing } = place;
  return async () => {
    await goBack();
    billing.world.rebind({ stripe: billing.port });
    return {
      ...place,
      edited: new Set(edited),
      lowered: new Set(lowered),
      repriced: new Set(repriced),
      isRefusing,
      errors: [],
    };
  };
}
