import { rm } from "node:fs/promises";
import { join } from "node:path";
import { diskFiles } from "../files.ts";
import { membersOf, parse } from "../read.ts";
import type { Status } from "../status.ts";
import type { Mode, Why } from "../values.ts";

// What the agent keeps current for other programs. Each file is replaced whole.

const names = { settings: "settings.json", status: "status.json" };

/** The content of settings.json: values of every setting, and the document that they are from. */
export type SettingsFile = {
  mode: Mode;
  revision?: number;
  document?: string;
  settings: Record<string, { value: unknown; isInForce: boolean }>;
};

export type StatusFile = Status & {
  /** The process of the agent. */
  pid: number;
  /** The document of which all is enforced. */
  enforced?: string;
  lastError?: { at: string; code: string; message: string };
  halt?: { reason: string; message: string };
};

export const settingsPath = (folder: string): string => join(folder, names.settings);

export function settingsFile({ mode, revision, document }: Status, all: Record<string, Why>): SettingsFile {
  const settings = Object.entries(all).map(([key, { value, isInForce }]) => [key, { value, isInForce }] as const);
  return {
    mode,
    ...(revision !== undefined && { revision }),
    ...(document !== undefined && { document }),
    settings: Object.fromEntries(settings),
  };
}

const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Returns whether the file was another one. */
export async function writeSettings(folder: string, settings: SettingsFile): Promise<boolean> {
  const files = diskFiles(folder);
  const next = text(settings);
  if ((await files.read(names.settings)) === next) return false;
  await files.write(names.settings, next);
  return true;
}

export const writeStatus = (folder: string, status: StatusFile): Promise<void> =>
  diskFiles(folder).write(names.status, text(status));

export async function readStatus(folder: string): Promise<Partial<StatusFile> | undefined> {
  const status = await diskFiles(folder).read(names.status);
  return status === undefined ? undefined : membersOf(parse(status));
}

export const removeSettings = (folder: string): Promise<void> => rm(settingsPath(folder), { force: true });

export async function removeFiles(folder: string): Promise<void> {
  for (const name of Object.values(names)) await rm(join(folder, name), { force: true });
}
