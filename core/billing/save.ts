import type { ID } from "../base/id.ts";
import { absent, equal, type Put, put, when } from "../table/table.ts";
import { billingKeys } from "./keys.ts";
import { failures, type Row } from "./row.ts";

/** Returns the next version of the row, guarded by the version that was read. */
export function save(organization: ID<"organization">, before: Row | undefined, next: Omit<Row, "version">): Put {
  const { mirror, ...rest } = next;
  const listed = mirror && { list: billingKeys.subscriptions(mirror.createdAt), rank: mirror.subscription };
  const item = { ...rest, ...mirror, ...listed, version: (before?.version ?? 0) + 1 };
  const same = before ? equal("version", before.version) : absent;
  // threat: two changes of seats at once are not kept apart
  return put(billingKeys.billing(organization), item, when(same, failures.moved));
}
