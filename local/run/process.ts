import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const leaveWithinMs = 3_000;

/** The command line of a running process, or undefined. */
export function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() || undefined;
  } catch {
    return process.platform === "linux" ? undefined : askFor(pid);
  }
}

/** Ends a process, first with SIGTERM. */
export async function end(pid: number): Promise<void> {
  if (!signal(pid, "SIGTERM")) return;
  const until = Date.now() + leaveWithinMs;
  while (commandOf(pid) !== undefined && Date.now() < until) await pause(20);
  signal(pid, "SIGKILL");
  while (commandOf(pid) !== undefined) await pause(20);
}

function askFor(pid: number): string | undefined {
  const [program, ...words] =
    process.platform === "win32"
      ? [
          "powershell",
          "-NoProfile",
          "-Command",
          `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`,
        ]
      : ["ps", "-p", String(pid), "-o", "command="];
  try {
    return execFileSync(program, words, { encoding: "utf8", windowsHide: true }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
