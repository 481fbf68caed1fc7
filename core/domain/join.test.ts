import { addDomain } from "@muster/local/testing/fixtures/domains.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { type Invariants, openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import * as Deletion from "../account/deletion.ts";
import { daySeconds } from "../base/duration.ts";
import { implied } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { idOf } from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import * as Manage from "../invitation/manage.ts";
import * as Recipient from "../invitation/recipient.ts";
import * as Sending from "../invitation/send.ts";
import { provide } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { formerDays } from "../member/limits.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Code from "../session/code.ts";
import * as Session from "../session/session.ts";
import { type Some, update } from "../table/table.ts";
import * as Join from "./join.ts";
import { domainKeys } from "./keys.ts";
import type { DomainClaimRow } from "./row.ts";
import { normalize } from "./shape.ts";

let place: OrganizationFixture;
let invariants: Invariants;
let organization: ID<"organization">;
let domain: ID<"domain">;
let bob: Person;
beforeEach(async () => {
  place = await openOrganization({ seats: 2 });
  ({ organization } = place);
  invariants = await openInvariants(place);
  domain = await addDomain(place.world, organization, "acme.com", { mode: "suggest", role: "write" });
  bob = await place.world.person("bob@acme.com");
});

const joinable = async (person = bob) => (await place.world.as(person, () => Join.joinable({}))).items;
const join = (person = bob) => place.world.as(person, () => Join.join({ organization }));
const setClaim = (set: Some<DomainClaimRow>) =>
  place.world.table.write(update(domainKeys.domainClaim(domain), { set }));
const setOrganization = (set: Some<OrganizationRow>) =>
  place.world.table.write(update(organizationKeys.organization(organization), { set }));
const roleOf = async ({ account }: Person) =>
  (await place.world.table.get(memberKeys.member(organization, account)))?.role;
const invitationTo = (email: string) => ({ invitation: idOf(addressOf(email)) });

/** Signs in with a code, as a browser does. */
async function signIn(email: string) {
  const origin = { ip: "203.0.113.9", agent: "Firefox" };
  const asPublic = <R>(run: () => R) => provide({ actor: { type: "public", origin } }, run);
  const { flow } = await asPublic(() => Session.requestCode({ email }));
  return asPublic(() => Session.signIn({ flow, code: Code.derive(flow, addressOf(email)) }));
}

describe("a person with an address of a verified domain", () => {
  test("sees the organization, joins it with the role that its owners set, and takes a seat", async () => {
    const offer = { id: organization, name: "Acme", domain: "acme.com", mode: "suggest", role: "write" };
    expect(await joinable()).toEqual([{ ...offer, hasSeat: true }]);
    expect(await join()).toEqual({ organization: { id: organization, name: "Acme" }, role: "write" });
    expect(await roleOf(bob)).toBe("write");
    expect(await place.rowOf("bob@acme.com")).toMatchObject({ state: "member", account: bob.account, role: "write" });
    expect((await place.organizationRow()).free).toBe(1);
    expect(await joinable()).toEqual([]);
    expect(await resultOf(join())).toBe("domain.not_joinable");
    expect(await invariants.check()).toEqual([]);
    const { items } = await place.world.table.query({ ...kernelKeys.log(organization), to: "9" });
    expect(items.at(-1)).toMatchObject({
      type: "member.joined",
      actor: bob.account,
      data: { account: bob.account, role: "write", domain, domainName: "acme.com" },
    });
  });

  test("signs in, is invited and joins with an international address as people write it", async () => {
    const ascii = normalize("Bücher.example");
    await addDomain(place.world, organization, ascii, { mode: "suggest", role: "write" });
    const { account } = await signIn("Eve@Bücher.example");
    const eve = await place.world.person(`eve@${ascii}`);
    expect([account.id, account.email]).toEqual([eve.account, `eve@${ascii}`]);
    expect(await joinable(eve)).toMatchObject([{ id: organization, domain: ascii }]);
    await join(eve);
    const { items } = await place.as(place.ada, () => Sending.send({ invitations: [{ email: "eve@bücher.example" }] }));
    expect(items).toMatchObject([{ email: `eve@${ascii}`, outcome: "already_member" }]);
  });

  test("sees that there is no seat, and joins when there is one", async () => {
    await setOrganization({ free: 0, capacity: 1 });
    expect(await joinable()).toMatchObject([{ hasSeat: false }]);
    expect(await resultOf(join())).toBe("domain.no_seat");
    await setOrganization({ free: 1, capacity: 2 });
    await join();
    expect((await place.organizationRow()).free).toBe(0);
  });

  test("cannot join while the organization cannot grow", async () => {
    await setOrganization({ growth: false, billingStatus: "past_due" });
    expect(await joinable()).toMatchObject([{ hasSeat: false }]);
    expect(await resultOf(join())).toBe("domain.no_seat");
  });

  test.each<[string, Some<OrganizationRow>]>([
    ["suspended", { state: "suspended", growth: false }],
    ["deleted", { state: "deleted", growth: false }],
    ["read-only", { billingStatus: "read_only", growth: false }],
  ])("learns nothing of an organization that is %s", async (_, set) => {
    await setOrganization(set);
    expect(await joinable()).toEqual([]);
    expect(await resultOf(join())).toBe("domain.not_joinable");
  });

  test.each<[string, Some<DomainClaimRow>]>([
    ["people join by invitation only", { mode: "off" }],
    ["the record is lost", { lostAt: "2026-11-24T09:00:00.000Z" }],
    ["the role is one that nobody joins with", { role: "admin" as "read" }],
    ["the mode is of another release", { mode: "everybody" as "off" }],
  ])("learns nothing where %s", async (_, set) => {
    await setClaim(set);
    expect(await joinable()).toEqual([]);
    expect(await resultOf(join())).toBe("domain.not_joinable");
    expect(await roleOf(bob)).toBeUndefined();
  });

  test.each(["bob@sub.acme.com", "bob@acme.com.example.com", "bob@notacme.com", "acme.com@example.com"])(
    "is nobody with the address %s",
    async (email) => {
      const other = await place.world.person(email);
      expect(await joinable(other)).toEqual([]);
      expect(await resultOf(join(other))).toBe("domain.not_joinable");
    },
  );

  test("joins no organization but the one that has the domain", async () => {
    const other = "org_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    expect(await resultOf(place.world.as(bob, () => Join.join({ organization: other })))).toBe("domain.not_joinable");
  });

  test("accepts an invitation instead, while there is one", async () => {
    await place.invite("bob@acme.com", "admin");
    expect(await joinable()).toEqual([]);
    expect(await resultOf(join())).toBe("domain.not_joinable");
    const token = await place.tokenOf("bob@acme.com");
    await place.world.as(bob, () => Recipient.accept({ token }));
    expect(await roleOf(bob)).toBe("admin");
  });

  test("who was removed, or whose invitation was revoked, needs an invitation", async () => {
    await join();
    await place.as(place.ada, () => Member.remove({ account: bob.account }));
    expect(await joinable()).toEqual([]);
    expect(await resultOf(join())).toBe("domain.not_joinable");
    const eve = await place.world.person("eve@acme.com");
    await place.invite("eve@acme.com");
    await place.as(place.ada, () => Manage.revoke(invitationTo("eve@acme.com")));
    expect(await resultOf(join(eve))).toBe("domain.not_joinable");
    expect(await invariants.check()).toEqual([]);
  });

  test("who left, or declined, joins when they decide so", async () => {
    await join();
    await place.as(bob, () => Member.leave({}));
    const eve = await place.world.person("eve@acme.com");
    await place.invite("eve@acme.com");
    const token = await place.tokenOf("eve@acme.com");
    await place.world.as(eve, () => Recipient.decline({ token }));
    await setClaim({ mode: "automatic" });
    for (const { email } of [bob, eve]) await signIn(email);
    expect([await roleOf(bob), await roleOf(eve)]).toEqual([undefined, undefined]);
    for (const person of [bob, eve]) await join(person);
    expect([await roleOf(bob), await roleOf(eve)]).toEqual(["write", "write"]);
    expect(await invariants.check()).toEqual([]);
  });

  test("joins where an invitation has expired, with its seat, before the clock ends it", async () => {
    await place.invite("bob@acme.com", "admin");
    await setOrganization({ free: 0, capacity: 2 });
    const { expiresAt } = (await place.rowOf("bob@acme.com")) ?? {};
    place.world.clock.pass((Date.parse(String(expiresAt)) - place.world.clock.at) / 1_000 - 1);
    expect(await resultOf(join())).toBe("domain.not_joinable");
    place.world.clock.pass(1);
    expect(await joinable()).toMatchObject([{ hasSeat: true }]);
    expect(await join()).toMatchObject({ role: "write" });
    expect(await place.organizationRow()).toMatchObject({ free: 0 });
    expect(await invariants.check()).toEqual([]);
  });

  test("who was removed joins again after 90 days, although the table still has the row", async () => {
    await join();
    await place.as(place.ada, () => Member.remove({ account: bob.account }));
    place.world.clock.pass(formerDays * daySeconds - 1);
    expect(await joinable()).toEqual([]);
    // the table removes a row some time after its last day
    const key = invitationKeys.addressIn(organization, addressOf(bob.email));
    await place.world.table.write(update(key, { unset: ["ttl"] }));
    place.world.clock.pass(1);
    expect(await joinable()).toHaveLength(1);
    await join();
    expect(await invariants.check()).toEqual([]);
  });

  test("does not join if they came back and were removed while they joined", async () => {
    await join();
    await place.as(bob, () => Member.leave({}));
    place.world.clock.pass(1);
    const { table } = place.world;
    const write: typeof table.write = async (...steps) => {
      place.world.rebind();
      await join();
      await place.as(place.ada, () => Member.remove({ account: bob.account }));
      await table.write(...steps);
    };
    place.world.rebind({ table: { ...table, write } });
    expect(await resultOf(join())).toBe("domain.join_conflict");
    expect(await roleOf(bob)).toBeUndefined();
    expect(await place.rowOf(bob.email)).toMatchObject({ state: "former", removed: true });
  });

  test("joins at most with what the claim says at the moment of the write", async () => {
    const { table } = place.world;
    place.world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          await setClaim({ role: "read" });
          await table.write(...steps);
        },
      },
    });
    expect(await resultOf(join())).toBe("domain.not_joinable");
    place.world.rebind();
    expect((await join()).role).toBe("read");
  });
});

describe("an address with a plus", () => {
  test("is offered nothing, and joins nothing: its mailbox has any number of them", async () => {
    const plus = await place.world.person("bob+1@acme.com");
    expect(await joinable(plus)).toEqual([]);
    expect(await resultOf(join(plus))).toBe("domain.not_joinable");
    await setClaim({ mode: "automatic" });
    await signIn(plus.email);
    expect(await roleOf(plus)).toBeUndefined();
    await place.invite(plus.email);
    const token = await place.tokenOf(plus.email);
    await place.world.as(plus, () => Recipient.accept({ token }));
    expect(await roleOf(plus)).toBeDefined();
  });
});

describe("signing in", () => {
  beforeEach(() => setClaim({ mode: "automatic", role: "read" }));

  test("joins the organization of the domain, with a new account and with a known one", async () => {
    const { account } = await signIn("carol@acme.com");
    await signIn(bob.email);
    expect(await place.world.table.get(memberKeys.member(organization, account.id))).toMatchObject({
      role: "read",
      name: "Carol",
    });
    expect(await roleOf(bob)).toBe("read");
    await signIn(bob.email);
    expect((await place.organizationRow()).free).toBe(0);
    expect(await invariants.check()).toEqual([]);
  });

  test("succeeds without a seat; the organization is in the list, and the next sign-in joins it", async () => {
    await setOrganization({ free: 0, capacity: 1 });
    expect(await signIn(bob.email)).toHaveProperty("token");
    expect(await joinable()).toMatchObject([{ mode: "automatic", hasSeat: false }]);
    await setOrganization({ free: 1, capacity: 2 });
    await signIn(bob.email);
    expect(await roleOf(bob)).toBe("read");
  });

  test("joins nothing where people decide that, or by another domain", async () => {
    await setClaim({ mode: "suggest" });
    await signIn(bob.email);
    await signIn("dora@sub.acme.com");
    expect(await roleOf(bob)).toBeUndefined();
    expect((await place.organizationRow()).free).toBe(2);
  });

  test("does not bring back who was removed", async () => {
    await signIn(bob.email);
    await place.as(place.ada, () => Member.remove({ account: bob.account }));
    await signIn(bob.email);
    expect(await roleOf(bob)).toBeUndefined();
  });

  test("does not bring back who was removed and has another account since", async () => {
    await signIn(bob.email);
    await place.as(place.ada, () => Member.remove({ account: bob.account }));
    await place.world.as(bob, () => Deletion.deleteByAddress({ email: bob.email }));
    const { account } = await signIn(bob.email);
    expect(account.id).not.toBe(bob.account);
    expect(await place.world.table.get(memberKeys.member(organization, account.id))).toBeUndefined();
    const again = { ...(await place.world.person(bob.email)) };
    expect(await joinable(again)).toEqual([]);
    expect(await resultOf(join(again))).toBe("domain.not_joinable");
  });

  test("succeeds while the table is too busy to join", async () => {
    const { table } = place.world;
    const joins = (key: string) => key === organization;
    place.world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          if (steps.some(({ key }) => joins(key.sk))) throw implied.busy();
          await table.write(...steps);
        },
      },
    });
    expect(await signIn(bob.email)).toHaveProperty("token");
    place.world.rebind();
    expect(await place.world.table.get(raw(memberKeys.member(organization, bob.account)))).toBeUndefined();
  });
});
