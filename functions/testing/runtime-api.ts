import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
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
    const body = await read(request);
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

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  // Lambda's keeps its connections, also for a function that stands still for longer than Node's five seconds
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The runtime API listens on no port.");

  return {
    address: `127.0.0.1:${address.port}`,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(new InvocationFailed(broken));
        queued.push({ id: randomUUID(), event, resolve, reject });
        deliver();
      }),
    abandon,
    stop: async () => {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
