import { openBilling } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { addressOf } from "../account/account.ts";
import * as Audit from "../audit/audit.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { project } from "../search/search.ts";
import { update } from "../table/table.ts";
import { list } from "./list.ts";
import * as Notification from "./notification.ts";

/** Ada and Eve own Acme, which has bought nothing yet. */
export async function openOwners() {
  const billing = await openBilling({ trialDays: 0 });
  const { world } = billing;
  const acme = await billing.createOrganization(await world.person("ada@example.com"));
  const eve = await world.person("eve@example.com");
  const { account, email } = eve;
  let logged = 0;
  await world.table.write(
    update(organizationKeys.organization(acme.organization), { add: { owners: 1, free: -1 } }),
    ...Member.joining(
      acme.organization,
      { account, email, name: "Eve", color: "teal", address: addressOf(email) },
      "owner",
    ),
  );

  /** The billing notifications of the two owners since the last call, newest first. */
  async function notified() {
    const rows = await world.rows.scan();
    const members = rows.filter(({ stream }) => stream === "view").map((after) => ({ after }));
    await asSystem("view", () => project({ changes: members }));
    await asSystem("follow", () => Audit.follow({ owner: acme.organization }));
    for (;;) {
      const row = await world.table.get(kernelKeys.logged(acme.organization, logged + 1));
      if (!row) break;
      logged++;
      const announcement = Audit.announcement(row);
      if (!announcement || !reactsTo(announcement.type, Notification.reactions)) continue;
      for (let times = 0; times < 2; times++) await asSystem("work", () => Notification.react(announcement));
    }
    const of = async (person: Person) => {
      const { items } = await world.as(person, () => list({}));
      return items.flatMap(({ kind, until, by }) =>
        kind.startsWith("billing.") ? [[kind.slice(8), until?.slice(0, 10), by].filter(Boolean).join(" ")] : [],
      );
    };
    return { ada: await of(acme.owner), eve: await of(eve) };
  }
  return { billing, acme, eve, notified };
}
export type Owners = Awaited<ReturnType<typeof openOwners>>;
