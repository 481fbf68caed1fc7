import { createHash } from "node:crypto";
import { addressOf } from "@muster/core/account/account.ts";
import type { ID } from "@muster/core/base/id.ts";
import { arrive } from "@muster/core/import/arrive.ts";
import { due } from "@muster/core/import/due.ts";
import { importKeys } from "@muster/core/import/keys.ts";
import * as Work from "@muster/core/import/work.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { start } from "@muster/core/reading/csv.ts";
import { put, update } from "@muster/core/table/table.ts";
import { openImport, people } from "../fixtures/mailing.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person; acme: ID<"organization"> };
type Import = ID<"import">;

/** Actions of people, scripts and workers on imports. */
export function importCases(place: () => Place): Case[] {
  let number = 0;
  let sequence = 0;
  const call = (method: string, path: string, json?: object) => () =>
    place().api.call(method, `/organizations/${place().acme}/imports${path}`, {
      token: place().ada.token,
      ...(json && { json }),
    });
  const made = (more = {}) => place().api.import(place().acme, more);
  const mark = "of its form";
  const waiting = { mark: createHash("sha256").update(mark).digest("base64url") };
  const over = { state: "done" as const, reported: 1, n_s: 1, startedAt: "2026-11-24T08:00:00.000Z" };
  const csv = (rows: number) =>
    `email\n${Array.from({ length: rows }, () => `imported-${number++}@example.com\n`).join("")}`;

  const upload = (id: Import, rows: number): string => {
    const key = `imports/${place().acme}/${id}.csv`;
    place().api.world.bucket.put(key, csv(rows), { mark });
    return key;
  };
  const arrived = (key: string) => asSystem("costs", () => arrive({ key, sequencer: String(++sequence) }));
  const next = () => place().api.world.queued.imports.shift() as Work.Job;
  const work = (job: Work.Job) => () => asSystem<Promise<unknown>>("costs", () => Work.work(job));
  const grant = () =>
    place().api.world.table.write(
      update(organizationKeys.organization(place().acme), {
        set: { capacity: 5001, free: 5000, grantedSeats: 4998, growth: true },
      }),
    );

  /** An import of so many rows whose next message is that of its chunk. */
  async function begun(rows: number): Promise<Work.Job> {
    await grant();
    place().api.world.queued.imports.length = 0;
    await arrived(upload(await made(waiting), rows));
    return next();
  }

  const cases: Case[] = [
    {
      of: "import.create",
      auth: "member",
      why: "The hourly limit; then the row, in the watch list for the clock, and the event.",
      prepare: async () => call("POST", "", { fileName: "people.csv" }),
    },
    {
      of: "import.list",
      case: "25 imports",
      auth: "member",
      why: "One consistent query, so that the list shows what the page shows; then ½ RRU for each inviter's name, here 25 different ones. +25 RRU: the mail counts of each, in the same trip as the names.",
      prepare: async () => {
        for (let n = 0; n < 25; n++) await made(over);
        return call("GET", "");
      },
    },
    {
      of: "import.get",
      case: "while it runs",
      auth: "member",
      why: "The import and its mail counts are read with authentication; then the current chunk and the inviter's name, at once.",
      prepare: async () => {
        const id = await made({
          state: "running",
          chunk: 0,
          bytes: 100,
          offset: 0,
          walked: 0,
          startedAt: "2026-11-24T08:00:00.000Z",
        });
        await place().api.world.table.write(
          put(importKeys.chunk(id, 0), { state: "open", pass: 1, reader: start, at: 0 }),
        );
        return call("GET", `/${id}`);
      },
    },
    {
      of: "import.rows",
      case: "100 of 200",
      auth: "member",
      why: "The import is read with authentication; one query for the outcomes.",
      prepare: async () => {
        const id = await made(over);
        for (const after of [0, 97]) {
          const notes = JSON.stringify(
            Array.from({ length: 97 }, (_, n) => [after + n + 1, after + n + 2, "nobody-somewhere", 0]),
          );
          await place().api.world.table.write(put(importKeys.outcome(id, after), { codes: "v".repeat(97), notes }));
        }
        return call("GET", `/${id}/rows`);
      },
    },
    {
      of: "import.report",
      auth: "member",
      why: "A URL is signed, not stored.",
      prepare: async () => call("GET", `/${await made(over)}/report`),
    },
    {
      of: "import.cancel",
      auth: "member",
      why: "Row and two events; the mail counts are read with authentication.",
      prepare: async () => call("POST", `/${await made()}/cancel`),
    },
    {
      of: "import.retry",
      auth: "member",
      why: "The row and its event; then it begins: waiting imports, the lock, the row, the chunk, the event. The answer has the progress.",
      prepare: async () => {
        await grant();
        const id = await made(over);
        await place().api.world.table.write(put(importKeys.chunk(id, 0), { state: "closed", pass: 1, reader: start }));
        return call("POST", `/${id}/retry`);
      },
    },
    {
      of: "import.setting",
      auth: "member",
      why: "The setting is read with authentication; +1 RRU: whether its account is still an owner or admin.",
      prepare: async () => call("GET", "/setting"),
    },
    {
      of: "import.edit",
      auth: "member",
      why: "Setting and event; its account is read with authentication.",
      prepare: async () =>
        call("PUT", "/setting", { runAs: place().ada.account, role: "read", lifetimeDays: 7, revision: 0 }),
    },
    {
      of: "imports",
      case: "a file arrives and begins",
      auth: "nobody",
      why: "What is known about it; the row, the upload and the content's import; then waiting imports, and it begins. A script's file takes one trip more: the account that it runs as.",
      prepare: async () => {
        await place().api.world.table.write({ do: "remove", key: importKeys.importing(place().acme) });
        const key = upload(await made(waiting), 97);
        return () => arrived(key);
      },
    },
    {
      of: "imports",
      case: "open chunk, 97 rows, close",
      auth: "nobody",
      why: "Budget of the step 206 + 97 WRU. 12 WRU: seats and chunk at both ends, and the import's counts. Then its end, with the lock.",
      prepare: async () => {
        await place().api.world.table.write({ do: "remove", key: importKeys.importing(place().acme) });
        return work(await begun(97));
      },
    },
    {
      of: "import.pauseMails",
      auth: "member",
      why: "The mark and the event; the import is read with authentication.",
      prepare: async () => call("POST", `/${await made(over)}/mails/pause`),
    },
    {
      of: "import.resendMails",
      case: "none failed",
      auth: "member",
      why: "One query of its mailings, 500 at a time.",
      prepare: async () => call("POST", `/${await made(over)}/mails/resend`, { mail: "failed" }),
    },
    {
      of: "import.resendMails",
      case: "one failed of each 97, 10 times",
      auth: "member",
      why: "Of each mailing its event is read, and the one row: to sort it, for its write, and to count it.",
      prepare: async () => {
        await grant();
        const { api, ada, acme } = place();
        const { id, step } = await openImport(api.world, "resent", acme);
        const made = { src: id, line: 1, by: ada.account, lifetimeDays: 7, sentAt: "2026-11-24T08:00:00.000Z" };
        for (let n = 0; n < 10; n++) {
          const emails = people(97, `resent-${n}`);
          const { seq } = await step(emails, { mail: "sent", ...made });
          const key = invitationKeys.addressIn(acme, addressOf(emails[n * 9] ?? ""));
          const codes = Array.from(emails, (_, i) => (i === n * 9 ? "f" : "s")).join("");
          await api.world.table.write(
            update(key, { set: { mail: "failed" } }),
            put(mailKeys.mailing(id, seq), { organization: acme, letters: codes, counted: 1 }),
          );
        }
        return call("POST", `/${id}/mails/resend`, { mail: "failed" });
      },
    },
    {
      of: "import.resumeMails",
      auth: "member",
      why: "Like pausing.",
      prepare: async () => {
        const id = await made(over);
        await place().api.world.table.write(put(mailKeys.importMails(id), { pausedAt: "2026-11-24T08:00:00.000Z" }));
        return call("POST", `/${id}/mails/resume`);
      },
    },
    {
      of: "imports",
      case: "open chunk, 970 rows, close",
      auth: "nobody",
      why: "2 trips for 97 rows, half a call for 25: 100 rows are read, 100 are written.",
      prepare: async () => work(await begun(970)),
    },
    {
      of: "imports",
      case: "the report of 970 rows",
      auth: "nobody",
      why: "The rest are objects of the bucket.",
      prepare: async () => work(next()),
    },
    {
      of: "clock",
      case: "all imports progress",
      auth: "nobody",
      why: "One query of the list of imports that have not ended.",
      prepare: async () => () => asSystem("costs", () => due({})),
    },
  ];
  return cases;
}
