import type Stripe from "stripe";
import { invalid, unknown } from "./refusal.ts";

const usualLimit = 10;
const maxPage = 100;

export type List<T> = {
  object: "list";
  data: T[];
  has_more: boolean;
  url: string;
};

type Paging = Stripe.PaginationParams;

/** A page of a list that is oldest first, newest first like Stripe's. */
export function page<T extends { id: string }>(all: T[], url: string, params: Paging = {}): List<T> {
  const { limit = usualLimit, starting_after, ending_before } = params;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
    const message = `This value must be between 1 and ${maxPage} (it currently is '${limit}').`;
    throw invalid(message, { code: "parameter_invalid_integer", param: "limit" });
  }
  const rows = all.toReversed();
  const place = (id: string, param: string) => {
    const found = rows.findIndex((row) => row.id === id);
    if (found < 0) throw unknown("object", id, param);
    return found;
  };
  if (ending_before !== undefined) {
    const end = place(ending_before, "ending_before");
    const start = Math.max(0, end - limit);
    return { object: "list", data: rows.slice(start, end), has_more: start > 0, url };
  }
  const start = starting_after === undefined ? 0 : place(starting_after, "starting_after") + 1;
  return { object: "list", data: rows.slice(start, start + limit), has_more: start + limit < rows.length, url };
}

/** A list inside another object. */
export const embedded = <T>(data: T[], url: string): List<T> => ({ object: "list", data, has_more: false, url });

/** Returns whether an instant is in a range such as `created[gte]`. */
export function isWithin(instant: number, range: Stripe.RangeQueryParam | number | undefined): boolean {
  if (range === undefined) return true;
  if (typeof range === "number") return instant === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return instant > gt && instant >= gte && instant < lt && instant <= lte;
}
