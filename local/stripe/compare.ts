import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// Compares the stand-in with Stripe's test mode: each contract test that fails there is a difference.

const root = fileURLToPath(new URL("../..", import.meta.url));

/** They speak only through the library. What holds for the stand-in alone is skipped there. */
export const files = [
  "local/stripe/contract.test.ts",
  "local/stripe/contract-bounds.test.ts",
  "local/stripe/contract-credit.test.ts",
  "local/stripe/contract-currency.test.ts",
  "local/stripe/contract-dispute.test.ts",
  "local/stripe/contract-end.test.ts",
  "local/stripe/contract-invoice.test.ts",
  "local/stripe/contract-limits.test.ts",
  "local/stripe/contract-proration.test.ts",
  "local/stripe/contract-subscription.test.ts",
] as const;

export const contractUsage = `Runs the contract tests of the stand-in against Stripe's test mode, and prints where they differ.

  STRIPE_SECRET_KEY=sk_test_… npm run stripe:contract

It needs the secret key of a test mode or a sandbox. It creates customers with test clocks, products, prices and coupons
there, and deletes the clocks with their customers afterwards. It ends with 1 if anything differs, with 2 without a key,
and with 3 if nothing could be compared.`;

/** The part of vitest's report that matters here. */
export type Report = {
  testResults: {
    name: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
};

export type Difference = { name: string; why: string };

/** The tests could not be run at all. */
export class NotRun extends Error {
  override name = "NotRun";
}

// Functions

/** Returns the key of a test mode: a live one is never used. */
export function keyFrom({ STRIPE_SECRET_KEY: key }: Record<string, string | undefined>): string | undefined {
  // threat: the contract tests run with a live key of Stripe
  return key?.startsWith("sk_test_") ? key : undefined;
}

/**
 * Runs the contract tests at Stripe.
 * @param program what starts them
 * @throws NotRun if they do not start, or write no report
 */
export async function reportOf(key: string, program = "npx"): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "muster-contract-"));
  const report = join(folder, "report.json");
  try {
    const command = ["vitest", "run", "--reporter=json", `--outputFile=${report}`, ...files];
    const child = spawn(program, command, {
      cwd: root,
      env: { ...process.env, STRIPE_SECRET_KEY: key },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
    return JSON.parse(readFileSync(report, "utf8")) as Report;
  } catch (cause) {
    throw new NotRun("The contract tests did not run.", { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not be run is a difference too, also where its tests are skipped because its beginning failed. */
export function differencesIn({ testResults }: Report): { differences: Difference[]; checked: number } {
  const differences: Difference[] = [];
  let checked = 0;
  for (const { name: file, message = "", assertionResults } of testResults) {
    // threat: a comparison with Stripe that did not run is an agreement
    const isRun = assertionResults.length > 0 && message === "";
    // threat: a contract test that could not be run at Stripe counts as agreement
    if (!isRun) differences.push({ name: file, why: message || "It could not be run." });
    for (const { fullName, status, failureMessages = [] } of assertionResults) {
      if (status === "passed" || status === "failed") checked += 1;
      const [why = ""] = failureMessages.join("\n").split("\n    at ");
      if (status === "failed") differences.push({ name: fullName, why });
    }
  }
  return { differences, checked };
}

/** Returns the exit code: without a rule that was checked, there is no agreement. */
export function exitCodeOf({ differences, checked }: ReturnType<typeof differencesIn>): number {
  // threat: a comparison with Stripe that checked nothing is an agreement
  if (checked === 0) return 3;
  return differences.length > 0 ? 1 : 0;
}
