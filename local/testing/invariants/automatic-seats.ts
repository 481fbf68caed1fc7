import { billingKeys } from "@muster/core/billing/keys.ts";
import type { SeatRequestRow } from "@muster/core/billing/requests/row.ts";
import { rowOf } from "@muster/core/billing/row.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import type { OrganizationRow } from "@muster/core/organization/row.ts";
import { type Item, type Key, type Step, type Table, typed } from "@muster/core/table/table.ts";
import type { Actors } from "./billing-actors.ts";

// What automatic seats may buy, computed from the rows at the moment of each write, and what they must have bought in the
// end.

/** The table, which notes seats that are bought automatically and that nobody needs at that moment. */
export function watched(table: Table, { errors }: Actors): Table {
  return typed({
    ...table,
    write: async (...steps: Step[]) => {
      const begun = steps.find(
        (step) =>
          step.do === "put" &&
          step.item.type === "billing.resize_started" &&
          step.item.actor === "system#automatic_seats",
      );
      const organization = begun?.key.pk.split("#")[0] as OrganizationRow["pk"] | undefined;
      if (begun?.do !== "put" || !organization) return table.write(...steps);
      const seen = async () => table.get(organizationKeys.organization(organization));
      const asked = steps.filter(({ key }) => key.pk === `${organization}#seat_requests`);
      const requests = await Promise.all(asked.map(({ key }) => table.get(key as Key<SeatRequestRow>)));
      const before = await seen();
      await table.write(...steps);
      const after = await seen();
      const { from, to } = begun.item.data as { from: number; to: number };
      // somebody else has written in between
      if (!before || before.free !== after?.free || before.capacity !== after.capacity) return;
      const { automatic, capacity, free, grantedSeats = 0 } = before;
      const requested = requests.reduce((sum, request) => sum + (request?.seats ?? 0), 0);
      const needed = requested > 0 ? from + requested : capacity - free - grantedSeats + (automatic?.spare ?? 0);
      if (to > from && to > needed) {
        errors.push(`${to} seats were bought automatically, of which ${to - needed} for nobody`);
      }
    },
  });
}

/** Returns where fewer seats are free than are kept so, although nothing prevents more. */
export async function lagging({ billing, customers, edited }: Actors): Promise<string[]> {
  const found = customers.map(async (one) => {
    const organizationRow = (await one.organizationRow()) as OrganizationRow;
    const row = rowOf((await billing.world.table.get(billingKeys.billing(one.organization))) as never);
    const { automatic, capacity, free, grantedSeats = 0, state, billingStatus = "free" } = organizationRow;
    const mirror = row?.mirror;
    const isFollowed = state === "active" && ["active", "over_limit"].includes(billingStatus);
    if (!automatic || !mirror || !isFollowed || edited.has(one.organization)) return [];
    // seats that are paid by invoice are never added automatically
    if (mirror.daysUntilDue !== undefined) return [];
    if (automatic.stopped || mirror.cancelAt || automatic.subscription !== mirror.subscription) return [];
    const needed = Math.min(automatic.limit, capacity - free - grantedSeats + automatic.spare);
    return mirror.quantity < needed ? [`${mirror.quantity} seats, and ${needed} are needed`] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Returns the events of seats that were added automatically beyond what any owner has set. */
export function beyondLimit(events: readonly Item[]): string[] {
  const limits = events.flatMap(({ type, data }) =>
    type === "billing.automatic_seats_changed" ? [Number((data as Item).to ?? 0)] : [],
  );
  return events.flatMap(({ type, actor, data }) => {
    const { from, to } = data as Item;
    const isMeant = type === "billing.resize_started" && actor === "system#automatic_seats";
    const isBeyond = isMeant && Number(to) > Number(from) && Number(to) > Math.max(0, ...limits);
    return isBeyond ? [`${String(to)} seats were added automatically, beyond every limit`] : [];
  });
}
