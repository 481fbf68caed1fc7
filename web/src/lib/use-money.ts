import { moneyFor } from "@muster/core/money/shape.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { accountQuery } from "./queries.ts";

/** Amounts in the account's own locale. */
export function useMoney() {
  const { data: account } = useQuery(accountQuery);
  return useMemo(() => moneyFor(account?.locale), [account?.locale]);
}
