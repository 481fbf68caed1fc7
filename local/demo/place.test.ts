import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startQueues } from "@muster/local-queues/server.ts";
import { expect, test } from "vitest";
import { openFolder } from "../run/folder.ts";
import { clientsOf } from "./place.ts";

test("the queues of the demo are reached with the key of this machine, not with that of a table on AWS", async () => {
  const path = mkdtempSync(join(tmpdir(), "muster-demo-"));
  const folder = await openFolder(path);
  const credentials = { accessKeyId: "LOCAL0", secretAccessKey: "of this folder" };
  const queues = await startQueues({ queues: [{ name: "mail" }], accessKeyId: credentials.accessKeyId });
  const aws = { accessKeyId: "AKIAEXAMPLE000000000", secretAccessKey: "the-secret-of-a-real-account" };
  const table = { name: "muster", endpoint: "https://dynamodb.us-west-2.amazonaws.com", region: "us-west-2" };
  const { messages } = clientsOf({
    folder,
    table: { ...table, credentials: aws },
    streamsEndpoint: "https://streams.dynamodb.us-west-2.amazonaws.com",
    credentials,
    queues,
    consumers: [],
  });
  await messages.send("mail", [{ kind: "code" }]);
  expect(queues.depth("mail")).toMatchObject({ visible: 1 });
  await queues.stop();
  folder.release();
  rmSync(path, { recursive: true });
});
