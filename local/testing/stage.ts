import { addressOf } from "@muster/core/account/account.ts";
import * as Answer from "@muster/core/invitation/answer.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import * as Offer from "@muster/core/invitation/offer.ts";
import type { ID } from "@muster/core/kernel/id.ts";
import type { Role } from "@muster/core/kernel/permission.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { type Item, update } from "@muster/core/table/table.ts";
import { openWorld, type Person, type World } from "./world.ts";

/** An organization with its founder, in a deployment of its own, and short ways to do what people do in it. */
export interface Stage {
  world: World;
  ada: Person;
  organization: ID<"organization">;
  /** Runs a domain function as a member whose role is what the table says it is. */
  as: <R>(person: Person, run: () => Promise<R>) => Promise<R>;
  /** Invites one, as the founder unless told otherwise, and answers the outcome of the row. */
  invite: (email: string, role?: Role, by?: Person) => Promise<string>;
  /** The token of the newest link to an address. */
  tokenOf: (email: string) => Promise<string>;
  /** Makes somebody a member by inviting them and having them accept. */
  join: (email: string, role?: Role) => Promise<Person>;
  /** The team of this name, as long as there is one. */
  teamOf: (name: string) => Promise<ID<"team">>;
  /** The row of an address in the organization. */
  rowOf: (email: string) => Promise<Item | undefined>;
  home: () => Promise<Item>;
}

/** @param seats free ones, beside the founder's */
export async function openStage({ seats = 10 } = {}): Promise<Stage> {
  const world = await openWorld();
  const ada = await world.person("ada@example.com");
  const { id: organization } = await world.as(ada, () => Organization.create({ name: "Acme" }));
  const home = Keys.organization(organization);
  await world.table.write(update(home, { set: { capacity: seats + 1, free: seats, granted: true } }));

  const stage: Stage = {
    world,
    ada,
    organization,
    async as(person, run) {
      const member = await world.table.get(Keys.member(organization, person.account));
      return member ? world.as(person, run, { id: organization, role: member.role as Role }) : world.as(person, run);
    },
    async invite(email, role = "read", by = ada) {
      const { items } = await stage.as(by, () => Offer.send({ invitations: [{ email, role }] }));
      return items[0]?.outcome ?? "";
    },
    async tokenOf(email) {
      const row = (await stage.rowOf(email)) ?? {};
      const [attempt, by] = [Number(row.attempt), row.by as ID<"account">];
      return mintToken({ organization, address: row.pk as ID<"address">, attempt, by });
    },
    async join(email, role = "read") {
      const person = await world.person(email);
      await stage.invite(email, role);
      const token = await stage.tokenOf(email);
      await world.as(person, () => Answer.accept({ token }));
      return person;
    },
    async teamOf(name) {
      const claim = await world.table.get(Keys.teamName(organization, name));
      if (!claim) throw new Error(`There is no team ${name}.`);
      return claim.team as ID<"team">;
    },
    rowOf: (email) => world.table.get(Keys.addressIn(organization, addressOf(email))),
    home: async () => (await world.table.get(home)) ?? {},
  };
  return stage;
}
