import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main, version } from "./agent.ts";
import { commands, usageOf } from "./help.ts";
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

describe("the command line", () => {
  const said = { out: "", errors: "" };
  beforeEach(() => {
    Object.assign(said, { out: "", errors: "" });
    vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((said.out += String(text))));
    vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((said.errors += String(text))));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const names = Object.keys(commands) as (keyof typeof commands)[];

  test("explains everything, and each command with examples and exit codes", async () => {
    expect(await main(["--help"])).toBe(0);
    for (const name of names) expect(said.out).toContain(commands[name].about);
    for (const name of names) {
      for (const argv of [
        [name, "--help"],
        ["help", name],
        ["-h", name],
      ]) {
        Object.assign(said, { out: "" });
        expect(await main(argv)).toBe(0);
        expect(said.out).toBe(usageOf(name));
      }
      expect(said.out).toMatch(/Examples:\n {2}muster-agent[\s\S]*Exit codes:\n {2}0: done\n {2}1: /);
    }
    expect(said.errors).toBe("");
  });

  test("prints its version", async () => {
    expect(await main(["--version"])).toBe(0);
    expect(said.out).toBe(`${version}\n`);
  });

  test.each([
    [[], /^Usage: muster-agent COMMAND/],
    [["lnk"], /^There is no command lnk\.\n\nUsage: muster-agent COMMAND/],
    [["link"], /^link needs an argument: SERVER\n\nUsage: muster-agent link SERVER/],
    [["status", "now"], /^Unexpected argument: now\n\nUsage: muster-agent status/],
    [["why", "a", "b"], /^Unexpected argument: b\n\nUsage: muster-agent why KEY/],
    [["run", "--fast"], /^Unknown option '--fast'[\s\S]*Usage: muster-agent run/],
    [["help", "me"], /^There is no command me\./],
  ])("says what is wrong with %j, and exits with 2", async (argv, expected) => {
    expect(await main(argv)).toBe(2);
    expect(said).toEqual({ out: "", errors: expect.stringMatching(expected) });
  });
});
