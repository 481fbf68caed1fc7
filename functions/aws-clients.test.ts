import { Readable } from "node:stream";
import { sqs } from "@muster/core/queue/sqs.ts";
import { connect } from "@muster/core/table/client.ts";
import { describe, expect, test, vi } from "vitest";
import { readSecret } from "./secrets-manager.ts";

// What Muster asks of queues and of Secrets Manager, and what it makes of the answers.

type Request = { protocol: string; hostname: string; headers: Record<string, string>; body: string | Uint8Array };
type Answer = { statusCode: number; body: object | string };

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" };

/** Connections that keep each request, and answer with these. */
function recorder(region: string, ...answers: Answer[]) {
  const sent: Request[] = [];
  const requestHandler = {
    async handle(request: Request) {
      sent.push(request);
      const { statusCode, body } = answers[sent.length - 1] ?? { statusCode: 200, body: {} };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return { response: { statusCode, headers: {}, body: Readable.from([Buffer.from(text)]) } };
    },
  };
  return { sent, caller: connect({ region, credentials, requestHandler: requestHandler as never }).config };
}

function meaning({ protocol, hostname, headers, body }: Request) {
  const { "x-amz-target": target, authorization = "", "X-Amzn-Trace-Id": trace } = headers;
  const [, scope] = /Credential=AKIDEXAMPLE\/\d{8}\/(\S+?),/.exec(authorization) ?? [];
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return { protocol, hostname, target, scope, trace, body: JSON.parse(text) as unknown };
}

describe("a secret", () => {
  const arnIn = (region: string) => `arn:aws:secretsmanager:${region}:000000000000:secret:muster-AbCdEf`;
  const answer = { statusCode: 200, body: { SecretString: "{}" } };

  test.each([
    ["us-east-1", "secretsmanager.us-east-1.amazonaws.com"],
    ["cn-north-1", "secretsmanager.cn-north-1.amazonaws.com.cn"],
    ["eusc-de-east-1", "secretsmanager.eusc-de-east-1.amazonaws.eu"],
  ])("in %s is asked for there, from anywhere", async (region, hostname) => {
    const { caller, sent } = recorder("eu-central-1", answer);
    expect(await readSecret(arnIn(region), caller)).toBe("{}");
    const scope = `${region}/secretsmanager/aws4_request`;
    expect(sent.map(meaning)).toMatchObject([{ hostname, scope, body: { SecretId: arnIn(region) } }]);
  });

  test("is asked for at FIPS endpoints where those are wanted", async () => {
    vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
    const { caller, sent } = recorder("us-east-1", answer);
    await readSecret(arnIn("us-east-1"), caller);
    vi.unstubAllEnvs();
    expect(sent.map(meaning)).toMatchObject([{ hostname: "secretsmanager-fips.us-east-1.amazonaws.com" }]);
  });
});

describe("messages", () => {
  const url = "https://sqs.eu-central-1.amazonaws.com/000000000000/work";
  /** The MD5 is of the JSON text "hello", with its quotes. */
  const hello = { Id: "0", MessageId: "m", MD5OfMessageBody: "5deaee1c1332199e5b5bc7c5e4f7f0c2" };
  const accepted = { statusCode: 200, body: { Successful: [hello] } };
  const send = (answers: Answer[], endpoint?: string) => {
    const { sent, caller } = recorder("eu-central-1", ...answers);
    return { sent, done: sqs({ work: url }, caller, endpoint).send("work", ["hello" as never], 3) };
  };

  test("go to the queue, with how long they wait", async () => {
    const { sent, done } = send([accepted]);
    await done;
    const Entries = [{ Id: "0", MessageBody: '"hello"', DelaySeconds: 3 }];
    expect(sent.map(meaning)).toMatchObject([
      {
        hostname: "sqs.eu-central-1.amazonaws.com",
        target: "AmazonSQS.SendMessageBatch",
        body: { QueueUrl: url, Entries },
      },
    ]);
  });

  test("carry the trace of the invocation on Lambda: by it AWS stops functions that wake each other forever", async () => {
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:1";
    vi.stubEnv("_X_AMZN_TRACE_ID", trace);
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "muster-work");
    const { sent, done } = send([accepted]);
    await done;
    vi.unstubAllEnvs();
    expect(sent.map(meaning)).toMatchObject([{ trace }]);
  });

  test.each([
    ["refused", { Failed: [{ Id: "0", Code: "InternalError" }] }, "refused messages: InternalError"],
    [
      "changed on their way",
      { Successful: [{ ...hello, MD5OfMessageBody: "0".repeat(32) }] },
      "The queue work answers",
    ],
    ["neither accepted nor refused", {}, "did not accept all messages"],
  ])("that are %s are an error", async (_, body, message) => {
    await expect(send([{ statusCode: 200, body }]).done).rejects.toThrow(message);
  });

  test("are sent again where the service is broken, and not where it refuses", async () => {
    const broken = { statusCode: 503, body: "<html>" };
    const twice = send([broken, broken, accepted]);
    await twice.done;
    expect(twice.sent).toHaveLength(3);
    const gone = send([{ statusCode: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist" } }]);
    await expect(gone.done).rejects.toThrow("The queue work answers QueueDoesNotExist.");
    expect(gone.sent).toHaveLength(1);
  });

  test("go to the endpoint that the environment names", async () => {
    const { sent, done } = send([accepted], "http://127.0.0.1:4566");
    await done;
    expect(sent.map(meaning)).toMatchObject([{ protocol: "http:", hostname: "127.0.0.1", body: { QueueUrl: url } }]);
  });
});
