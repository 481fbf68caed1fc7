import * as v from "valibot";
import { hourSeconds } from "../base/duration.ts";
import { implied } from "../base/failure.ts";
import { group, SeenRevision } from "../base/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { readAll } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import {
  absent,
  all,
  any,
  below,
  lacks,
  present,
  put,
  type Step,
  remove as take,
  update,
  when,
} from "../table/table.ts";
import { held, idOf, released } from "./claim.ts";
import { asRead, Domains, describe, existing, Info, Join, One } from "./describe.ts";
import { DomainAdded, DomainJoinChanged, DomainRemoved } from "./events.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import { maxDomainsPerOrganization, retryHours, waitingHours } from "./limits.ts";
import { newToken } from "./record.ts";
import { DomainRow } from "./row.ts";
import { placed } from "./schedule.ts";
import { DomainName, normalize } from "./shape.ts";

// Functions

/** Adds a domain. It waits until its DNS record is found; other organizations may wait for the same one. */
export const add = fn(
  "domain.add",
  {
    input: v.strictObject({ name: DomainName }),
    output: Info,
    failures: [failures.exists, failures.tooMany, Seat.failures.organizationMissing, Event.failures.repeated],
  },
  async (input, actor) => {
    const { whyRefused } = await import("./known.ts");
    const name = normalize(input.name);
    const message = whyRefused(name);
    if (message) throw implied.invalid({ fields: [{ path: "name", message }] });
    const { organization, account: addedBy } = actor;
    const domain = idOf(name);
    const key = domainKeys.domain(organization, domain);
    const item = {
      name,
      token: newToken(),
      state: "waiting" as const,
      mode: "off" as const,
      role: "read" as const,
      waitsUntil: instant(waitingHours * hourSeconds),
      ...placed(organization, instant(retryHours * hourSeconds)),
      revision: 0,
      addedAt: instant(),
      addedBy,
    };
    const info = describe(existing({ ...key, ...item } as DomainRow));
    await table.write(
      put(key, item, when(absent, failures.exists)),
      counted(actor, 1),
      DomainAdded.record(organization, { domain, name }, actor),
      ...remember(info),
    );
    return info;
  },
);

export const get = fn(
  "domain.get",
  { input: One, output: Info, failures: [failures.missing], reads: own },
  async (_, __, [row]) => describe(existing(row)),
);

/** All domains, by name. */
export const list = fn("domain.list", { input: v.strictObject({}), output: Domains }, async (_, { organization }) => {
  const query = { ...domainKeys.domains(organization), limit: maxDomainsPerOrganization, consistent: true };
  const { items } = await table.query(query);
  const domains = readAll(DomainRow, items).map(describe);
  return { items: domains.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
});

/** Decides how people with an address of a verified domain become members. They never become admins or owners. */
export const changeJoin = fn(
  "domain.changeJoin",
  {
    input: v.strictObject({
      ...One.entries,
      /** The changes; what you leave out stays. */
      join: group(v.partial(Join).entries),
      /** The revision that was read. If the domain was changed or checked since then, the request fails with 409. */
      revision: v.optional(SeenRevision),
    }),
    output: Info,
    failures: [failures.missing, failures.changed, failures.unverified, failures.unclaimed, Event.failures.repeated],
    reads: own,
  },
  async ({ domain, join, revision }, actor, [row]) => {
    const { organization } = actor;
    const before = existing(row);
    // threat: a change overwrites another
    if (revision !== undefined && revision !== before.revision) throw failures.changed();
    // threat: the joining by a domain of nobody is changed
    if (before.state !== "verified") throw failures.unverified();
    const from = { mode: before.mode, role: before.role };
    const to = { mode: join.mode ?? from.mode, role: join.role ?? from.role };
    if (to.mode === from.mode && to.role === from.role) return describe(before);
    await table.write(
      update(domainKeys.domain(organization, domain), { set: to, add: { revision: 1 } }, asRead(before)),
      // threat: the joining by a domain changes on the page alone
      update(domainKeys.domainClaim(domain), { set: to }, held(organization, failures.unclaimed)),
      DomainJoinChanged.record(organization, { domain, name: before.name, from, to }, actor),
    );
    return describe({ ...before, ...to, revision: before.revision + 1 });
  },
);

/** Removes a domain. If it was verified, another organization can verify it from now on. */
export const remove = fn(
  "domain.remove",
  {
    input: One,
    output: v.void(),
    failures: [failures.missing, failures.changed, Seat.failures.organizationMissing, Event.failures.repeated],
    reads: own,
  },
  async ({ domain }, actor, [row]) => {
    const { organization } = actor;
    const before = existing(row);
    await table.write(
      take(domainKeys.domain(organization, domain), asRead(before)),
      // threat: a removed domain keeps its claim
      ...(before.state === "verified" ? await released(organization, domain) : []),
      counted(actor, -1),
      DomainRemoved.record(organization, { domain, name: before.name }, actor),
    );
  },
);

function own({ domain }: v.InferOutput<typeof One>, { organization }: Actor) {
  return [domainKeys.domain(organization, domain)] as const;
}

/** The step that counts how many domains the organization has. */
function counted({ organization }: Actor, by: 1 | -1): Step {
  const hasRoom = any(lacks("domains"), below("domains", maxDomainsPerOrganization));
  // threat: domains without limit
  const guard = when(by > 0 ? all(present, hasRoom) : present, (found: OrganizationRow | undefined) =>
    found ? failures.tooMany() : Seat.failures.organizationMissing(),
  );
  return update(organizationKeys.organization(organization), { add: { domains: by } }, guard);
}
