import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as ID from "@muster/core/base/id.ts";
import { provide } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import * as Code from "@muster/core/session/code.ts";
import * as Session from "@muster/core/session/session.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { keysDefinition, tableDefinition } from "@muster/core/table/schema.ts";
import type { Table } from "@muster/core/table/table.ts";
import { app } from "@muster/functions/api/app.ts";
import { startEngine } from "@muster/local/engine/engine.ts";

const tableName = "muster-bench";
export const region = "eu-central-1";
export const credentials = { accessKeyId: "local", secretAccessKey: "local" };
export const siteUrl = "https://muster.example";
export const settings = { productName: "Muster", siteUrl, freeSeats: 3, mailsPerHour: 1000 };
export const pepper = "a pepper that only benchmarks use, 32 characters and more";
const origin = { ip: "203.0.113.7", agent: "bench" };

type Founder = Awaited<ReturnType<typeof signIn>>["founder"];

export type Deployment = {
  table: Table;
  /** Of the engine. */
  endpoint: string;
  /** The engine's file, and the name of the table in it. */
  file: string;
  tableName: string;
  enginePid: number;
  /** The connection that carries the table's calls, for a meter. */
  client: ReturnType<typeof connect>;
  /** The signed-in person, and their session. */
  founder: Founder;
  token: string;
  /** Creates an organization that the signed-in person owns. */
  found: (name: string) => Promise<ID.ID<"organization">>;
  /** Sends a request to the API as that person. @throws Error if it is refused */
  ask: (method: string, path: string, body?: object) => Promise<Response>;
};

/** The API over the table engine, which keeps its rows in a file or in memory, and somebody who is signed in. */
export async function openDeployment(
  run: (deployment: Deployment) => Promise<void>,
  { inMemory = false } = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const file = join(folder, "table.db");
  const engine = await startEngine(inMemory ? {} : { file });
  try {
    const connection = { endpoint: engine.endpoint, region, credentials };
    const client = connect(connection);
    const table = dynamo(client, tableName);
    // nothing reads its stream, and half a million records would only fill the disk
    const { StreamSpecification: _, ...definition } = tableDefinition(tableName);
    const control = new DynamoDBClient(connection);
    await control.send(new CreateTableCommand(definition));
    await control.send(new CreateTableCommand(keysDefinition(tableName)));
    bind({ table, queues: { send: async () => {} }, settings, pepper });
    const { token, founder } = await signIn();
    const api = app({ url: siteUrl, secure: true });
    await run({
      table,
      endpoint: engine.endpoint,
      file,
      tableName,
      enginePid: Number(engine.pid),
      client,
      founder,
      token,
      found: async (name) => (await provide({ actor: founder }, () => Organization.create({ name }))).id,
      ask: async (method, path, body) => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
        const response = await api.request(`/api/v1${path}`, request);
        if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}.`);
        return response;
      },
    });
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Signs somebody in, through the domain functions. */
async function signIn() {
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
  const founder = { type: "account" as const, account: opened.account.id, address, email, via, origin };
  return { token: opened.token, founder };
}
