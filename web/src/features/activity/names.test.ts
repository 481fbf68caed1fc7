import { expect, test } from "vitest";
import { missingIn, type Names, namesFor, readPeople } from "./names.ts";

const names = { me: "acc_me" } as Names;

test("what I do to me is done to myself, and what others do to me is not", () => {
  expect(namesFor({ actor: "acc_me" }, names).isMine).toBe(true);
  expect(namesFor({ actor: "acc_other" }, names).isMine).toBeUndefined();
  expect(names.isMine).toBeUndefined();
});

const [ada, grace] = ["acc_ada", "acc_grace"];
const invitation = "inv_grace";
const joined = { type: "invitation.accepted", actor: grace, data: { account: grace, invitation, by: ada } };
const removed = { type: "member.removed", actor: ada, data: { account: grace, invitation } };
const back = { type: "member.reinstated", actor: ada, data: { account: grace, invitation } };

test("somebody who joined is a member, and the invitation is theirs", () => {
  const { present, gone, accountOf } = readPeople([joined]);
  expect([present, [...gone], accountOf.get(invitation)]).toEqual([[grace, ada], [], grace]);
});

test("the newest event decides who has left", () => {
  expect([...readPeople([removed, joined]).gone]).toEqual([grace]);
  expect([...readPeople([back, removed, joined]).gone]).toEqual([]);
  expect(readPeople([removed, joined]).present).toEqual([ada]);
});

test("a job has no name", () => {
  expect(readPeople([{ type: "invitation.ended", actor: "system#expire", data: {} }]).present).toEqual([]);
});

test("somebody who declined is not looked up as a member", () => {
  const declined = { type: "invitation.ended", actor: grace, data: { state: "declined", by: ada } };
  expect(readPeople([declined]).present).toEqual([]);
});

test("a single person who was added to a team is named, several are not", () => {
  const placed = (...accounts: string[]) => ({ type: "team.joined", actor: ada, data: { accounts } });
  expect(readPeople([placed(grace)]).present).toEqual([ada, grace]);
  expect(readPeople([placed(grace, "acc_bob")]).present).toEqual([ada]);
});

test("a departure is of a former member, unless it is of a device that was revoked", () => {
  const departed = (reason: string) => ({
    type: "departure.recorded",
    actor: "system#work",
    data: { account: grace, reason },
  });
  expect([...readPeople([departed("removed")]).gone]).toEqual([grace]);
  expect(readPeople([departed("revoked")]).present).toEqual([grace]);
});

test("an answer that leaves out an account says that it is no member; an answer about other accounts does not", () => {
  const data = [{ account: ada }];
  expect([...missingIn({ data, isPlaceholderData: false }, [ada, grace])]).toEqual([grace]);
  expect([...missingIn({ data, isPlaceholderData: true }, [ada, grace])]).toEqual([]);
  expect([...missingIn({ data: undefined, isPlaceholderData: false }, [ada, grace])]).toEqual([]);
});
