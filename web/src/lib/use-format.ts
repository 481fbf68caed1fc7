import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { formatFor } from "./format.ts";
import { accountQuery } from "./queries.ts";

/** Dates and numbers in the account's own locale and time zone. */
export function useFormat() {
  const { data: account } = useQuery(accountQuery);
  return useMemo(() => formatFor(account?.locale, account?.zone), [account?.locale, account?.zone]);
}
