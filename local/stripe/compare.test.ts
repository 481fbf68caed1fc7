import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { differencesIn, files, keyFrom } from "./compare.ts";

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

test("without a key the command says what it needs", () => {
  const { STRIPE_SECRET_KEY: _key, ...env } = process.env;
  const run = () => execFileSync("npx", ["tsx", "local/stripe-contract.ts"], { cwd: root, env, encoding: "utf8" });
  expect(run).toThrow(
    expect.objectContaining({ status: 2, stdout: expect.stringContaining("STRIPE_SECRET_KEY=sk_test_") }),
  );
});
