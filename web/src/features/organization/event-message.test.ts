import { expect, test } from "vitest";
import { messageOf } from "./event-message.ts";

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
