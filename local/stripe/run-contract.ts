import { contractUsage, differencesIn, exitCodeOf, files, keyFrom, NotRun, reportOf } from "./compare.ts";

// The command `npm run stripe:contract`: the contract tests of the stand-in, against Stripe's test mode.

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function compare(key: string): Promise<number> {
  say(`Running ${files.length} files against Stripe's test mode. This takes some minutes.`);
  const found = differencesIn(await reportOf(key));
  for (const { name, why } of found.differences) say(`\n✗ ${name}\n  ${why.replaceAll("\n", "\n  ")}`);
  say(`\n${found.checked} rules checked, ${found.differences.length} differ.`);
  return exitCodeOf(found);
}

const key = keyFrom(process.env);
if (process.argv.includes("--help") || key === undefined) {
  say(contractUsage);
  process.exitCode = process.argv.includes("--help") ? 0 : 2;
} else {
  process.exitCode = await compare(key).catch((error: unknown) => {
    if (!(error instanceof NotRun)) throw error;
    say(`${error.message} Run \`npm ci\`, and read what is written above.`);
    return 3;
  });
}
