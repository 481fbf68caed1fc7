import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bind } from "@muster/core/kernel/ports.ts";
import { asksStripe, type Name } from "@muster/functions/operator/arguments.ts";
import { boot } from "@muster/functions/operator/boot.ts";
import { operate } from "@muster/functions/operator/operate.ts";
import { secretsManager } from "@muster/functions/operator/vault.ts";
import { releaseOf } from "@muster/functions/release.ts";
import { awsAccess } from "./engine/other.ts";
import { setTableEnvironment } from "./run/environment.ts";
import { environmentOf, NothingRuns, tableOf, timeOf, vaultOf } from "./run/folder.ts";
import { openTable } from "./run/tables.ts";
import { enter } from "./run/terminal.ts";

/** The part of the operator's help that this file adds: the deployment may be one that runs on this machine. */
const help = `
By default it works on the table that MUSTER_TABLE names, with the AWS credentials and region of the environment.

  --local [--data DIR]            work on what npm start runs on this machine (its state is in .muster, or in DIR)
`;

const { local, data, words } = takeLocal(process.argv.slice(2));
const say = (text: string) => void process.stdout.write(text);
const complain = (text: string) => void process.stderr.write(text);

process.exitCode = await operate(words, { say, complain, boot: bootHere, secrets: secretsHere, help });

function secretsHere() {
  const vault = local ? vaultOf(data) : secretsManager();
  return { vault, input: () => enter(process.stdin, process.stderr) };
}

async function bootHere(name: Name): Promise<void> {
  if (name === "secrets") {
    if (local) bind({ now: isRunning(data) ? () => timeOf(data) : undefined });
    return;
  }
  const table = local ? tableOf(data) : undefined;
  // read before the environment gets the key of the services on this machine
  // threat: a command beside a local run calls a table on AWS by a key of this machine
  const aws = table && awsAccess(table.endpoint, process.env);
  if (table) setTableEnvironment(process.env, table);
  else process.env.MUSTER_RELEASE ??= releaseOf(fileURLToPath(new URL("..", import.meta.url)));
  if (local && asksStripe(name)) Object.assign(process.env, environmentOf(data));
  await boot(name);
  if (!table) return;
  // threat: an operator's command uses another time than the run that it works on
  bind({ now: () => timeOf(data), ...(aws && { table: openTable(Object.assign(table, aws)) }) });
}

/** Secrets are in the folder, whether or not something runs there. */
function isRunning(folder: string): boolean {
  try {
    return Boolean(tableOf(folder));
  } catch (error) {
    if (error instanceof NothingRuns) return false;
    throw error;
  }
}

/** Removes from a command line what only this file understands. */
function takeLocal(args: string[]): { local: boolean; data: string; words: string[] } {
  const options = { local: { type: "boolean" }, data: { type: "string" } } as const;
  const { values, tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || !Object.hasOwn(options, token.name)) continue;
    taken.add(token.index);
    if (token.name === "data" && token.value !== undefined && !token.inlineValue) taken.add(token.index + 1);
  }
  return {
    // naming a folder means what runs there, never a deployment
    local: values.local === true || values.data !== undefined,
    data: typeof values.data === "string" ? values.data : ".muster",
    words: args.filter((_, index) => !taken.has(index)),
  };
}
