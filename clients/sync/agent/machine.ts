import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { minuteMs } from "../system.ts";

/** Returns the agent's folder, in the place where programs of this platform keep their files. */
export function ownFolder(): string {
  const { LOCALAPPDATA: local, XDG_STATE_HOME: state } = process.env;
  if (process.platform === "win32") return join(local ?? join(homedir(), "AppData", "Local"), "muster-agent");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "muster-agent");
  return join(state ?? join(homedir(), ".local", "state"), "muster-agent");
}

/** Opens an address in the browser. A machine without one shows the address, which is printed too. */
export async function openUrl(url: string): Promise<void> {
  const commands = { darwin: ["open"], win32: ["rundll32", "url.dll,FileProtocolHandler"] } as Record<string, string[]>;
  const [program = "xdg-open", ...more] = commands[process.platform] ?? [];
  await new Promise<void>((resolve) => {
    const child = spawn(program, [...more, url], { stdio: "ignore", detached: true });
    child.once("error", () => resolve());
    child.once("spawn", () => resolve());
    child.unref();
  });
}

const maxHookMs = minuteMs;

/** Runs the command of the person who runs the agent. Returns why it failed, or nothing. */
export function runHook(command: string, more: Record<string, string>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      stdio: "inherit",
      env: { ...process.env, ...more },
      timeout: maxHookMs,
    });
    child.once("error", (error) => resolve(`The hook could not be started: ${error.message}`));
    child.once("exit", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(code === null ? `The hook was ended by ${signal}.` : `The hook ended with exit code ${code}.`);
    });
  });
}
