import type { Customer } from "../worlds/billing.ts";
import { remember } from "../worlds/remember.ts";
import { type Actors, openActors } from "./billing-actors.ts";

export type Place = Actors & { acme: Customer };

export type Places = ReturnType<typeof openPlaces>;

/** One deployment for all scenarios of a file. Each of their runs begins where the same preparation has ended. */
export function openPlaces() {
  let opened: Promise<{ place: Place; next: () => Promise<Place> }> | undefined;

  async function open() {
    const actors = await openActors();
    const [acme] = actors.customers;
    if (!acme) throw new Error("nobody");
    const place = { ...actors, acme };
    return { place, next: await rememberedAt(place) };
  }
  const next = async () => (await (opened ??= open())).next();
  return {
    /** Begins a run that needs no preparation. */
    next,
    /** Prepares a scenario. Returns what begins a run of it. */
    async prepare(run?: (place: Place) => unknown): Promise<() => Promise<Place>> {
      const place = await next();
      await run?.(place);
      return rememberedAt(place);
    },
    async stop(): Promise<void> {
      const { billing } = (await opened)?.place ?? {};
      await billing?.stop();
      billing?.server.verify();
    },
  };
}

async function rememberedAt(place: Place): Promise<() => Promise<Place>> {
  const { billing, isRefusing } = place;
  // rows of one instant are in the order of their ids, which a time that goes back does not keep
  billing.world.clock.pass(1);
  const goBack = await remember(billing);
  const [edited, lowered, repriced] = [place.edited, place.lowered, place.repriced].map((some) => [...some]);
  return async () => {
    billing.server.verify();
    billing.server.forget();
    await goBack();
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
