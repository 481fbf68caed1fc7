import * as ID from "@muster/core/base/id.ts";
import { commentKeys } from "@muster/core/comment/keys.ts";
import * as Member from "@muster/core/member/member.ts";
import { type Projection, put, type Table } from "@muster/core/table/table.ts";
import { updateKeys } from "@muster/core/update/keys.ts";
import { termsOf } from "@muster/core/update/words.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { type Deployment, openDeployment } from "../shared/deployment.ts";
import { compareLooks } from "../shared/looks.ts";
import { sizesIn } from "../shared/output.ts";

/**
 * A feed of 1,000 updates and one of 100,000, an update with hundreds of reactions and comments and one with thousands, by whole
 * requests to the API, including authentication, with the engine in a file.
 */
const usual = [1_000, 100_000];
/** Reactions and comments of the newest update. */
const quiet = { reactions: 200, comments: 200 };
const busy = { reactions: 10_000, comments: 5_000 };
const rounds = 40;
const rowsAtOnce = 4_000;
const listsAtOnce = 8;

const tags = ["release", "people", "office", "security", "events"];
const subjects = ["Roadmap", "Offsite", "Benefits", "Incident", "Launch", "Budget", "Hiring", "Survey"];

type Filled = { organization: string; update: ID.ID<"update">; comment: ID.ID<"comment"> };
type Place = Filled & { next: Next };
/** The cursors of the second pages of the feed and of the comments. */
type Next = { updates: string; comments: string };
type Asked = {
  what: string;
  method?: "GET" | "POST";
  path: (place: Place) => string;
  json?: () => object;
};

const looks: Asked[] = [
  { what: "first page of 20", path: () => "/updates" },
  { what: "next page of 20", path: ({ next }) => `/updates?cursor=${next.updates}` },
  { what: "20 with a tag", path: () => "/updates?tag=release" },
  { what: "20 found by a word", path: () => "/updates?search=budget" },
  { what: "20 found by two words", path: () => "/updates?search=budget%20secur" },
  { what: "tags that are suggested", path: () => "/feed/tags" },
  { what: "whether it has changed", path: () => "/feed/news" },
  { what: "the update", path: ({ update }) => `/updates/${update}` },
  { what: "a page of its comments", path: ({ update }) => `/updates/${update}/comments` },
  {
    what: "the next page of its comments",
    path: ({ update, next }) => `/updates/${update}/comments?cursor=${next.comments}`,
  },
  { what: "a page of who reacted", path: ({ update }) => `/updates/${update}/reactions` },
  {
    what: "react to it",
    method: "POST",
    path: ({ update }) => `/updates/${update}/reactions`,
    json: () => ({ reaction: "heart", on: true }),
  },
  {
    what: "react to a comment",
    method: "POST",
    path: ({ update, comment }) => `/updates/${update}/comments/${comment}/reactions`,
    json: () => ({ reaction: "heart", on: true }),
  },
];

/** @param words the numbers of updates */
export async function run(words: string[]): Promise<void> {
  await openDeployment(async (deployment) => {
    const { table, client, found, ask } = deployment;
    const places: { size: number; place: Place }[] = [];
    for (const [at, updates] of sizesIn(words, usual).entries()) {
      const discussed = at === 0 ? quiet : busy;
      const place = await fill(table, await found(`Of ${updates}`), Object.assign({ updates }, discussed));
      places.push({ size: updates, place: Object.assign(place, { next: await nextOf(deployment, place) }) });
    }
    const all = looks.map(({ what, method = "GET", path, json }) => ({
      what,
      run: (place: Place) => ask(method, `/organizations/${place.organization}${path(place)}`, json?.()),
    }));
    await compareLooks(meter(client), places, all, { rounds, units: ["trips", "readUnits", "writeUnits"] });
  });
}

async function nextOf({ ask }: Deployment, { organization, update }: Filled): Promise<Next> {
  const feed = `/organizations/${organization}/updates`;
  const read = async (path: string) =>
    encodeURIComponent(((await (await ask("GET", path)).json()) as { next?: string }).next ?? "");
  return { updates: await read(feed), comments: await read(`${feed}/${update}/comments`) };
}

type Size = { updates: number; reactions: number; comments: number };

/** Fills an organization with updates; the newest one is what people react to and discuss. */
async function fill(table: Table, organization: ID.ID<"organization">, size: Size): Promise<Filled> {
  const authors = Array.from({ length: 50 }, (_, i) => ID.derive("account", `${organization} author ${i}`));
  const write = openWriting(table);
  for (const [i, account] of authors.entries()) {
    const person = { account, email: `author.${i}@example.com`, name: `Author ${i}`, color: "teal" as const };
    const { key, item } = Member.joined(organization, person, "write");
    await write({ ...item, ...key });
  }
  let update = ID.create("update");
  for (let i = 0; i < size.updates; i++) {
    update = ID.create("update");
    const author = authors[i % authors.length] as ID.ID<"account">;
    const subject = subjects[i % subjects.length];
    const said = { title: `${subject} of ours`, tags: [tags[i % tags.length] as string], author };
    const isLast = i === size.updates - 1;
    const numbers = isLast ? { comments: size.comments, heart: size.reactions, seen: size.reactions } : {};
    await write(
      {
        ...updateKeys.update(organization, update),
        ...said,
        ...numbers,
        organization,
        excerpt: `All about ${subject}.`,
        isLong: false,
        revision: 0,
      },
      { ...updateKeys.updateText(update), organization, author, content: `All about ${subject}.` },
      ...termsOf(said).map((term) => updateKeys.updateTerm(organization, term, update)),
    );
  }
  let comment = ID.create("comment");
  for (let i = 0; i < size.comments; i++) {
    comment = ID.create("comment");
    const author = authors[i % authors.length] as ID.ID<"account">;
    await write({
      ...commentKeys.comment(update, comment),
      organization,
      author,
      content: `I agree ${i}.`,
      revision: 0,
    });
  }
  for (let i = 0; i < size.reactions; i++) {
    const account = ID.derive("account", `${organization} reader ${i}`);
    await write({ ...updateKeys.activity(update, account), organization, seenAt: at, reactions: new Set(["heart"]) });
  }
  await write.end();
  await table.write(put(updateKeys.news(organization), { version: "1" }));
  return { organization, update, comment };
}

const at = "2026-11-24T09:00:00.000Z";

/** Collects rows, and writes them in batches. */
function openWriting(table: Table) {
  let rows: Projection[] = [];
  async function end(): Promise<void> {
    const all = rows;
    rows = [];
    const lists = Array.from({ length: listsAtOnce }, (_, list) => all.filter((__, i) => i % listsAtOnce === list));
    await Promise.all(lists.map((list) => table.project(list)));
  }
  const add = async (...more: Extract<Projection, { put: unknown }>["put"][]) => {
    rows.push(...more.map((one) => ({ put: one })));
    if (rows.length >= rowsAtOnce) await end();
  };
  return Object.assign(add, { end });
}
