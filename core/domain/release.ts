import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import type { Actor } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { OrganizationDeleted, OrganizationRestored } from "../organization/events.ts";
import { organizationKeys } from "../organization/keys.ts";
import { check, equal, keyOf, update, when } from "../table/table.ts";
import { released } from "./claim.ts";
import { asRead } from "./describe.ts";
import { DomainReleased } from "./events.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { waitingHours } from "./limits.ts";
import { DomainRow } from "./row.ts";
import { placed, placement } from "./schedule.ts";

type Row = Read<typeof DomainRow>;

/**
 * A deleted organization gives its domains back, so that others can verify them. If it is restored, they wait, and are
 * checked soon. Can be repeated.
 */
export const reactions = [
  ...on(OrganizationDeleted, async (_, { owner }) => {
    if ((await stateOf(owner)) !== "deleted") return;
    for (const row of await domainsOf(owner)) await release(row, { type: "system", job: "work" });
  }),
  ...on(OrganizationRestored, async (_, { owner }) => {
    if ((await stateOf(owner)) !== "deleted") for (const row of await domainsOf(owner)) await resume(row);
  }),
];

export const react = fn("domain.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

const stateOf = async (organization: Row["pk"]) =>
  (await table.get(organizationKeys.organization(organization)))?.state;

const domainsOf = async (organization: Row["pk"]): Promise<Row[]> =>
  readAll(DomainRow, await rowsOf({ ...domainKeys.domains(organization), consistent: true }));

/** Gives the claim of a deleted organization back, and checks its domain no more. @throws domain.changed */
export async function release(row: Row, actor: Actor): Promise<void> {
  const { pk: organization, sk: domain, name, state, checkAt } = row;
  if (state !== "verified" && checkAt === undefined) return;
  const change = {
    set: { state: "waiting" as const },
    unset: ["verifiedAt", "lostAt", "unreachableSince", ...placement] as const,
    add: { revision: 1 },
  };
  const key = organizationKeys.organization(organization);
  await table.write(
    update(keyOf<DomainRow>(row as DomainRow), change, asRead(row)),
    check(key, when(equal("state", "deleted"), failures.changed)),
    // threat: a deleted organization keeps its domains
    ...(state === "verified"
      ? [...(await released(organization, domain)), DomainReleased.record(organization, { domain, name }, actor)]
      : []),
  );
}

async function resume(row: Row): Promise<void> {
  // threat: domains of a restored organization wait forever
  if (row.checkAt !== undefined) return;
  const set = {
    ...placed(row.pk, instant()),
    waitsUntil: instant(waitingHours * hourSeconds),
    revision: row.revision + 1,
  };
  await table.write(update(keyOf<DomainRow>(row as DomainRow), { set }, asRead(row)));
}
