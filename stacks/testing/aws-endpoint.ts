import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "@muster/local-base/server.ts";
import { answerFunctions, type StoredFunction } from "./aws-functions.ts";
import { answerObjects } from "./aws-objects.ts";
import { type Account, answerQuery } from "./aws-query.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";

const accountId = "111111111111";

// Shapes

export type AwsEndpoint = {
  url: string;
  rehearsal: Rehearsal;
  /** Functions by their names. A rehearsal creates none. */
  functions: Map<string, StoredFunction>;
  /** Objects of all buckets, by key. */
  objects: Map<string, Buffer>;
  /** The actions since the last call, in order. */
  takeActions: () => string[];
  stop: () => Promise<void>;
};

// Functions

/** The part of AWS that `sst build` and `sst deploy` use, on loopback. It checks its input and creates nothing. */
export async function startAwsEndpoint(region: string): Promise<AwsEndpoint> {
  const account: Account = {
    id: accountId,
    rehearsal: rehearse(accountId, region),
    objects: new Map(),
    refused: new Map(),
  };
  const functions = new Map<string, StoredFunction>();
  let actions: string[] = [];
  const server = await listen((request, response) => {
    answer(request, response, account, functions).then(
      (action) => actions.push(action),
      (error: Error) => refuse(response, error),
    );
  });
  return {
    url: server.endpoint,
    rehearsal: account.rehearsal,
    functions,
    objects: account.objects,
    takeActions: () => {
      const taken = actions;
      actions = [];
      return taken;
    },
    stop: server.stop,
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  account: Account,
  functions: ReadonlyMap<string, StoredFunction>,
): Promise<string> {
  const body = await buffer(request);
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") {
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ Parameter: { Name: "version", Value: "28" } }));
    return target;
  }
  const { pathname } = new URL(request.url ?? "/", "http://aws");
  if (pathname.startsWith("/2015-03-31/functions/")) {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answerFunctions(request.method ?? "", pathname, body.toString("utf8"), functions)));
    return `${request.method} ${pathname.split("/").slice(3).join(" ")}`;
  }
  response.setHeader("content-type", "text/xml");
  if (request.headers["content-type"]?.includes("x-www-form-urlencoded")) {
    const form = new URLSearchParams(body.toString("utf8"));
    response.end(answerQuery(form, account));
    return form.get("Action") ?? "";
  }
  const { status, body: content } = answerObjects(request, body, account.objects);
  for (const key of account.objects.keys()) {
    account.rehearsal.uploads.add(key);
  }
  response.writeHead(status, { etag: '"0"' });
  response.end(request.method === "HEAD" ? undefined : content);
  return `${request.method} object`;
}

function refuse(response: ServerResponse, { message }: Error): void {
  response.writeHead(400, { "content-type": "text/xml" });
  response.end(
    `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}
