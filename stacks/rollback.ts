import { parseArgs } from "node:util";
import { readStageConfig } from "./config.ts";
import { rollBack } from "./rollback-steps.ts";

const { values } = parseArgs({ options: { stage: { type: "string" }, to: { type: "string" } } });
const { stage, to } = values;

if (stage) await run(stage);
else fail("Name the stage: npm run rollback -- --stage prod [--to v1.1.0]", 2);

async function run(name: string): Promise<void> {
  try {
    const move = await rollBack(name, readStageConfig(name).region, to);
    process.stdout.write(`${name}: ${move.from} → ${move.to}, the functions and the pages.

Not undone:
${move.stay.map((each) => `- ${each} is new since, and stays.\n`).join("")}- rows that ${move.from} wrote. What ${move.to} does not know is shown as Unknown (docs/operating.md).
- settings, secrets, and roles that were changed since, emails that were sent, and what Stripe was told.
- the resources of the stacks, such as queues, permissions, alarms, routes, schedules, and the table's schema.
- clients and agents on devices. ${move.to} may refuse what a newer one sends.

CloudFormation does not know of this. The next release moves forward again; to return to one that was deployed:
npm run rollback -- --stage ${name} --to RELEASE
`);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), 1);
  }
}

function fail(sentence: string, code: number): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = code;
}
