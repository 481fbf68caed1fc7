import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { memberPut } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../../base/duration.ts";
import type { Role } from "../../base/role.ts";
import { provide, use } from "../../kernel/context.ts";
import { kernelKeys } from "../../kernel/keys.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { memberKeys } from "../../member/keys.ts";
import * as Limits from "../../rate/limits.ts";
import { remove } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { requestDays } from "../limits.ts";
import * as Seats from "../seats.ts";
import { approveSeatRequest } from "./approve.ts";
import { reactions } from "./react.ts";
import * as Requests from "./requests.ts";

let billing: BillingWorld;
let acme: Customer;
let bob: Person;
let carol: Person;

eachAcme(async (opened) => {
  ({ billing, acme } = opened);
  bob = await join("bob@example.com", "write");
  carol = await join("carol@example.com", "admin");
}, 4);

async function join(email: string, role: Role): Promise<Person> {
  const person = await billing.world.person(email);
  const [name = ""] = email.split("@");
  await billing.world.table.write(memberPut(acme.organization, person.account, { role, name, email }));
  return person;
}

const as = <T>(person: Person, role: Role, run: () => Promise<T>) =>
  billing.world.as(person, run, { id: acme.organization, role });
const asBob = <T>(run: () => Promise<T>) => as(bob, "write", run);
const asCarol = <T>(run: () => Promise<T>) => as(carol, "admin", run);
const request = (seats = 2) => asBob(() => Requests.requestSeats({ seats, note: "For support.\nFrom May on." }));
const own = async () => (await asBob(() => Requests.getSeatRequest({}))).request;
const listed = async () => (await asCarol(() => Requests.listSeatRequests({}))).items;
const quoteFor = async (seats: number) => (await asCarol(() => Seats.preview({ seats }))).quote;
const approve = (requestedAt: string, quote: string, by = asCarol) =>
  resultOf(by(() => approveSeatRequest({ account: bob.account, requestedAt, quote })));
const decline = (requestedAt: string) =>
  resultOf(
    asCarol(() => Requests.declineSeatRequest({ account: bob.account, requestedAt, reason: "Not this month." })),
  );
const revoke = () => resultOf(asBob(() => Requests.revokeSeatRequest({})));
/** From now on, Stripe changes no seats. */
const failChanges = (error: StripeError) =>
  billing.world.rebind({ stripe: { ...billing.port, changeSeats: () => Promise.reject(error) } });
const quantity = async () => (await acme.subscriptions())[0]?.items.data[0]?.quantity;
const invoices = async () => (await acme.invoices()).length;
const typesOf = async () => (await acme.events()).map(({ type }) => type);

describe("a request for seats", () => {
  test("is seen by those who can buy, with its author and what it is for, until it is decided", async () => {
    const { requestedAt } = await request();
    expect(await listed()).toMatchObject([
      { account: bob.account, name: "bob", seats: 2, note: "For support.\nFrom May on.", state: "open", requestedAt },
    ]);
    expect(await decline(requestedAt)).toBe("done");
    expect(await listed()).toEqual([]);
    expect(await own()).toMatchObject({ state: "declined", by: "carol", reason: "Not this month." });
    expect(await typesOf()).toEqual(
      expect.arrayContaining(["billing.seats_requested", "billing.seat_request_declined"]),
    );
  });

  test("is one at a time, and another one once it is revoked", async () => {
    await request(2);
    expect(await resultOf(request(3))).toBe("billing.seats_requested");
    expect(await revoke()).toBe("done");
    expect(await revoke()).toBe("billing.request_decided");
    await request(3);
    expect(await listed()).toMatchObject([{ seats: 3 }]);
  });

  test("expires, and then neither is approved nor declined nor revoked, and another one is made", async () => {
    const { requestedAt } = await request();
    billing.world.clock.pass(requestDays * daySeconds);
    expect(await listed()).toEqual([]);
    expect(await own()).toMatchObject({ state: "expired" });
    expect(await approve(requestedAt, await quoteFor(6))).toBe("billing.request_decided");
    expect(await decline(requestedAt)).toBe("billing.request_decided");
    expect(await revoke()).toBe("billing.request_decided");
    expect(await quantity()).toBe(4);
    await request(3);
    expect(await listed()).toHaveLength(1);
  });

  test("cannot be made too often", async () => {
    for (let made = 0; made < Limits.seatRequests.windows[0].quota; made++) {
      await request();
      await revoke();
    }
    expect(await resultOf(request())).toBe("rate.limited");
  });

  test("of somebody who has left is neither shown nor approved", async () => {
    const { requestedAt } = await request();
    await billing.world.table.write(remove(memberKeys.member(acme.organization, bob.account)));
    expect(await listed()).toEqual([]);
    expect(await approve(requestedAt, await quoteFor(6))).toBe("member.missing");
    expect(await quantity()).toBe(4);
  });

  test("comes in pages", async () => {
    const people = Array.from({ length: 120 }, (_, i) => i);
    for (const i of people) {
      const person = await join(`person-${i}@example.com`, "read");
      await as(person, "read", () => Requests.requestSeats({ seats: 1, note: `For ${i}.` }));
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await asCarol(() => Requests.listSeatRequests(cursor === undefined ? {} : { cursor }));
      seen.push(...page.items.map(({ note }) => note));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
  });
});

describe("an approval", () => {
  test("buys the seats at the price of its quote, and tells its author", async () => {
    const { requestedAt } = await request();
    billing.world.clock.pass(10 * daySeconds);
    const { quote, dueNow } = await asCarol(() => Seats.preview({ seats: 6 }));
    expect(await approve(requestedAt, quote)).toBe("done");
    expect(await quantity()).toBe(6);
    expect(await own()).toMatchObject({ state: "approved", by: "carol" });
    expect((await acme.events()).find(({ type }) => type === "billing.resized")?.data).toMatchObject({
      by: carol.account,
      charged: { amount: dueNow },
    });
    const approved = (await acme.events()).find(({ type }) => type === "billing.seat_request_approved");
    expect(approved?.data).toMatchObject({ account: bob.account, by: carol.account, seats: 2 });
    billing.world.clock.pass(requestDays * daySeconds);
    expect(await own()).toMatchObject({ state: "approved" });
  });

  test("charges once when two approve at once, and again", async () => {
    const { requestedAt } = await request();
    const before = await invoices();
    const quote = await quoteFor(6);
    const byOwner = <T>(run: () => Promise<T>) => acme.as(run);
    const results = await Promise.all([
      approve(requestedAt, quote),
      approve(requestedAt, quote),
      approve(requestedAt, quote, byOwner),
    ]);
    expect(results.filter((result) => result === "done")).toHaveLength(1);
    expect(await quantity()).toBe(6);
    expect(await approve(requestedAt, await quoteFor(8))).toBe("billing.request_decided");
    expect(await quantity()).toBe(6);
    expect(await invoices()).toBe(before + 1);
  });

  test("is refused for another number than is requested, and for a later request", async () => {
    const { requestedAt } = await request();
    expect(await approve(requestedAt, await quoteFor(7))).toBe("billing.price_changed");
    billing.world.clock.pass(1);
    await revoke();
    await request();
    expect(await approve(requestedAt, await quoteFor(6))).toBe("billing.request_decided");
    expect(await decline(requestedAt)).toBe("billing.request_decided");
    expect(await quantity()).toBe(4);
    expect(await listed()).toHaveLength(1);
  });

  test("that Stripe declines leaves the request open", async () => {
    const { requestedAt } = await request();
    const quote = await quoteFor(6);
    failChanges(new StripeError("refused", "No.", {}));
    expect(await approve(requestedAt, quote)).toBe("billing.refused");
    billing.world.rebind({ stripe: billing.port });
    expect(await own()).toMatchObject({ state: "open" });
    expect(await own()).not.toHaveProperty("by");
    expect(await quantity()).toBe(4);
    expect(await approve(requestedAt, await quoteFor(6))).toBe("done");
    expect(await quantity()).toBe(6);
  });

  test("whose call is lost holds the request until reconciliation completes it", async () => {
    const { requestedAt } = await request();
    const quote = await quoteFor(6);
    failChanges(new StripeError("lost", "Cut off.", {}));
    expect(await approve(requestedAt, quote)).toBe("done");
    billing.world.rebind({ stripe: billing.port });
    expect(await listed()).toMatchObject([{ state: "paying", by: "carol" }]);
    expect(await revoke()).toBe("billing.request_decided");
    expect(await decline(requestedAt)).toBe("billing.request_decided");
    expect(await resultOf(request())).toBe("billing.seats_requested");
    await acme.reconcile();
    expect(await own()).toMatchObject({ state: "approved" });
    expect(await quantity()).toBe(6);
  });

  test("which is repeated with its key is told how it ended, also without its author", async () => {
    const { requestedAt } = await request();
    const quote = await quoteFor(6);
    const begun = { key: kernelKeys.request(carol.account, "one"), fingerprint: "f", isBegun: true };
    const again = () =>
      approve(requestedAt, quote, (run) => asCarol(() => provide({ ...use(), idempotency: { ...begun } }, run)));
    failChanges(new StripeError("refused", "No.", {}));
    expect(await approve(requestedAt, quote)).toBe("billing.refused");
    expect(await again()).toBe("billing.refused");
    billing.world.rebind({ stripe: billing.port });
    expect(await approve(requestedAt, await quoteFor(6))).toBe("done");
    await billing.world.table.write(remove(billingKeys.seatRequest(acme.organization, bob.account)));
    expect(await again()).toBe("done");
    expect(await quantity()).toBe(6);
  });

  test("leaves nothing of a request whose author leaves between the last read and the write", async () => {
    const { requestedAt } = await request();
    const quote = await quoteFor(6);
    const { table, overtake } = openInterleaving(billing.world.table);
    billing.world.rebind({ table });
    const key = billingKeys.seatRequest(acme.organization, bob.account);
    await overtake(
      () => approve(requestedAt, quote),
      () => table.write(remove(key)),
      (steps) =>
        steps.some((step) => step.do === "update" && "set" in step.change && step.change.set?.["state"] === "approved"),
    );
    expect(await billing.world.table.get(key)).toBeUndefined();
    await acme.reconcile();
    expect(await quantity()).toBe(6);
    expect((await acme.row())?.op).toBeUndefined();
  });

  test("completes although its author has left while it was paid", async () => {
    const { requestedAt } = await request();
    const quote = await quoteFor(6);
    const changeSeats: typeof billing.port.changeSeats = async (...change) => {
      await billing.world.table.write(remove(billingKeys.seatRequest(acme.organization, bob.account)));
      return billing.port.changeSeats(...change);
    };
    billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
    expect(await approve(requestedAt, quote)).toBe("done");
    expect(await quantity()).toBe(6);
    expect((await acme.row())?.op).toBeUndefined();
  });
});

describe("a member who leaves", () => {
  test("requests nothing with a request that was under way", async () => {
    await billing.world.table.write(remove(memberKeys.member(acme.organization, bob.account)));
    expect(await resultOf(request())).toBe("member.missing");
    expect(await billing.world.table.get(billingKeys.seatRequest(acme.organization, bob.account))).toBeUndefined();
  });

  const left = (at: string) =>
    Promise.all(
      reactions.map(({ run }) => run({ account: bob.account } as never, { owner: acme.organization, at } as never)),
    );

  test("leaves no request behind, and a request that they make as a member again stays", async () => {
    const { requestedAt } = await request();
    await left(requestedAt);
    await left(requestedAt);
    expect(await own()).toBeUndefined();
    billing.world.clock.pass(1);
    await request();
    await left(requestedAt);
    expect(await own()).toMatchObject({ state: "open" });
  });
});
