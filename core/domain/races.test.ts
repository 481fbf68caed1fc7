import { addDomain } from "@muster/local/testing/fixtures/domains.ts";
import type { OrganizationFixture } from "@muster/local/testing/fixtures/organization.ts";
import { differs } from "@muster/local/testing/invariants/differs.ts";
import { type RaceContext, testRace } from "@muster/local/testing/invariants/race.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { memberKeys } from "../member/keys.ts";
import * as Organization from "../organization/organization.ts";
import * as Check from "./check.ts";
import { idOf } from "./claim.ts";
import * as Join from "./join.ts";

const domain = idOf("acme.com");

/** People with addresses of the domain, which is open to them. */
async function newcomers({ world, organization }: OrganizationFixture, count: number): Promise<Person[]> {
  await addDomain(world, organization, "acme.com", { mode: "suggest", role: "write" });
  return Promise.all(Array.from({ length: count }, (_, n) => world.person(`p${n}@acme.com`)));
}

const joins = ({ fixture: { world, organization } }: RaceContext, people: readonly Person[]) =>
  people.map((person) => () => resultOf(world.as(person, () => Join.join({ organization }))));

const joined = (answers: readonly string[]) => answers.filter((one) => one === "done").length;

/** Nobody has a role above Write by joining. */
async function tooPowerful({ world, organization }: OrganizationFixture, people: readonly Person[]): Promise<string[]> {
  const rows = await world.table.getMany(people.map(({ account }) => memberKeys.member(organization, account)));
  return rows.flatMap((row) => (row && !["write", "read"].includes(row.role) ? [`${row.email} is ${row.role}`] : []));
}

testRace("64 join by their domain for 10 seats", {
  seats: 10,
  guards: ["member.joined: organization"],
  run: async (race) => {
    const people = await newcomers(race.fixture, 64);
    const answers = await race.atOnce(...joins(race, people));
    const { free } = await race.fixture.organizationRow();
    return [
      ...(await race.invariants.check()),
      ...(await tooPowerful(race.fixture, people)),
      ...differs("joined", joined(answers), 10),
      ...differs("free", free, 0),
      ...differs("refused", answers.filter((one) => one === "domain.no_seat").length, 54),
    ];
  },
});

testRace("invitations and people of the domain for the same 8 seats", {
  seats: 8,
  guards: ["member.joined: organization"],
  run: async (race) => {
    const people = await newcomers(race.fixture, 16);
    const invited = Array.from({ length: 8 }, (_, n) => `q${n}@example.com`);
    const sends = invited.map((email) => () => race.actions.send(race.fixture.ada, { email }));
    await race.atOnce(...joins(race, people), ...sends);
    const { free } = await race.fixture.organizationRow();
    return [...(await race.invariants.check()), ...(free < 0 ? [`oversold by ${-free}`] : [])];
  },
});

testRace("16 requests of one person to join", {
  guards: ["member.joined: membership", "member.joined: address"],
  run: async (race) => {
    const [person] = await newcomers(race.fixture, 1);
    const people = Array.from({ length: 16 }, () => person as Person);
    const answers = await race.atOnce(...joins(race, people));
    return [...(await race.invariants.check()), ...differs("joined", joined(answers), 1)];
  },
});

testRace("one person is invited and joins", {
  guards: ["member.joined: address", "invitation.offered: address new"],
  run: async (race) => {
    const people = await newcomers(race.fixture, 1);
    const send = () => race.actions.send(race.fixture.ada, { email: "p0@acme.com" });
    await race.atOnce(...joins(race, people), send);
    return race.invariants.check();
  },
});

testRace("two organizations verify one domain", {
  guards: ["domain.verified: #claim"],
  run: async ({ fixture, atOnce }) => {
    const { world, organization, ada } = fixture;
    const grace = await world.person("grace@example.com");
    const other = await world.as(grace, () => Organization.create({ name: "Globex" }));
    await addDomain(world, organization, "acme.com", { state: "waiting" });
    await addDomain(world, other.id, "acme.com", { state: "waiting" });
    const states = await atOnce(
      () => fixture.as(ada, () => Check.check({ domain })),
      () => world.as(grace, () => Check.check({ domain }), { id: other.id, role: "owner" }),
    );
    const verified = states.filter(({ state }) => state === "verified").length;
    return differs("organizations that have the domain", verified, 1);
  },
});
