import { without } from "@muster/local/testing/faults/guards.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { histories, runHistory, type Step } from "./history.testing.ts";

describe("whatever happens in an organization", () => {
  test("its counters, rows, lists and log agree, and nobody has a higher role than the person who admitted them", async () => {
    const property = fc.asyncProperty(histories, async (history) => {
      expect(await runHistory(history)).toEqual([]);
    });
    await fc.assert(property, { numRuns: depth(2, 300) });
  });

  test("they agree with conflicts and lost answers", async () => {
    const plan = { conflicts: 0.3, lostAnswers: 0.3 };
    const property = fc.asyncProperty(histories, async (history) => {
      expect(await runHistory(history, { plan })).toEqual([]);
    });
    await fc.assert(property, { numRuns: depth(1, 60) });
  });
});

describe("a history with an interleaving", () => {
  const invited: Step = { first: { do: "send", by: 0, rows: [{ who: 1, role: "owner" }] } };
  const joined: Step = { first: { do: "accept", who: 0, back: 0 } };
  const formed: Step = { first: { do: "createTeam", by: 0, name: "Red" } };
  const histories: Record<string, Step[]> = {
    "invitation.accepted: address": [
      invited,
      {
        first: { do: "accept", who: 0, back: 0 },
        second: { do: "revoke", by: 0, who: 0 },
        overtakes: true,
      },
    ],
    "invitation.offered: address known": [
      invited,
      {
        first: { do: "resend", by: 0, who: 0 },
        second: { do: "changeInvitedRole", by: 0, who: 0, role: "read" },
        overtakes: true,
      },
    ],
    "member.left: organization": [
      invited,
      joined,
      { first: { do: "leave", who: 0 }, second: { do: "leave", who: 1 }, overtakes: true },
    ],
    "member.transferred: membership of the new owner": [
      { first: { do: "send", by: 0, rows: [{ who: 1, role: "read" }] } },
      joined,
      { first: { do: "transfer", by: 0, who: 1 }, second: { do: "leave", who: 1 }, overtakes: true },
    ],
    "team.created: name": [
      {
        first: { do: "createTeam", by: 0, name: "Red" },
        second: { do: "createTeam", by: 0, name: "red" },
        overtakes: true,
      },
    ],
    "team.joined: membership": [
      formed,
      {
        first: { do: "addToTeam", by: 0, team: 0, people: [0] },
        second: { do: "addToTeam", by: 0, team: 0, people: [0] },
        overtakes: true,
      },
    ],
    "member.removed: membership": [
      invited,
      joined,
      formed,
      {
        first: { do: "remove", by: 0, who: 1 },
        second: { do: "addToTeam", by: 0, team: 0, people: [1] },
        overtakes: true,
      },
    ],
  };

  test.each(Object.entries(histories))("is consistent, and would not be without %s", async (guard, history) => {
    expect(await runHistory(history)).toEqual([]);
    expect(await runHistory(history, { table: without(guard) })).not.toEqual([]);
  });
});
