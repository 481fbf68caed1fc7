import { minuteMs } from "@muster/core/base/duration.ts";
import { planQuoteMinutes, quoteMinutes } from "@muster/core/billing/limits.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Organization } from "#lib/api.ts";
import { type Billing, changeSeats, type Purpose, previewChange, type Quoted, type Wish } from "#lib/billing.ts";
import { ApiError } from "#lib/failure.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { useKeep } from "./use-keep.ts";

/** A price is refreshed a minute before it expires. The clock of this computer has no part in it. */
const renewMs = (plan: Wish["plan"]) => ((plan === undefined ? quoteMinutes : planQuoteMinutes) - 1) * minuteMs;
/** Counting up quickly does not request a price for each number in between. */
const typingMs = 350;

type Options = {
  purpose?: Purpose;
  /** Makes the change by another request. */
  send?: (quoted: Quoted) => Promise<Billing>;
  onLost?: (wanted: Wish) => void;
  onFailed?: () => void;
};

export type Change = ReturnType<typeof useChange>;

/**
 * A change of seats or plan: its price is shown, and it is made for exactly that price. If the price has changed in
 * between, nothing is charged, and the new one is shown. A change whose answer was lost may have been made.
 */
export function useChange(
  organizationId: Organization["id"],
  wish: Wish | undefined,
  onDone: (billing: Billing, quoted: Quoted, wanted: Wish) => void,
  { purpose, send, onLost, onFailed }: Options = {},
) {
  const keep = useKeep(organizationId);
  /** The change whose price changed while it was shown. */
  const [renewed, setRenewed] = useState<string>();
  const name = wish && nameOf(wish);
  const debounced = useDebounced(name, typingMs);
  const isCurrent = wish !== undefined && debounced === name;

  const price = useQuery({
    queryKey: ["organization", organizationId, "price", name],
    queryFn: () => previewChange(organizationId, wish as Wish),
    enabled: isCurrent,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchInterval: renewMs(wish?.plan),
    refetchOnWindowFocus: false,
  });

  const make = useMutation({
    mutationFn: ({ wanted, quoted }: { wanted: Wish; quoted: Quoted }) =>
      send === undefined
        ? changeSeats(organizationId, { ...wanted, ...(purpose && { purpose }) }, quoted)
        : send(quoted),
    onSuccess: (billing, { quoted, wanted }) => {
      keep(billing);
      onDone(billing, quoted, wanted);
    },
    onError: (error, { wanted }) => {
      if (isOutdated(error)) {
        setRenewed(nameOf(wanted));
        void price.refetch();
        // somebody else may have changed what the seats start from
        if (send) keep(undefined);
        return;
      }
      if (wasLost(error)) {
        onLost?.(wanted);
      }
      keep(undefined);
      onFailed?.();
    },
  });
  // A message about one change does not apply to the next.
  const isOfWish = make.variables !== undefined && nameOf(make.variables.wanted) === name;
  const refusal = isOfWish && !isOutdated(make.error) ? make.error : undefined;
  const quoted = isCurrent && !price.isFetching ? price.data : undefined;
  return {
    quoted,
    /** The reason that there is no price, or that the change failed. */
    failure: refusal ?? (isCurrent ? price.error : undefined),
    isRenewed: name !== undefined && renewed === name,
    isBusy: make.isPending,
    retry: () => void price.refetch(),
    confirm: () => {
      if (wish && quoted) {
        make.mutate({ wanted: wish, quoted });
      }
    },
  };
}

function isOutdated(error: unknown) {
  return error instanceof ApiError && error.code === "billing.price_changed";
}

function nameOf({ seats, plan }: Wish) {
  return `${seats} ${plan ?? ""}`;
}

/** Returns whether a request may have succeeded although it failed here. */
export function wasLost(error: unknown) {
  // threat: a refused change is waited for
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}
