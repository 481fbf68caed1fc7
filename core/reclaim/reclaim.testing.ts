import { openAcme } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { addressOf } from "../account/account.ts";
import { dayMs } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import type { Role } from "../base/role.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Key, update } from "../table/table.ts";
import { reclaimKeys } from "./keys.ts";
import { reactions } from "./react.ts";
import * as Reclaim from "./reclaim.ts";
import { run } from "./run.ts";

/** Days without a request after which members are reclaimed. */
export const idle = 60;

export type Reclaims = Awaited<ReturnType<typeof openReclaims>>;

/** An organization with 12 seats, and what its people and the queue do about those that are unused. */
export async function openReclaims() {
  const { billing, acme } = await openAcme(12);
  const { world } = billing;
  const { organization } = acme;

  const before = (days: number) => new Date(world.clock.at - days * dayMs).toISOString();
  const dayBefore = (days: number) => before(days).slice(0, 10);
  const active = (account: ID<"account">, activeOn: string) =>
    world.table.write(update(memberKeys.member(organization, account), { set: { activeOn } }));

  /** Adds a member whose last request was so many days ago. */
  async function join(email: string, role: Role, days: number): Promise<Person> {
    const person = await world.person(email);
    const { account } = person;
    const somebody = { account, email, name: email.split("@")[0] ?? "", color: "teal", address: addressOf(email) };
    await world.table.write(
      update(organizationKeys.organization(organization), {
        add: { free: -1, ...(role === "owner" && { owners: 1 }) },
      }),
      ...Member.joining(organization, somebody, role),
    );
    await active(account, dayBefore(days));
    return person;
  }
  const isMember = async ({ account }: Person) =>
    (await world.table.get(memberKeys.member(organization, account))) !== undefined;
  const members = async (people: readonly Person[]) => (await Promise.all(people.map(isMember))).filter(Boolean).length;
  const invite = (...emails: string[]) =>
    acme.as(() =>
      Sending.send({ invitations: emails.map((email) => ({ email, role: "read" as const })), lifetimeDays: 30 }),
    );

  type Order = Partial<Parameters<typeof Reclaim.start>[0]>;
  const order = (more: Order) => ({
    inactiveSince: dayBefore(idle),
    sentUntil: before(10),
    members: 50,
    invitations: 50,
    ...more,
  });
  const start = (more: Order = {}) => acme.as(() => Reclaim.start(order(more)));
  /** The same by somebody else. */
  const startAs = (person: Person, role: Role, more: Order = {}) =>
    world.as(person, () => Reclaim.start(order(more)), { id: organization, role });
  const get = async () => (await acme.as(() => Reclaim.get({}))).reclaim;
  /** Returns what is found on one page, by email address, with its id. */
  async function listed(of: "members" | "invitations") {
    const { inactiveSince, sentUntil } = order({});
    const { items } = await acme.as(() => Reclaim.listUnused({ of, inactiveSince, sentUntil }));
    return new Map(items.map(({ email, account, invitation }) => [email, account ?? invitation ?? ""]));
  }

  const row = async () => world.table.get(reclaimKeys.reclaim(organization));
  const runOnce = async () => {
    const id = (await row())?.id;
    if (id) await asSystem("work", () => run({ job: "reclaim", organization, id }));
  };
  async function runAll() {
    for (let runs = 0; runs < 20 && (await row())?.state === "running"; runs++) await runOnce();
  }

  /** Reacts to all that was recorded so far. */
  async function react() {
    for (const { type, data } of await acme.events()) {
      const reacting = reactions.filter(({ to }) => to.type === type);
      for (const { run } of reacting) await run(data as never, { owner: organization } as never);
    }
  }

  const free = async () => Number((await acme.organizationRow()).free);
  const paid = async () => (await acme.subscriptions())[0]?.items.data[0]?.quantity;
  const typesOf = async () => (await acme.events()).map(({ type }) => type);
  /** Runs something right after each read of a key, alone or, unless it says otherwise, among others. */
  function afterReading(key: Key, then: () => Promise<unknown>, { isAlone = false } = {}) {
    const { table } = world;
    const isIt = (wanted: Key) => wanted.pk === key.pk && wanted.sk === key.sk;
    const get: typeof table.get = async (wanted) => {
      const found = await table.get(wanted);
      if (isIt(wanted)) await then();
      return found;
    };
    const getMany: typeof table.getMany = async (wanted, options) => {
      const found = await table.getMany(wanted, options);
      if (!isAlone && wanted.some(isIt)) await then();
      return found;
    };
    world.rebind({ table: { ...table, get, getMany } });
    return () => world.rebind({ table });
  }

  return {
    billing,
    acme,
    before,
    dayBefore,
    active,
    join,
    isMember,
    members,
    invite,
    start,
    startAs,
    get,
    listed,
    row,
    runOnce,
    runAll,
    react,
    free,
    paid,
    typesOf,
    afterReading,
  };
}
