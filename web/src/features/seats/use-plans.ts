import { useQuery } from "@tanstack/react-query";
import { plansQuery } from "#lib/queries.ts";
import { isPeriod, type Sold } from "./text.ts";

/** The plans for sale here, and the number of free seats. */
export function usePlans() {
  const { data, isPending, isError } = useQuery(plansQuery);
  const sold: Sold[] = [];
  for (const { id, price } of data?.items ?? []) {
    if (isPeriod(id) && price) {
      sold.push({ id, price });
    }
  }
  const maxSeats = data?.items.find((plan) => plan.maxSeats !== undefined)?.maxSeats;
  return { sold, maxSeats, freeSeats: data?.items.find(({ id }) => id === "free")?.seats, isPending, isError };
}

/** The plan for sale with this id, if it is. */
export function usePlan(id: string) {
  return usePlans().sold.find((plan) => plan.id === id);
}
