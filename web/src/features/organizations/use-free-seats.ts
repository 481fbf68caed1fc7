import { useQuery } from "@tanstack/react-query";
import { plansQuery } from "#lib/queries.ts";

/** The seats of the free plan in this deployment. */
export function useFreeSeats() {
  const { data } = useQuery(plansQuery);
  return data?.items.find(({ id }) => id === "free")?.seats;
}
