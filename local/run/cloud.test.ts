import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ID from "@muster/core/base/id.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { passOn } from "@muster/local/testing/worlds/pass-on.ts";
import { listen, listener, readBody } from "@muster/local-base/server.ts";
import { afterEach, expect, test, vi } from "vitest";
import { freePort, startEngine } from "../engine/engine.ts";
import { openReader } from "../stream/reader.ts";
import { openFolder } from "./folder.ts";

const environment = Object.entries(process.env);
const path = mkdtempSync(join(tmpdir(), "muster-cloud-"));

afterEach(() => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, Object.fromEntries(environment));
  vi.resetModules(); // the functions that were imported are those of the run
  rmSync(path, { recursive: true });
});

/** An endpoint of AWS before the engine: it only has one of the APIs, and knows one key. */
async function openAws(endpoint: string, api: string, key: string) {
  const refused: string[] = [];
  let answered = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { authorization = "", "x-amz-target": target, "content-type": type = "" } = request.headers;
    if (!authorization.includes(`Credential=${key}/`) || !String(target).startsWith(`${api}_`)) {
      refused.push(`${String(target)} ${authorization.slice(0, 60)}`);
      response.writeHead(400, { "content-type": type }).end('{"__type":"UnrecognizedClientException"}');
      return;
    }
    const body = String(await readBody(request, 20_000_000));
    answered += 1;
    await passOn(request, response, { engine: endpoint, body });
  };
  const server = await listen(listener(answer));
  return { endpoint: server.endpoint, refused, answered: () => answered, stop: server.stop };
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());

test("a key of AWS signs for its table and stream and for nothing else, and is in no file and on no page", async () => {
  const key = { accessKeyId: "AKIAEXAMPLE000000000", secretAccessKey: "the-secret-of-a-real-account" };
  const engine = await startEngine();
  const table = await openAws(engine.endpoint, "DynamoDB", key.accessKeyId);
  const stream = await openAws(engine.endpoint, "DynamoDBStreams", key.accessKeyId);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey });
  const wrong: unknown[] = [];
  const folder = await openFolder(path);
  vi.resetModules();
  const { startCloud } = await import("./cloud.ts");
  const { clientsOf } = await import("../demo/place.ts");
  const cloud = await startCloud({
    engine: Object.assign({}, engine, {
      endpoint: table.endpoint,
      streamsEndpoint: stream.endpoint,
      aws: { region: "us-west-2", credentials: key },
    }),
    folder,
    port: await freePort(),
    fill: async (place) => {
      const { client, streams } = clientsOf(place);
      await openReader(streams, place.table.name);
      await dynamo(client, place.table.name).get(organizationKeys.organization(ID.create("organization")));
    },
    report: (error) => void wrong.push(error),
  });

  const body = JSON.stringify({ email: "lin@example.com" });
  const headers = { "content-type": "application/json" };
  expect((await fetch(`${cloud.url}/api/v1/sign-in`, { method: "POST", headers, body })).status).toBe(202);
  const mails = async () => (await fetch(`${cloud.url}/mailbox/api/mails?to=lin@example.com`)).json();
  await expect.poll(mails).toMatchObject({ items: [{ to: [expect.anything()] }] });
  expect([table.answered() > 0, stream.answered() > 0]).toEqual([true, true]);
  expect([...table.refused, ...stream.refused]).toEqual([]);

  const holds = (text: string) => text.includes(key.secretAccessKey) || text.includes(key.accessKeyId);
  expect(holds(await (await fetch(`${cloud.url}/start`)).text())).toBe(false);
  expect(filesIn(path).map((file) => file.slice(path.length + 1))).toEqual(
    expect.arrayContaining(["lock.json", "credentials.json"]),
  );
  expect(filesIn(path).filter((file) => holds(readFileSync(file, "latin1")))).toEqual([]);
  expect(process.env.AWS_ACCESS_KEY_ID).toMatch(/^LOCAL/);
  await cloud.stop();
  folder.release();
  await table.stop();
  await stream.stop();
  expect(wrong).toEqual([]);
});
