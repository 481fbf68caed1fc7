import { useQuery } from "@tanstack/react-query";
import { plansQuery } from "#lib/queries.ts";

/** Seats that an organization has before it pays, as this deployment gives them. */
export function useFreeSeats() {
  const { data } = useQuery(plansQuery);
  return data?.items.find(({ id }) => id === "free")?.seats;
}
