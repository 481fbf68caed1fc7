import * as v from "valibot";
import * as Event from "../kernel/event.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import * as Mailing from "../mail/mailing.ts";
import { Keys } from "../table/keys.ts";
import { check, type Guard, has, keyOf, lacks, present, type Step, update, when } from "../table/table.ts";

/** One message queues so many, and asks for the rest by another. */
const mailingsPerJob = 500;
const importsPerJob = 50;

// Shapes

const Id = ID.schema("import");
/** Of one import; without its id, of all that the organization has or will have. */
const Input = v.strictObject({ import: v.optional(Id) });
const Start = v.optional(v.record(v.string(), v.string()));

/** Has all that waits sent again: that of one import, or of all. */
export const Enqueue = v.strictObject({
  job: v.literal("enqueue"),
  organization: ID.schema("organization"),
  import: v.optional(Id),
  start: Start,
});

// Events

const data = v.object({ import: v.optional(Id) });
export const Paused = Event.define("import.mail_paused", data);
export const Resumed = Event.define("import.mail_resumed", data);

// Failures

export const failures = {
  missing: failure("missing", "import.missing", "There is no such import."),
  unchanged: failure("conflict", "import.mail_unchanged", "Its mails are paused already, or they are not."),
};

// Functions

/** No further mail of an import leaves, or of any import; what is under way within a second still does. */
export const pauseMail = fn(
  "import.pauseMail",
  { input: Input, output: v.void(), failures: [failures.missing] },
  async ({ import: id }, actor) => {
    const isFirst = when(lacks("pausedAt"), failures.unchanged);
    await change(
      ...places(actor.organization, id, { set: { pausedAt: instant() } }, isFirst),
      Paused.record(actor.organization, { ...(id && { import: id }) }, actor),
    );
  },
);

/** They leave again; those of an import that has a pause of its own wait for the end of that as well. */
export const resumeMail = fn(
  "import.resumeMail",
  { input: Input, output: v.void(), failures: [failures.missing] },
  async ({ import: id }, actor) => {
    const isPaused = when(has("pausedAt"), failures.unchanged);
    await change(
      ...places(actor.organization, id, { unset: ["pausedAt"] }, isPaused),
      Resumed.record(actor.organization, { ...(id && { import: id }) }, actor),
    );
  },
);

/** Queues the mailings in which something waits. One that is queued already is then queued twice, which does no harm. */
export const enqueue = fn("import.enqueue", { input: Enqueue, output: v.void() }, async (job) => {
  const { organization, import: id, start } = job;
  if (!id) {
    const page = await table.query({ ...Keys.imports(organization), limit: importsPerJob, start, consistent: true });
    const each = page.items.map(({ sk }) => ({ job: "enqueue", organization, import: sk }));
    return queueAll(each, page.next && { ...job, start: page.next });
  }
  const page = await table.query({ ...Keys.mailings(id), limit: mailingsPerJob, start, consistent: true });
  const waiting = page.items.filter(Mailing.waits).map((row) => {
    const seq = Number(keyOf(row).sk.slice("mail#".length));
    return { job: "send", organization, import: id, seq, from: 0 };
  });
  return queueAll(waiting, page.next && { ...job, start: page.next });
});

// For reactions

export const follows = (type: string) => type === Resumed.type;

/** What was dropped while it was paused is queued again. */
export const afterResumed = (organization: ID.ID<"organization">, { import: id }: v.InferOutput<typeof data>) =>
  queues.send("bulk", [{ job: "enqueue", organization, ...(id && { import: id }) }]);

/** That of one import needs the import, which only its organization has. */
function places(organization: ID.ID<"organization">, id: ID.ID<"import"> | undefined, change: object, guard: Guard) {
  if (!id) return [update(Keys.mailsOfImports(organization), change, guard)];
  return [
    check(Keys.import(organization, id), when(present, failures.missing)),
    update(Keys.importMails(id), change, guard),
  ];
}

/** Asked twice, it does what it did once. */
async function change(...steps: Step[]): Promise<void> {
  await table.write(...steps).catch((error: unknown) => {
    if (!isFailure(error, failures.unchanged)) throw error;
  });
}

async function queueAll(jobs: readonly object[], next: object | undefined): Promise<void> {
  const all = next ? [...jobs, next] : jobs;
  if (all.length > 0) await queues.send("bulk", all);
}
