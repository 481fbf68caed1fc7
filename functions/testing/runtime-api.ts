import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "@muster/local-base/server.ts";
import { workTimeoutSeconds } from "../queue/limits.ts";

const prefix = "/2018-06-01/runtime/";
const functionArn = "arn:aws:lambda:eu-central-1:000000000000:function:muster-test";

/** An error as a runtime reports it: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export type RuntimeError = {
  errorType: string;
  errorMessage: string;
  stackTrace?: string[];
};

/** The function answered with an error, or did not start. */
export class InvocationFailed extends Error {
  override name = "InvocationFailed";
  readonly reported: RuntimeError;

  constructor(reported: RuntimeError) {
    super(`${reported.errorType}: ${reported.errorMessage}`);
    this.reported = reported;
  }
}

export type RuntimeApi = {
  /** host:port, for AWS_LAMBDA_RUNTIME_API. */
  address: string;
  /**
   * Sends an event to the function and returns its answer.
   * @throws InvocationFailed
   */
  invoke: (event: object) => Promise<unknown>;
  /** Rejects everything that waits, because the process has ended. */
  abandon: (reason: RuntimeError) => void;
  stop: () => Promise<void>;
};

type Invocation = {
  id: string;
  event: object;
  resolve: (answer: unknown) => void;
  reject: (error: InvocationFailed) => void;
};

/** Implements the Lambda Runtime API on loopback, for one process of one function. */
export async function startRuntimeApi({ timeoutSeconds = workTimeoutSeconds } = {}): Promise<RuntimeApi> {
  const queued: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let idle: ServerResponse | undefined;
  let broken: RuntimeError | undefined;

  function deliver() {
    const invocation = idle && queued.shift();
    if (!idle || !invocation) return;
    running.set(invocation.id, invocation);
    idle.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.id,
      "lambda-runtime-deadline-ms": String(Date.now() + timeoutSeconds * 1000),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": "Root=1-00000000-000000000000000000000000;Sampled=0",
    });
    idle.end(JSON.stringify(invocation.event));
    idle = undefined;
  }

  function abandon(reason: RuntimeError) {
    broken = reason;
    for (const { reject } of [...queued.splice(0), ...running.values()]) reject(new InvocationFailed(reason));
    running.clear();
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = await text(request);
    const [operation, id = "", outcome] = (request.url ?? "").replace(prefix, "").split("/");
    if (operation === "invocation" && id === "next") {
      idle = response;
      return deliver();
    }
    const invocation = running.get(id);
    if (operation === "invocation" && outcome === "response") invocation?.resolve(JSON.parse(body));
    else if (operation === "invocation" && outcome === "error") {
      invocation?.reject(new InvocationFailed(JSON.parse(body)));
    } else if (operation === "init" && id === "error") abandon(JSON.parse(body));
    else return void response.writeHead(404).end();
    running.delete(id);
    response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}');
  }

  const server = await listen(
    (request, response) => void answer(request, response).catch(() => response.destroy()),
    0,
    // Lambda's keeps its connections, also for a function that stands still; one that waits for an event never finishes
    { keepAliveMs: 0, finishWithinMs: 0 },
  );
  return {
    address: `127.0.0.1:${server.port}`,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(new InvocationFailed(broken));
        queued.push({ id: randomUUID(), event, resolve, reject });
        deliver();
      }),
    abandon,
    stop: server.stop,
  };
}
