import { setTimeout as pause } from "node:timers/promises";
import { type Caller, until } from "./caller.ts";

/** An import as its page shows it. */
export type Progress = {
  state: string;
  reported: boolean;
  rows: number;
  counts: Record<string, number>;
};
type Begun = { import: { id: string }; upload: { url: string; fields: Record<string, string> } };

/** Imports a file like the dashboard: by a form from the API to the bucket. Returns the import's id. */
export async function upload(caller: Caller, organization: string, token: string, file: Blob): Promise<string> {
  const body = { fileName: "people.csv" };
  const begun = (await caller.insist("POST", `/organizations/${organization}/imports`, { token, body })) as Begun;
  const form = new FormData();
  for (const [name, value] of Object.entries(begun.upload.fields)) form.append(name, value);
  form.append("file", file, "people.csv");
  const { status } = await fetch(begun.upload.url, { method: "POST", body: form });
  if (status !== 204) throw new Error(`The bucket answered ${status}.`);
  return begun.import.id;
}

/** Polls an import until it has ended and its report exists, however long that takes. */
export async function watch(
  caller: Caller,
  path: string,
  token: string,
  { everyMs = 100, see = (_: Progress) => {} } = {},
): Promise<Progress> {
  for (;;) {
    const info = (await caller.insist("GET", path, { token })) as unknown as Progress;
    see(info);
    if (info.reported) return info;
    await pause(everyMs);
  }
}

/** Fetches a report of an import, of all rows or of those that were not invited, from the URL that the API returns. */
export async function readReport(
  caller: Caller,
  path: string,
  token: string,
  rows: "all" | "failed" = "all",
): Promise<string> {
  const { url } = await caller.insist("GET", `${path}/report?rows=${rows}`, { token });
  const answer = await until(() => fetch(String(url)).catch(() => undefined));
  return answer.text();
}
