import { organizationEvents } from "@muster/core/audit/catalog.ts";
import { endings } from "@muster/core/import/shape.ts";
import { ended } from "@muster/core/invitation/shape.ts";
import { expect, test } from "vitest";
import { describe } from "./event-text.tsx";

const iconOf = (type: string, data: object = {}) => describe({ type, data } as Parameters<typeof describe>[0]).icon;
const withoutText = iconOf("event.unheard_of");

test("every event of an organization has a sentence in its activity, and so has each way to end", () => {
  const states: Record<string, readonly string[]> = {
    "invitation.ended": [...ended, "unknown"],
    "import.ended": [...endings, "unknown"],
  };
  const all = organizationEvents.flatMap(({ type }) => (states[type] ?? [""]).map((state) => ({ type, state })));
  const missing = all.filter(({ type, state }) => iconOf(type, { state }) === withoutText);
  expect(missing, "Write its sentence in web/src/features/organization/event-text.tsx or beside it.").toEqual([]);
});

test("an event that the server could not read, or that this page does not know, is shown by its type", () => {
  expect([iconOf("unknown"), iconOf("invitation.ended", { state: "unheard_of" })]).toEqual([withoutText, withoutText]);
});
