import { billingKeys } from "@muster/core/billing/keys.ts";
import type { ChangeRow } from "@muster/core/billing/ledger/row.ts";
import { type Row, rowOf } from "@muster/core/billing/row.ts";
import { rowsOf } from "@muster/core/kernel/rows.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { BillingWorld, Customer } from "../worlds/billing.ts";

/** An organization's rows, read once for all that is checked of it. */
export type Stored = Rows & { events: Item[]; changes: ChangeRow[] };
type Rows = { organizationRow: Item; row: Row | undefined };

export async function storedOf(billing: BillingWorld, one: Customer): Promise<Stored> {
  return {
    ...(await mainRowsOf(billing, one)),
    events: await one.events(),
    changes: await rowsOf({ ...billingKeys.changes(one.organization), consistent: true }),
  };
}

export async function mainRowsOf({ world }: BillingWorld, { organization }: Customer): Promise<Rows> {
  const keys = [organizationKeys.organization(organization), billingKeys.billing(organization)] as const;
  const [organizationRow = {}, billing] = await world.table.getMany(keys);
  return { organizationRow, row: rowOf(billing) };
}
