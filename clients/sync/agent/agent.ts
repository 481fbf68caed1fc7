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

/** The longest name that the server takes. */
const maxName = 60;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** Runs a command. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let isRunning = false;
  process.stdout.on("error", (error) => endQuietly(error, isRunning));
  process.stderr.on("error", (error) => endQuietly(error, true));
  const command = read(argv);
  if (typeof command === "number") return command;
  isRunning = command.name === "run";
  try {
    return await start(command);
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof NotLinked) complain("Link it with: muster-agent link SERVER");
    return 1;
  }
}

/** A reader of the output may stop, as `head` does: there is nobody to write to then. What runs on goes on. */
function endQuietly(error: NodeJS.ErrnoException, isRunning: boolean): void {
  if (error.code !== "EPIPE") throw error;
  if (!isRunning) process.exit();
}

const options = {
  folder: { type: "string" },
  name: { type: "string" },
  organization: { type: "string" },
  browser: { type: "boolean", default: false },
  hook: { type: "string" },
  poll: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
} as const;

const parse = (argv: readonly string[]) => parseArgs({ args: [...argv], allowPositionals: true, options });
type Values = ReturnType<typeof parse>["values"];
type Command = { name: CommandName; argument: string; values: Values };

/** Returns what to run, or the exit code if there is nothing to run. */
function read(argv: readonly string[]): Command | number {
  try {
    const { values, positionals } = parse(argv);
    if (values.version) return explain(version);
    if (positionals[0] === "help") return help(positionals[1]);
    return values.help ? help(positionals[0]) : commandOf(positionals, values);
  } catch (error) {
    const { positionals } = parseArgs({ args: [...argv], strict: false, options });
    complain((error as Error).message);
    return refuse(undefined, positionals.find(isCommand));
  }
}

function commandOf([name, ...args]: readonly string[], values: Values): Command | number {
  if (name === undefined) return refuse(undefined, undefined);
  if (!isCommand(name)) return refuse(`There is no command ${name}.`, undefined);
  const wanted = argumentOf(name);
  const [argument = "", extra] = wanted === undefined ? ["", ...args] : args;
  if (wanted !== undefined && args.length === 0) return refuse(`${name} needs an argument: ${wanted}`, name);
  return extra === undefined ? { name, argument, values } : refuse(`Unexpected argument: ${extra}`, name);
}

function start({ name, argument, values }: Command): Promise<number> {
  const folder = values.folder ?? ownFolder();
  switch (name) {
    case "link":
      return linkDevice(argument, folder, values);
    case "why":
      return why(argument, folder, values.json);
    case "run":
      return run({ ...identity, folder, hook: values.hook, isLive: !values.poll });
    case "status":
      return status(folder, values.json);
    case "unlink":
      return unlinkDevice(folder, values.hook);
  }
}

function help(name: string | undefined): number {
  if (name === undefined) return explain(usage(ownFolder()).trimEnd());
  return isCommand(name) ? explain(usageOf(name).trimEnd()) : refuse(`There is no command ${name}.`, undefined);
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
    // threat: the agent is unlinked without its hook
    await removeWritten(folder, hook);
    await removeFiles(folder);
  };
  const { isReported } = await unlink({ ...identity, folder, on: { wipe } });
  print("Removed the settings, secrets, and keys of this device.");
  print(isReported ? "The server knows." : "The server could not be reached. Revoke the device in Account → Devices.");
  return 0;
}
