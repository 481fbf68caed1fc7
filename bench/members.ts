import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as ID from "@muster/core/base/id.ts";
import { provide } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import * as Member from "@muster/core/member/member.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { terms } from "@muster/core/search/search.ts";
import * as Code from "@muster/core/session/code.ts";
import * as Session from "@muster/core/session/session.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { tableDefinition } from "@muster/core/table/schema.ts";
import { type Projection, put } from "@muster/core/table/table.ts";
import { app } from "@muster/functions/api/app.ts";
import { startEngine } from "@muster/local/engine/engine.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { median } from "./measure.ts";

/**
 * Lists and searches in organizations of 1,000 and 100,000 members, by whole requests to the API, including
 * authentication, with the engine in a file.
 * Run: npx tsx bench/members.ts
 */
const sizes = [1_000, 100_000] as const;
const rounds = 60;
const rowsAtOnce = 5_000;

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const siteUrl = "https://muster.example";
const settings = { productName: "Muster", siteUrl, freeSeats: 3, mailsPerHour: 1000 };
const pepper = "a pepper that only benchmarks use, 32 characters and more";

const firstNames = ["Ada", "Ben", "Chloé", "Emma", "Igor", "Julia"];
const lastNames = ["Bauer", "Costa", "Dubois", "Fischer", "Garcia", "Haddad"];

const looks: [what: string, search: string][] = [
  ["first page of 100, by name", ""],
  ["next page of 100", "?cursor={next}"],
  ["25 found by a word", "?search=emma"],
  ["25 found by the start of two words", "?search=em%20ga"],
  ["25 found by a word and a role", "?search=fischer&role=read"],
  ["25 admins", "?role=admin"],
  ["the newest 25", "?sort=joined"],
];

async function run() {
  const token = await signIn();
  const places = [];
  for (const size of sizes) places.push(await found(size));
  const costs = meter(client);

  async function look(organization: string, search: string) {
    const path = `/api/v1/organizations/${organization}/members${search}`;
    const response = await api.request(path, { headers: { authorization: `Bearer ${token}` } });
    if (response.status !== 200) throw new Error(`${path} was answered ${response.status}.`);
    return (await response.json()) as { items: unknown[]; next?: string };
  }

  print(`| | ${sizes.map((size) => `${size.toLocaleString("en")}: trips | RRU | ms | `).join("")}ratio of times |`);
  print(`|---|${"---:|".repeat(sizes.length * 3 + 1)}`);
  for (const [what, pattern] of looks) {
    const searches = await Promise.all(
      places.map(async (place) => pattern.replace("{next}", encodeURIComponent((await look(place, "")).next ?? ""))),
    );
    const times: number[][] = places.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [at, place] of places.entries()) {
        const begun = performance.now();
        await look(place, searches[at] ?? "");
        times[at]?.push(performance.now() - begun);
      }
    }
    const medians = times.map(median);
    const cells: string[] = [];
    for (const [at, place] of places.entries()) {
      const { trips, readUnits } = await costs.measure(() => look(place, searches[at] ?? ""));
      cells.push(String(trips), String(readUnits), (medians[at] ?? Number.NaN).toFixed(1));
    }
    const [small = Number.NaN, large = Number.NaN] = medians;
    print(`| ${[what, ...cells, (large / small).toFixed(2)].join(" | ")} |`);
  }
}

/** Signs somebody in, through the domain functions. */
async function signIn(): Promise<string> {
  const email = "owner@example.com";
  const opened = await provide({ actor: { type: "public", origin } }, async () => {
    const { flow } = await Session.requestCode({ email });
    return Session.signIn({ flow, code: Code.derive(flow, ID.derive("address", email)) });
  });
  const via = {
    kind: "session" as const,
    id: ID.derive("session", opened.token),
    authenticatedAt: new Date().toISOString(),
  };
  const address = ID.derive("address", email);
  founder = { type: "account", account: opened.account.id, address, email, via, origin };
  return opened.token;
}

/** An organization of so many members, whose rows are written in batches. */
async function found(size: number): Promise<ID.ID<"organization">> {
  const { id } = await provide({ actor: founder }, () => Organization.create({ name: `Of ${size}` }));
  const random = seededRandom(size);
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? "";
  let rows: Projection[] = [];
  for (let i = 1; i < size; i++) {
    const name = `${pick(firstNames)} ${pick(lastNames)}`;
    const email = `${name.toLowerCase().replace(" ", ".").replace("é", "e")}.${i}@example.com`;
    const account = ID.derive("account", `${size} ${i}`);
    const { key, item } = Member.joined(id, { account, email, name, color: "teal" }, i % 25 === 0 ? "admin" : "read");
    const membership = { ...item, ...key };
    rows.push(...[membership, ...terms(membership)].map((put) => ({ put })));
    if (rows.length < rowsAtOnce && i < size - 1) continue;
    await table.project(rows);
    rows = [];
  }
  const shown = { seq: 0, hash: "", day: "", active: size, owner: 1, admin: Math.floor((size - 1) / 25) };
  await table.write(put(Keys.stats(id), { ...shown, read: size - shown.admin - 1 }));
  return id;
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}

const origin = { ip: "203.0.113.7", agent: "bench" };
let founder: Parameters<typeof provide>[0]["actor"];
const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
const engine = await startEngine({ file: join(folder, "table.db") });
const connection = { endpoint: engine.endpoint, region, credentials };
const client = connect(connection);
const table = dynamo(client, "muster-bench");
const api = app({ url: siteUrl, secure: true });
try {
  // nothing reads its stream, and half a million records would only fill the disk
  const { StreamSpecification: _, ...definition } = tableDefinition("muster-bench");
  await new DynamoDBClient(connection).send(new CreateTableCommand(definition));
  bind({ table, queues: { send: async () => {} }, settings, pepper });
  await run();
} finally {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
}
