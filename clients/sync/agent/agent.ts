import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { NotLinked } from "../identity.ts";
import { inspect } from "../inspect.ts";
import { type Code, link, linkWithBrowser } from "../link.ts";
import { unlink } from "../unlink.ts";
import { readStatus, removeFiles } from "./files.ts";
import { openUrl, ownFolder } from "./machine.ts";
import { removeWritten, run } from "./run.ts";
import { statusLines, whyLines } from "./text.ts";

export const version = "0.1.0";
const identity = { app: "muster-agent", appVersion: version };

const usage = `Usage: muster-agent COMMAND [options]

  link SERVER    link this device to an organization, such as: muster-agent link https://muster.example
                   --name NAME             what you call this device (${hostname()})
                   --organization ID       the organization to suggest
                   --browser               open a browser on this machine instead of showing a code
  run            follow the settings: keep settings.json and status.json current
                   --hook COMMAND          run this after each change, before it is reported as enforced
                   --poll                  ask as often as the server says, instead of staying in touch
  status         say which revision applies, and when it was last confirmed
  why KEY        say which value a setting has, and why
  unlink         remove the settings, secrets, and keys from this device
                   --hook COMMAND          run this when settings.json is removed, before the server is told

Options of every command:
  --folder FOLDER  where the files are (${ownFolder()})
  --json           for status and why: print JSON

Exit codes: 0, 1 (failed), 2 (usage error)
`;

/** What the server takes. */
const maxName = 60;

const print = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

/** Runs a command. Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const command = read(argv);
  if (!command) {
    complain(usage);
    return 2;
  }
  try {
    return await command();
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
    if (error instanceof NotLinked) complain("Link it with: muster-agent link SERVER");
    return 1;
  }
}

function read(argv: readonly string[]): (() => Promise<number>) | undefined {
  const parsed = parse(argv);
  if (!parsed) return undefined;
  const { values, positionals } = parsed;
  const [name, argument, ...more] = positionals;
  const folder = values.folder ?? ownFolder();
  if (more.length > 0) return undefined;
  const takesArgument = name === "link" || name === "why";
  if (takesArgument !== (argument !== undefined)) return undefined;
  if (name === "link" && argument !== undefined) return () => linkDevice(argument, folder, values);
  if (name === "why" && argument !== undefined) return () => why(argument, folder, values.json);
  if (name === "run") return () => run({ ...identity, folder, hook: values.hook, isLive: !values.poll });
  if (name === "status") return () => status(folder, values.json);
  if (name === "unlink") return () => unlinkDevice(folder, values.hook);
  return undefined;
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
