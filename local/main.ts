import { existsSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { offerResources } from "./demo/resources.ts";
import { startEngine } from "./engine/engine.ts";
import { EngineMissing } from "./engine/find.ts";
import { type Arguments, readArguments, UnknownArgument, usage } from "./run/arguments.ts";
import { type Cloud, startCloud } from "./run/cloud.ts";
import { armFault } from "./run/fault.ts";
import { type Folder, FolderInUse, FolderUnusable, openFolder } from "./run/folder.ts";
import { choosePort, PortUnusable } from "./run/port.ts";
import { TableUnusable } from "./run/tables.ts";

/** Garbage is collected when so much was added to what is used. By default V8 lets a long import pile up hundreds of MB. */
const heapGrowthPercent = 30;

const parentCheckMs = 1_000;
const sameSignalMs = 1_000;

/** The parts of the repository beside the embedded cloud. */
export type Surroundings = {
  /** The folder of the built site. */
  site: string;
  /** Builds the site if it is older than its sources. */
  buildSite: () => Promise<void>;
};

/** Runs the embedded cloud until it is stopped. */
export async function main(words: string[], around: Surroundings): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowthPercent}`);
  try {
    const { help, data, reset, port, demo, ...limits } = readArguments(words);
    if (help) return say(usage);
    armFault(process.env.MUSTER_FAULT);
    const folder = await openFolder(data);
    try {
      if (reset) folder.reset();
      const chosen = await choosePort(port, words);
      await around.buildSite();
      await run(folder, chosen, around, { demo, ...limits }).catch(async (error: unknown) => {
        // filling a demo takes up to half an hour, in which another program may take the port
        if (isTaken(error)) await choosePort(chosen, words);
        throw error;
      });
    } catch (error) {
      folder.release();
      throw error;
    }
  } catch (error) {
    fail(error);
  }
}

async function run(
  folder: Folder,
  port: number,
  { site }: Surroundings,
  { demo, ...limits }: Pick<Arguments, "realLimits" | "sendRate"> & { demo: number | undefined },
): Promise<void> {
  let signInAs: string | undefined;
  if (demo !== undefined) offerResources(process.env);
  const cloud = await startCloud({
    engine: await startEngine({ file: folder.file("table.db"), installIn: folder.path, say }),
    folder,
    port,
    ...limits,
    report,
    ...(demo !== undefined && {
      fill: async (place) => {
        const { fillPlace } = await import("./demo/place.ts");
        signInAs = await fillPlace(place, demo, say);
      },
    }),
    ...(existsSync(join(site, "index.html")) && { site }),
  });
  const stopDevices = demo === undefined ? async () => {} : await startDevices(folder, cloud.url);
  stopOnSignal({ ...cloud, stop: () => stopDevices().then(cloud.stop) }, folder);
  say(
    `${process.env.MUSTER_PRODUCT_NAME ?? "Muster"} runs at ${cloud.url}\n` +
      `  Mailbox      ${cloud.url}/mailbox\n` +
      `  DNS records  ${cloud.url}/dns\n` +
      `  Stripe       ${cloud.stripeUrl} (to move the time: ${cloud.stripeUrl}/clock)\n` +
      `  Start page   ${cloud.url}/start\n` +
      `  State        ${folder.path}\n` +
      (cloud.otherTable ? `  Table        ${cloud.otherTable}, which --reset does not clear\n` : "") +
      (signInAs ? `Sign in as ${signInAs}; the code arrives at ${cloud.url}/mailbox\n` : "") +
      "Ctrl-C stops.\n",
  );
}

/** The demo's devices live as long as the cloud. */
async function startDevices(folder: Folder, url: string): Promise<() => Promise<void>> {
  const { startFleet } = await import("./demo/devices.ts");
  return startFleet(folder.file("devices"), url);
}

function stopOnSignal(cloud: Cloud, folder: Folder): void {
  const parent = process.ppid;
  let stoppingSince: number | undefined;

  const stop = async (why: string, code: number): Promise<void> => {
    if (stoppingSince !== undefined) {
      // npm repeats a Ctrl-C that the terminal has already sent; only a later one is meant
      if (Date.now() > stoppingSince + sameSignalMs) process.exit(130);
      return;
    }
    stoppingSince = Date.now();
    say(why);
    await cloud.stop().catch(report);
    folder.release();
    process.exit(code);
  };

  process.on("SIGINT", () => void stop("\nStopping.\n", 0));
  process.on("SIGTERM", () => void stop("Stopping.\n", 0));
  process.on("SIGHUP", () => void stop("Stopping.\n", 0));
  void cloud.engineEnded.then((said) => {
    if (stoppingSince === undefined) {
      void stop(`The table engine ended unexpectedly, so Muster stops. It said: ${said.trim() || "nothing"}\n`, 1);
    }
  });
  setInterval(() => {
    if (process.ppid !== parent && stoppingSince === undefined) {
      void stop("The process that started Muster is gone, so Muster stops.\n", 0);
    }
  }, parentCheckMs).unref();
}

const isTaken = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

function fail(error: unknown): never {
  const explained = [PortUnusable, EngineMissing, FolderInUse, FolderUnusable, TableUnusable, UnknownArgument].some(
    (kind) => error instanceof kind,
  );
  if (explained && error instanceof Error) process.stderr.write(`${error.message}\n`);
  else report(error);
  if (error instanceof UnknownArgument) process.stderr.write(`\n${usage}`);
  process.exit(1);
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

function say(text: string): void {
  process.stdout.write(text);
}
