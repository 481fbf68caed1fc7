import { sections } from "@muster/settings/fields.ts";
import { type Client, start } from "../client.ts";
import { backOff, minuteMs, secondMs, sleep, system } from "../system.ts";
import {
  readStatus,
  removeFiles,
  removeSettings,
  type StatusFile,
  settingsFile,
  settingsPath,
  writeSettings,
  writeStatus,
} from "./files.ts";
import { runHook } from "./machine.ts";
import { settingsLine } from "./text.ts";

export type RunOptions = {
  app: string;
  appVersion: string;
  folder: string;
  hook: string | undefined;
  isLive: boolean;
};

/** The time between two updates of status.json, if nothing happens. */
const statusMs = 5 * secondMs;
/** A service that the hook wants to tell may not be up yet. */
const maxBackOffMs = 10 * minuteMs;

const say = (text: string) => void process.stdout.write(`${new Date().toISOString()} ${text}\n`);

/** Follows the settings until the process is told to end, or the device is wiped. Returns the exit code. */
export async function run({ folder, hook, isLive, app, appVersion }: RunOptions): Promise<number> {
  // told to end while it starts, it ends as soon as it has
  let isToldToEnd = false;
  let stop = () => {
    isToldToEnd = true;
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop());

  /** Requests have failed, and none has succeeded since. */
  let isCutOff = false;
  const extra: Pick<StatusFile, "enforced" | "lastError" | "halt"> = {};
  const { enforced } = (await readStatus(folder)) ?? {};
  if (enforced !== undefined) extra.enforced = enforced;
  const client = await start({
    folder,
    app,
    appVersion,
    isLive,
    on: {
      change: async () => {
        delete extra.halt;
        await enforceNext();
        await showStatus();
      },
      wipe: async ({ reason }) => {
        say(`wipe: ${reason}`);
        await enforcing;
        await removeWritten(folder, hook);
      },
      halt: (halt) => {
        extra.halt = halt;
        say(`halt ${halt.reason}: ${halt.message}`);
      },
      error: ({ code, message }) => {
        extra.lastError = { at: new Date().toISOString(), code, message };
        say(`error ${code}: ${message}`);
        if (["unreachable", "unavailable"].includes(code)) isCutOff = true;
      },
    },
  });
  stop = () => void client.stop();
  if (isToldToEnd) stop();

  function sayIfConnected(): void {
    const { outcome = "failed" } = client.status().lastRequest ?? {};
    if (!isCutOff || !["changed", "unchanged"].includes(outcome)) return;
    isCutOff = false;
    say("connected again");
  }

  let shown = "";
  async function showStatus(): Promise<void> {
    const status: StatusFile = { ...client.status(), pid: process.pid, ...extra };
    const next = JSON.stringify(status);
    if (next === shown || status.mode === "wiped") return;
    shown = next;
    await writeStatus(folder, status).catch((error: Error) => say(`status.json cannot be written: ${error.message}`));
  }

  /** The number of attempts in a row that have failed, and the time of the next one. */
  let behind = { failures: 0, retryAt: Number.POSITIVE_INFINITY };
  let enforcing: Promise<void> = Promise.resolve();
  function enforceNext(): Promise<void> {
    enforcing = enforcing.then(async () => {
      const isDone = await enforce(client, { folder, hook, extra }).catch((error: Error) => {
        say(`settings.json is not current: ${error.message}`);
        return false;
      });
      const failures = isDone ? 0 : behind.failures + 1;
      // threat: a hook that failed is not run again
      const retryAt = isDone ? Number.POSITIVE_INFINITY : system.now() + backOff(failures, system, maxBackOffMs);
      behind = { failures, retryAt };
    });
    return enforcing;
  }

  const { status } = client;
  say(`following ${status().organization.name} as ${status().device}: ${status().mode}`);
  if (status().mode !== "wiped") await enforceNext();

  const ending = new AbortController();
  void client.ended.then(() => ending.abort());
  while (!ending.signal.aborted) {
    if (system.now() >= behind.retryAt) await enforceNext();
    sayIfConnected();
    await showStatus();
    const dueMs = Math.max(0, behind.retryAt - system.now());
    await sleep(Math.min(statusMs, dueMs), system, ending.signal);
  }
  await client.stop();
  const isWiped = status().mode === "wiped";
  if (isWiped) {
    await removeFiles(folder);
    say("All that the organization gave this device is removed.");
  }
  return extra.halt?.reason === "lock_lost" ? 1 : 0;
}

type Enforcing = {
  folder: string;
  hook: string | undefined;
  extra: Pick<StatusFile, "enforced">;
};

/** Writes settings.json and runs the hook, and reports the truth about it. Returns whether all is enforced. */
async function enforce(client: Client, { folder, hook, extra }: Enforcing): Promise<boolean> {
  const status = client.status();
  // what is removed stays removed
  // threat: the agent writes settings again after a wipe has removed them
  if (status.mode === "wiped") return true;
  const { document, revision } = status;
  // threat: an agent says enforced before it has written the settings
  const isOther = await writeSettings(folder, settingsFile(status, client.all()));
  // a hook that a crash has cut short runs again
  const isDone = !isOther && extra.enforced === document;
  if (isOther) say(`settings: ${settingsLine(status)}`);
  const failure =
    hook === undefined || isDone ? undefined : await runHook(hook, hookValues("change", folder, revision));
  if (failure !== undefined) say(failure);
  if (document === undefined) return failure === undefined;
  for (const section of sections) {
    // threat: an agent says enforced although its hook failed
    if (failure === undefined) await client.report(section, "enforced", { document });
    else await client.report(section, "refused", { document, code: "other", message: failure });
  }
  if (failure === undefined) extra.enforced = document;
  else delete extra.enforced;
  return failure === undefined;
}

/** Removes settings.json, and has the hook remove what was made of it. @throws if the hook fails */
export async function removeWritten(folder: string, hook: string | undefined): Promise<void> {
  // threat: a wiped agent leaves the settings
  await removeSettings(folder);
  // threat: a hook that reads each variable blocks a wipe
  const failure = hook === undefined ? undefined : await runHook(hook, hookValues("wipe", folder));
  if (failure !== undefined) throw new Error(failure);
}

/** Returns the variables for a hook. They are the same at a wipe, when the file is gone: a hook may read each. */
const hookValues = (event: "change" | "wipe", folder: string, revision?: number) => ({
  MUSTER_EVENT: event,
  MUSTER_SETTINGS: settingsPath(folder),
  MUSTER_REVISION: String(revision ?? ""),
});
