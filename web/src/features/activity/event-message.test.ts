import { organizationEvents } from "@muster/core/catalog/events.ts";
import { subjectOf } from "@muster/core/catalog/subjects.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { groupEvents, groupKey, messageOf, togetherOf } from "./event-message.ts";

const said = (type: string, data: object = {}) => messageOf({ type, actor: "acc_ada", data });

test("an event says its line, with the icon of its state, and whose name it begins with", () => {
  const ended = { invitations: ["inv_1"], state: "declined" };
  expect(said("invitation.ended", ended)).toEqual({
    icon: "UserMinus",
    who: [{ invited: ["inv_1"] }],
    line: ["declined the invitation"],
  });
  expect(said("invitation.ended", { ...ended, state: "expired" })).toMatchObject({ icon: "Clock", who: undefined });
});

test("an event that the server could not read, or that this page does not know, says nothing", () => {
  expect(said("unknown")).toBeUndefined();
  expect(said("toString")).toBeUndefined();
  expect(said("invitation.ended", { invitations: ["inv_1"], state: "unheard_of" })).toBeUndefined();
  expect(said("import.ended", { import: "imp_1", state: "unheard_of" })).toBeUndefined();
});

const at = (minutes: number) => new Date(Date.parse("2026-11-24T09:00:00Z") - minutes * 60_000).toISOString();
const event = (type: string, actor = "acc_ada", minutes = 0, data: object = {}) => ({
  type,
  actor,
  at: at(minutes),
  data,
});
const sizes = (events: ReturnType<typeof event>[], keyOf: (one: (typeof events)[number]) => string | undefined) =>
  groupEvents(events, keyOf).map((group) => group.events.length);
const same = () => "same";

test("neighbors with one key are one group, in their order", () => {
  const events = [event("member.removed"), event("member.removed"), event("team.created"), event("member.removed")];
  const groups = groupEvents(events, ({ type }) => type);
  expect(groups.map((group) => group.events.length)).toEqual([2, 1, 1]);
  expect(groups.flatMap((group) => group.events)).toEqual(events);
});

test("a group never has two actors or two subjects, or more than a day, whatever the key says", () => {
  expect(sizes([event("member.removed"), event("member.removed", "acc_grace")], same)).toEqual([1, 1]);
  expect(sizes([event("member.removed"), event("team.created")], same)).toEqual([1, 1]);
  expect(sizes([event("member.removed"), event("invitation.created")], same)).toEqual([2]);
  const spread = [0, 700, 1_440, 1_441].map((minutes) => event("member.removed", "acc_ada", minutes));
  expect(sizes(spread, same)).toEqual([3, 1]);
});

test("what has no key stands alone, and so does what nobody knows", () => {
  expect(sizes([event("moon.landed"), event("moon.landed")], groupKey)).toEqual([1, 1]);
  expect(sizes([event("unknown"), event("unknown")], groupKey)).toEqual([1, 1]);
});

test("for any log, groups keep every event once and in order, and a filter divides none", () => {
  const types = [...organizationEvents.map(({ type }) => type), "moon.landed"];
  const any = fc.record({
    type: fc.constantFrom(...types),
    actor: fc.constantFrom("acc_ada", "acc_grace", "system#clock"),
    at: fc.integer({ min: 0, max: 5_000 }).map(at),
    data: fc.constant({}),
  });
  fc.assert(
    fc.property(fc.array(any), (events) => {
      const groups = groupEvents(events, ({ type }) => subjectOf(type));
      expect(groups.flatMap((group) => group.events)).toEqual(events);
      for (const { events: together } of groups) {
        expect(new Set(together.map(({ actor }) => actor)).size).toBe(1);
        expect(new Set(together.map(({ type }) => subjectOf(type))).size).toBe(1);
      }
    }),
    { numRuns: depth(200, 20_000) },
  );
});

test.each([
  ["invitation.ended", { state: "expired" }, { state: "revoked" }],
  ["invitation.created", {}, { import: "imp_1" }],
  ["team.joined", { accounts: ["acc_ada"] }, { accounts: ["acc_grace"] }],
  ["import.ended", { state: "done" }, { state: "failed" }],
  ["device.revoked", { reason: "revoked" }, { reason: "token_reused" }],
])("%s is grouped only with what the same words say", (type, one, other) => {
  expect(sizes([event(type, "acc_ada", 0, one), event(type, "acc_ada", 0, one)], groupKey)).toEqual([2]);
  expect(sizes([event(type, "acc_ada", 0, one), event(type, "acc_ada", 0, other)], groupKey)).toEqual([1, 1]);
});

test("who declines an invitation is named, each alone", () => {
  const declined = event("invitation.ended", "acc_ada", 0, { state: "declined" });
  expect(sizes([declined, declined], groupKey)).toEqual([1, 1]);
});

test("a sentence counts things, not events: what was changed twice counts once", () => {
  const saved = (section: string, ...fields: string[]) =>
    event("setting.saved", "acc_ada", 0, { section, fields, revision: 1 });
  const say = (...events: Parameters<typeof togetherOf>[0]) => togetherOf(events);
  expect(say(saved("features", "a", "b"), saved("features", "b", "c"))).toEqual([
    "changed ",
    "3 settings",
    " under Features",
  ]);
  expect(say(saved("features", "a"), saved("models", "a"))).toEqual(["changed ", "2 settings"]);
  const edited = (update: string) => event("update.edited", "acc_ada", 0, { update });
  expect(say(edited("upd_1"), edited("upd_1"), edited("upd_2"))).toEqual(["edited ", "2 updates"]);
  expect(say(event("moon.landed"), event("moon.landed"))).toBeUndefined();
});
