import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { type Check, smoke } from "./smoke-checks.ts";
import { signInAndOut } from "./smoke-sign-in.ts";

const usage =
  "npm run smoke -- --url https://… [--api https://….execute-api.….amazonaws.com] [--email you@example.org]";

const { values } = parseArgs({
  options: { url: { type: "string" }, api: { type: "string" }, email: { type: "string" } },
});
if (!values.url?.startsWith("https://")) {
  process.stderr.write(`A deployed stage has an https address: ${usage}\n`);
  process.exit(2);
}
const url = values.url.replace(/\/$/, "");

const checks = await smoke({ url, ...(values.api && { apiUrl: values.api.replace(/\/$/, "") }) });
if (values.email) {
  checks.push(...(await signInAndOut(url, values.email, askForCode)));
}
checks.forEach(report);
for (const [name, given] of Object.entries({ api: values.api, email: values.email })) {
  if (!given) {
    process.stdout.write(`-  not checked without --${name}\n`);
  }
}
process.exitCode = checks.some(({ wrong }) => wrong.length > 0) ? 1 : 0;

async function askForCode(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const code = await terminal.question("The code from the email: ");
  terminal.close();
  return code;
}

function report({ name, wrong }: Check): void {
  process.stdout.write(`${wrong.length === 0 ? "ok" : "NO"} ${name}\n`);
  for (const sentence of wrong) {
    process.stdout.write(`   ${sentence}\n`);
  }
}
