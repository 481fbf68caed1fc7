import { expect, test } from "vitest";
import { ApiError } from "#lib/failure.ts";
import { reauthenticated } from "./use-reauthentication.ts";

const tooOld = new ApiError("actor.reauthentication_required", "Confirm it’s you.");
const confirmed = { require: (act: () => void) => act() };
const canceled = { require: (_: () => void, cancel?: () => void) => cancel?.() };

/** Answers these, one after another. */
function answering(...answers: (string | Error)[]) {
  return async () => {
    const answer = answers.shift();
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  };
}

test("a request that requires a confirmation is made again after it, and fails where that is canceled", async () => {
  expect(await reauthenticated(confirmed, answering("saved"))).toBe("saved");
  expect(await reauthenticated(confirmed, answering(tooOld, "saved"))).toBe("saved");
  await expect(reauthenticated(confirmed, answering(tooOld, new Error("broken")))).rejects.toThrow("broken");
  await expect(reauthenticated(canceled, answering(tooOld, "saved"))).rejects.toBe(tooOld);
  await expect(reauthenticated(confirmed, answering(new Error("broken"), "saved"))).rejects.toThrow("broken");
});
