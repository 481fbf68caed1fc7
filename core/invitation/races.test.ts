import { differs } from "@muster/local/testing/books.ts";
import { type Crowd, testRace } from "@muster/local/testing/crowds.ts";
import type { Row } from "@muster/local/testing/deeds.ts";
import { asSystem } from "../kernel/context.ts";
import * as Operator from "../organization/operator.ts";
import * as Offer from "./offer.ts";

const bobs = "bob@example.com";
const repeated = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

/** Each list is sent by the founder, all at once; answers which rows were told that they are invited. */
async function sent({ stage, atOnce }: Crowd, lists: Row[][]): Promise<string[][]> {
  const answers = await atOnce(
    ...lists.map((invitations) => () => stage.as(stage.ada, () => Offer.send({ invitations }))),
  );
  return answers.map(({ items }) => items.filter(({ outcome }) => outcome === "invited").map(({ email }) => email));
}

/** What was told to those who invited, held against the rows. */
async function toldTruly({ stage }: Crowd, told: string[][]): Promise<string[]> {
  const rows = await Promise.all(told.flat().map(stage.rowOf));
  return rows.flatMap((row, i) =>
    row?.state === "pending" ? [] : [`${told.flat()[i]} is not invited, but was said to be`],
  );
}

testRace("256 invitations for 10 seats", {
  seats: 10,
  guards: ["invitation.offered: organization"],
  run: async (crowd) => {
    const told = await sent(
      crowd,
      repeated(256, (n) => [{ email: `p${n}@example.com` }]),
    );
    const { free } = await crowd.stage.home();
    return [
      ...(await crowd.books.look()),
      ...(await toldTruly(crowd, told)),
      ...differs("invited", told.flat().length, 10),
      ...differs("free", free, 0),
    ];
  },
});

testRace("32 lists of 8 for 10 seats", {
  seats: 10,
  guards: ["invitation.offered: organization"],
  run: async (crowd) => {
    const lists = repeated(32, (list) => repeated(8, (n) => ({ email: `p${list}-${n}@example.com` })));
    const told = await sent(crowd, lists);
    return [
      ...(await crowd.books.look()),
      ...(await toldTruly(crowd, told)),
      ...differs("invited", told.flat().length, 10),
    ];
  },
});

testRace("16 invitations of one address", {
  guards: ["invitation.offered: address new"],
  run: async (crowd) => {
    await crowd.stage.invite("first@example.com");
    const told = await sent(
      crowd,
      repeated(16, () => [{ email: bobs }]),
    );
    return [...(await crowd.books.look()), ...differs("invited", told.flat().length, 1)];
  },
});

testRace("64 acceptances of one invitation", {
  guards: ["invitation.accepted: address", "invitation.accepted: membership"],
  run: async ({ stage, deeds, books, atOnce }) => {
    const bob = await stage.world.person(bobs);
    await stage.invite(bobs);
    const link = await deeds.linkTo(bobs);
    const answers = await atOnce(...repeated(64, () => () => deeds.accept(bob, link)));
    const refused = answers.filter((one) => one === "invitation.used" || one === "member.exists");
    return [...(await books.look()), ...differs("refused", refused.length, 63)];
  },
});

testRace("accepting, declining and withdrawing 6 invitations", {
  guards: ["invitation.accepted: address", "invitation.ended: address declined", "invitation.ended: address revoked"],
  run: async ({ stage, deeds, books, atOnce }) => {
    const people = await Promise.all(repeated(6, (n) => stage.world.person(`p${n}@example.com`)));
    for (const { email } of people) await stage.invite(email);
    const links = await Promise.all(people.map(({ email }) => deeds.linkTo(email)));
    const answers = await atOnce(
      ...people.flatMap((person, n) => [
        () => deeds.revoke(stage.ada, person.email),
        () => deeds.accept(person, String(links[n])),
        () => deeds.decline(person, String(links[n])),
      ]),
    );
    return [...(await books.look()), ...differs("done", answers.filter((one) => one === "done").length, 6)];
  },
});

testRace("mailing 6 invitations again while the old links are accepted", {
  guards: ["invitation.accepted: address", "invitation.offered: address known"],
  run: async ({ stage, deeds, books, atOnce }) => {
    const people = await Promise.all(repeated(6, (n) => stage.world.person(`p${n}@example.com`)));
    for (const { email } of people) await stage.invite(email);
    const links = await Promise.all(people.map(({ email }) => deeds.linkTo(email)));
    stage.world.clock.pass(600);
    const answers = await atOnce(
      ...people.flatMap((person, n) => [
        () => deeds.accept(person, String(links[n])),
        () => deeds.resend(stage.ada, person.email),
      ]),
    );
    return [...(await books.look()), ...differs("done", answers.filter((one) => one === "done").length, 6)];
  },
});

testRace("lowering and raising the seats while 12 are invited", {
  seats: 20,
  guards: ["invitation.offered: organization", "organization.granted: organization"],
  run: async ({ stage, deeds, books, atOnce }) => {
    const { organization } = stage;
    const grant = (seats: number) => () =>
      asSystem("operator", () => Operator.grant({ organization, seats })).then(String, String);
    await atOnce(
      ...repeated(12, (n) => () => deeds.send(stage.ada, { email: `p${n}@example.com` })),
      ...[grant(6), grant(3), grant(40)],
    );
    return books.look();
  },
});
