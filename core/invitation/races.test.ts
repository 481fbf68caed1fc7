import type { Row } from "@muster/local/testing/fixtures/actions.ts";
import { differs } from "@muster/local/testing/invariants/differs.ts";
import { type RaceContext, testRace } from "@muster/local/testing/invariants/race.ts";
import { depth } from "@muster/local/testing/random.ts";
import { asSystem } from "../kernel/context.ts";
import * as Grant from "../organization/grant.ts";
import * as Sending from "./send.ts";

const [invitations, lists, acceptances] = [depth(24, 256), depth(6, 32), depth(8, 64)];
const bobs = "bob@example.com";
const repeated = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

/** The creator sends all lists at once. Returns which rows were reported as invited. */
async function sent({ fixture, atOnce }: RaceContext, lists: Row[][]): Promise<string[][]> {
  const answers = await atOnce(
    ...lists.map((invitations) => () => fixture.as(fixture.ada, () => Sending.send({ invitations }))),
  );
  return answers.map(({ items }) => items.filter(({ outcome }) => outcome === "invited").map(({ email }) => email));
}

/** Compares the responses to the inviters with the rows. */
async function isReportedTruly({ fixture }: RaceContext, reported: string[][]): Promise<string[]> {
  const rows = await Promise.all(reported.flat().map(fixture.rowOf));
  return rows.flatMap((row, i) =>
    row?.state === "pending" ? [] : [`${reported.flat()[i]} is not invited, but was reported as invited`],
  );
}

testRace(`${invitations} invitations for 10 seats`, {
  seats: 10,
  guards: ["invitation.offered: organization"],
  run: async (race) => {
    const reported = await sent(
      race,
      repeated(invitations, (n) => [{ email: `p${n}@example.com` }]),
    );
    const { free } = await race.fixture.organizationRow();
    return [
      ...(await race.invariants.check()),
      ...(await isReportedTruly(race, reported)),
      ...differs("invited", reported.flat().length, 10),
      ...differs("free", free, 0),
    ];
  },
});

testRace(`${lists} lists of 8 for 10 seats`, {
  seats: 10,
  guards: ["invitation.offered: organization"],
  run: async (race) => {
    const rows = repeated(lists, (list) => repeated(8, (n) => ({ email: `p${list}-${n}@example.com` })));
    const reported = await sent(race, rows);
    return [
      ...(await race.invariants.check()),
      ...(await isReportedTruly(race, reported)),
      ...differs("invited", reported.flat().length, 10),
    ];
  },
});

testRace("16 invitations of one address", {
  guards: ["invitation.offered: address new"],
  run: async (race) => {
    await race.fixture.invite("first@example.com");
    const reported = await sent(
      race,
      repeated(16, () => [{ email: bobs }]),
    );
    return [...(await race.invariants.check()), ...differs("invited", reported.flat().length, 1)];
  },
});

testRace(`${acceptances} acceptances of one invitation`, {
  guards: ["invitation.accepted: address", "invitation.accepted: membership"],
  run: async ({ fixture, actions, invariants, atOnce }) => {
    const bob = await fixture.world.person(bobs);
    await fixture.invite(bobs);
    const link = await actions.linkTo(bobs);
    const answers = await atOnce(...repeated(acceptances, () => () => actions.accept(bob, link)));
    const refused = answers.filter((one) => one === "invitation.used" || one === "member.exists");
    return [...(await invariants.check()), ...differs("refused", refused.length, acceptances - 1)];
  },
});

testRace("accepting, declining and revoking 6 invitations", {
  guards: ["invitation.accepted: address", "invitation.ended: address declined", "invitation.ended: address revoked"],
  run: async ({ fixture, actions, invariants, atOnce }) => {
    const people = await Promise.all(repeated(6, (n) => fixture.world.person(`p${n}@example.com`)));
    for (const { email } of people) await fixture.invite(email);
    const links = await Promise.all(people.map(({ email }) => actions.linkTo(email)));
    const answers = await atOnce(
      ...people.flatMap((person, n) => [
        () => actions.revoke(fixture.ada, person.email),
        () => actions.accept(person, String(links[n])),
        () => actions.decline(person, String(links[n])),
      ]),
    );
    return [...(await invariants.check()), ...differs("done", answers.filter((one) => one === "done").length, 6)];
  },
});

testRace("resending 6 invitations while the old links are accepted", {
  guards: ["invitation.accepted: address", "invitation.offered: address known"],
  run: async ({ fixture, actions, invariants, atOnce }) => {
    const people = await Promise.all(repeated(6, (n) => fixture.world.person(`p${n}@example.com`)));
    for (const { email } of people) await fixture.invite(email);
    const links = await Promise.all(people.map(({ email }) => actions.linkTo(email)));
    fixture.world.clock.pass(600);
    const answers = await atOnce(
      ...people.flatMap((person, n) => [
        () => actions.accept(person, String(links[n])),
        () => actions.resend(fixture.ada, person.email),
      ]),
    );
    return [...(await invariants.check()), ...differs("done", answers.filter((one) => one === "done").length, 6)];
  },
});

testRace("lowering and raising the seats while 12 are invited", {
  seats: 20,
  guards: ["invitation.offered: organization", "organization.granted: organization"],
  run: async ({ fixture, actions, invariants, atOnce }) => {
    const { organization } = fixture;
    const grant = (seats: number) => () =>
      asSystem("operator", () => Grant.grant({ organization, seats })).then(String, String);
    await atOnce(
      ...repeated(12, (n) => () => actions.send(fixture.ada, { email: `p${n}@example.com` })),
      grant(6),
      grant(3),
      grant(40),
    );
    return invariants.check();
  },
});
