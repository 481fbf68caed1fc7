import { expect, test } from "vitest";
import { settingsLine, statusLines } from "./text.ts";

test("a device whose wave has not begun says what it waits for", () => {
  expect(settingsLine({ mode: "current", revision: 5 })).toBe("current, revision 5");
  const waiting = { mode: "current" as const, revision: 5, heldBack: 4 };
  expect(settingsLine(waiting)).toBe("current, revision 5, without revision 4: waiting for its rollout");
  expect(settingsLine({ mode: "missing" })).toBe("missing");
  const organization = { id: "org_1", name: "Acme" };
  const all = { server: "https://muster.example", device: "dev_1", account: "acc_1", pendingReceipts: 0, organization };
  expect(statusLines({ ...all, ...waiting }).join("\n")).toContain("without revision 4, whose rollout has not come");
  expect(statusLines({ ...all, mode: "current", revision: 5 }).join("\n")).not.toContain("without");
});
