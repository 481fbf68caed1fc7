import { useQuery } from "@tanstack/react-query";
import type { Plan } from "#lib/api.ts";
import type { Period } from "#lib/billing.ts";
import { plansQuery } from "#lib/queries.ts";
import { isPeriod } from "./words.ts";

export type Sold = { id: Period; price: NonNullable<Plan["price"]> };

/** What is sold here, and how many seats are free. */
export function usePlans() {
  const { data, isPending, isError } = useQuery(plansQuery);
  const sold: Sold[] = [];
  for (const { id, price } of data?.items ?? []) {
    if (isPeriod(id) && price) {
      sold.push({ id, price });
    }
  }
  return { sold, freeSeats: data?.items.find(({ id }) => id === "free")?.seats, isPending, isError };
}

/** How much less than the dearest of them a plan costs for the same time, in whole percents. */
export function savingOf({ price }: Pick<Sold, "price">, all: Pick<Sold, "price">[]) {
  const monthly = (one: Pick<Sold, "price">) => one.price.amount / one.price.months;
  const dearest = Math.max(...all.map(monthly));
  return dearest > 0 ? Math.round((1 - monthly({ price }) / dearest) * 100) : 0;
}
