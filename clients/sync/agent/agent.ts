import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { NotLinked } from "../identity.ts";
import { inspect } from "../inspect.ts";
import { type Code, link, linkWithBrowser } from "../link.ts";
import { unlink } from "../unlink.ts";
import { readStatus, removeFiles } from "./files.ts";
import { argumentOf, type CommandName, isCommand, usage, usageOf } from "./help.ts";
import { openUrl, ownFolder } from "./machine.ts";
import { removeWritten, run } from "./run.ts";
import { statusLines, whyLines } from "./text.ts";

export const version = "0.1.0";
const identity = { app: "muster-agent", appVersion: version };

/** What the server takes. */
const maxName = 60;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** Runs a command. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const command = read(argv);
  if (typeof command === "number") return command;
  try {
    return await command();
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof NotLinked) complain("Link it with: muster-agent link SERVER");
    return 1;
  }
}

/** Returns what to run, or the exit code if there is nothing to run. */
function read(argv: readonly string[]): (() => Promise<number>) | number {
  const parsed = parse(argv);
  const named = argv.find(isCommand);
  if (!parsed) return refuse(undefined, named);
  const { values, positionals } = parsed;
  const [name, argument, ...more] = positionals[0] === "help" ? positionals.slice(1) : positionals;
  if (values.version) return explain(version);
  if (values.help || positionals[0] === "help") {
    if (name === undefined) return explain(usage(ownFolder()).trimEnd());
    return isCommand(name) ? explain(usageOf(name).trimEnd()) : refuse(`There is no command ${name}.`, undefined);
  }
  if (name === undefined) return refuse(undefined, undefined);
  if (!isCommand(name)) return refuse(`There is no command ${name}.`, undefined);
  const wanted = argumentOf(name);
  if (wanted !== undefined && argument === undefined) return refuse(`${name} needs an argument: ${wanted}`, name);
  const [extra] = wanted === undefined ? [argument] : more;
  if (extra !== undefined) return refuse(`Unexpected argument: ${extra}`, name);
  const folder = values.folder ?? ownFolder();
  switch (name) {
    case "link":
      return () => linkDevice(argument ?? "", folder, values);
    case "why":
      return () => why(argument ?? "", folder, values.json);
    case "run":
      return () => run({ ...identity, folder, hook: values.hook, isLive: !values.poll });
    case "status":
      return () => status(folder, values.json);
    case "unlink":
      return () => unlinkDevice(folder, values.hook);
  }
}

function explain(text: string): number {
  print(text);
  return 0;
}

function refuse(problem: string | undefined, name: CommandName | undefined): number {
  if (problem !== undefined) complain(`${problem}\n`);
  complain((name ? usageOf(name) : usage(ownFolder())).trimEnd());
  return 2;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        folder: { type: "string" },
        name: { type: "string" },
        organization: { type: "string" },
        browser: { type: "boolean", default: false },
        hook: { type: "string" },
        poll: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    complain((error as Error).message);
    return undefined;
  }
}

type LinkValues = { name?: string | undefined; organization?: string | undefined; browser: boolean };

async function linkDevice(server: string, folder: string, { name, organization, browser }: LinkValues) {
  const options = {
    ...identity,
    server,
    folder,
    deviceName: name ?? hostname().slice(0, maxName),
    ...(organization !== undefined && { organization }),
  };
  const show = ({ userCode, verificationUri, verificationUriComplete }: Code) => {
    print(`Open ${verificationUriComplete}`);
    print(`or enter the code ${userCode} at ${verificationUri}`);
    print("Waiting for your approval…");
  };
  const open = async (url: string) => {
    print(`Approve this device in your browser: ${url}`);
    await openUrl(url);
  };
  const linked = browser ? await linkWithBrowser(options, open) : await link(options, show);
  print(`Linked to ${linked.organization.name} as ${linked.device}.`);
  print("Follow its settings with: muster-agent run");
  return 0;
}

async function status(folder: string, isJson: boolean): Promise<number> {
  const { status } = await inspect({ folder });
  const running = await readStatus(folder);
  const all = { ...status, ...(running?.lastRequest && { lastRequest: running.lastRequest }) };
  print(isJson ? JSON.stringify(all, null, 2) : statusLines(all).join("\n"));
  return 0;
}

async function why(key: string, folder: string, isJson: boolean): Promise<number> {
  const reason = (await inspect({ folder })).why(key);
  if (!reason) {
    complain(`There is no setting ${key}.`);
    return 1;
  }
  print(isJson ? JSON.stringify(reason, null, 2) : whyLines(key, reason).join("\n"));
  return 0;
}

async function unlinkDevice(folder: string, hook: string | undefined): Promise<number> {
  const wipe = async () => {
    await removeWritten(folder, hook);
    await removeFiles(folder);
  };
  const { isReported } = await unlink({ ...identity, folder, on: { wipe } });
  print("Removed the settings, secrets, and keys of this device.");
  print(isReported ? "The server knows." : "The server could not be reached. Revoke the device in Account → Devices.");
  return 0;
}
