import { contractUsage, differencesIn, files, keyFrom, reportOf } from "./stripe/compare.ts";

// The command `npm run stripe:contract`: the contract tests of the stand-in, against Stripe's test mode.

const say = (text: string) => void process.stdout.write(`${text}\n`);

const key = keyFrom(process.env);
if (process.argv.includes("--help") || key === undefined) {
  say(contractUsage);
  process.exitCode = process.argv.includes("--help") ? 0 : 2;
} else {
  say(`Running ${files.length} files against Stripe's test mode. This takes some minutes.`);
  const { differences, checked } = differencesIn(await reportOf(key));
  for (const { name, why } of differences) say(`\n✗ ${name}\n  ${why.replaceAll("\n", "\n  ")}`);
  say(`\n${checked} rules checked, ${differences.length} differ.`);
  process.exitCode = differences.length > 0 ? 1 : 0;
}
