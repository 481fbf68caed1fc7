import type { Announcement } from "@muster/core/audit/audit.ts";
import * as ID from "@muster/core/base/id.ts";
import { on } from "@muster/core/kernel/reaction.ts";
import { OrganizationCreated } from "@muster/core/organization/events.ts";
import { expect, test } from "vitest";
import { reacts } from "./reacting.ts";
import { react } from "./reactions.ts";

const announcement: Announcement = {
  owner: ID.derive("organization", "acme"),
  seq: 1,
  event: ID.derive("event", "founded"),
  type: "organization.created",
};

function reaction(type: string, error?: Error) {
  const received: Announcement[] = [];
  return {
    received,
    reactions: on({ ...OrganizationCreated, type } as typeof OrganizationCreated, () => undefined),
    react: async (event: Announcement) => {
      received.push(event);
      if (error) throw error;
    },
  };
}

test("an event reaches every module that subscribes to it, and no other", async () => {
  const [one, two, other] = [reaction(announcement.type), reaction(announcement.type), reaction("member.left")];
  await react(announcement, [one, two, other]);
  expect([one.received, two.received, other.received]).toEqual([[announcement], [announcement], []]);
});

test("a reaction that fails does not prevent the others, and the event is delivered again", async () => {
  const [failing, well] = [reaction(announcement.type, new Error("Not now.")), reaction(announcement.type)];
  await expect(react(announcement, [failing, well])).rejects.toThrow("Not now.");
  expect(well.received).toEqual([announcement]);
});

test("a new organization has reactions, and so have invitations, departures and Stripe's contact; a new team has none", () => {
  const received = ["organization.created", "invitation.created", "invitation.resent", "member.removed", "member.left"];
  received.push("organization.renamed", "setting.saved", "billing.checkout_started");
  expect(received.filter((type) => !reacts(type))).toEqual([]);
  expect(reacts("team.created")).toBe(false);
});
