import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { differencesIn, exitCodeOf, files, keyFrom, NotRun, reportOf } from "./compare.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("each contract test is compared", () => {
  const found = readdirSync(fileURLToPath(new URL(".", import.meta.url))).filter((name) =>
    /^contract.*[.]test[.]ts$/.test(name),
  );
  expect(found.map((name) => `local/stripe/${name}`).sort()).toEqual([...files].sort());
});

test("only the key of a test mode is used", () => {
  expect(keyFrom({ STRIPE_SECRET_KEY: "sk_test_1" })).toBe("sk_test_1");
  const others = [undefined, "", "sk_live_1", "rk_test_1"];
  expect(others.map((key) => keyFrom({ STRIPE_SECRET_KEY: key }))).toEqual(others.map(() => undefined));
});

test("what fails at Stripe is named with the reason, and a file that does not run is not passed over", () => {
  const failed = "AssertionError: expected 1 to be 2\n    at local/stripe/contract.test.ts:1:1";
  const assertionResults = [
    { fullName: "a price", status: "passed" },
    { fullName: "a refusal", status: "failed", failureMessages: [failed] },
    { fullName: "only the stand-in", status: "pending" },
  ];
  const broken = { name: "contract.test.ts", message: "No network", assertionResults: [] };
  expect(differencesIn({ testResults: [{ name: "one.test.ts", assertionResults }, broken] })).toEqual({
    checked: 2,
    differences: [
      { name: "a refusal", why: "AssertionError: expected 1 to be 2" },
      { name: "contract.test.ts", why: "No network" },
    ],
  });
});

test("a file whose beginning failed is a difference, although its tests are only skipped", () => {
  const assertionResults = [
    { fullName: "a price", status: "skipped" },
    { fullName: "a refusal", status: "skipped" },
  ];
  const failed = { name: "contract.test.ts", message: "Invalid API Key provided", assertionResults };
  expect(differencesIn({ testResults: [failed] })).toEqual({
    checked: 0,
    differences: [{ name: "contract.test.ts", why: "Invalid API Key provided" }],
  });
});

test("only rules that were checked and do not differ are an agreement", () => {
  const difference = { name: "a price", why: "It differs." };
  expect(exitCodeOf({ checked: 2, differences: [] })).toBe(0);
  expect(exitCodeOf({ checked: 2, differences: [difference] })).toBe(1);
  expect(exitCodeOf({ checked: 0, differences: [] })).toBe(3);
  expect(exitCodeOf({ checked: 0, differences: [difference] })).toBe(3);
});

test("tests that do not start, or write no report, are named as such", async () => {
  await expect(reportOf("sk_test_1", "muster-no-such-program")).rejects.toBeInstanceOf(NotRun);
  await expect(reportOf("sk_test_1", "false")).rejects.toBeInstanceOf(NotRun);
});

test("without a key the command says what it needs", () => {
  const { STRIPE_SECRET_KEY: _key, ...env } = process.env;
  const run = () => execFileSync("npx", ["tsx", "local/stripe/run-contract.ts"], { cwd: root, env, encoding: "utf8" });
  expect(run).toThrow(
    expect.objectContaining({ status: 2, stdout: expect.stringContaining("STRIPE_SECRET_KEY=sk_test_") }),
  );
});
