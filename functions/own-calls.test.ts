import { Readable } from "node:stream";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { bind } from "@muster/core/kernel/ports.ts";
import { sqs } from "@muster/core/queue/sqs.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { traceId } from "./config.ts";
import { readSecret } from "./secrets-manager.ts";

// What Muster asks of these services without the SDK's clients, compared with what those ask.

type Request = {
  protocol: string;
  hostname: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
};

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" };
const helloMd5 = "5d41402abc4b2a76b9719d911017c592";
const hello = { Id: "0", MessageId: "m", MD5OfMessageBody: helloMd5 };

beforeAll(() => bind({ pause: async () => {} }));
afterAll(() => bind({ pause: undefined }));

/** A client whose requests are kept, and answered with these texts. */
function recorder(region: string, ...answers: { statusCode: number; body: object | string }[]) {
  const sent: Request[] = [];
  const requestHandler = {
    async handle(request: Request) {
      sent.push(request);
      const { statusCode, body } = answers[sent.length - 1] ?? { statusCode: 200, body: {} };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return { response: { statusCode, headers: {}, body: Readable.from([Buffer.from(text)]) } };
    },
  };
  const config = { region, credentials, requestHandler, maxAttempts: 1 };
  return { sent, config, caller: new SQSClient(config).config };
}

/** What decides what a service does, and whose request it is. */
function meaning({ protocol, hostname, path, headers, body }: Request) {
  const { "x-amz-target": target, "content-type": type, authorization = "", host } = headers;
  const [, scope] = /Credential=AKIDEXAMPLE\/(\S+?),/.exec(authorization) ?? [];
  const token = headers["x-amz-security-token"];
  const trace = headers["x-amzn-trace-id"] ?? headers["X-Amzn-Trace-Id"];
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  return { protocol, hostname, path, host, target, type, scope, token, trace, body: JSON.parse(text) as unknown };
}

const regions = ["eu-central-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"];

test.each(regions)("a secret in %s is asked for as the SDK asks", async (region) => {
  const answer = { statusCode: 200, body: { SecretString: "{}" } };
  const [ours, theirs] = [recorder(region, answer), recorder(region, answer)];
  const arn = `arn:aws:secretsmanager:${region}:000000000000:secret:muster-AbCdEf`;
  expect(await readSecret(arn, ours.caller)).toBe("{}");
  await new SecretsManagerClient(theirs.config as never).send(new GetSecretValueCommand({ SecretId: arn }));
  expect(ours.sent.map(meaning)).toEqual(theirs.sent.map(meaning));
});

test("a secret is not asked for elsewhere than FIPS endpoints where those are wanted", async () => {
  vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
  const { caller, sent } = recorder("us-east-1");
  const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:muster-AbCdEf";
  await expect(readSecret(arn, caller)).rejects.toThrow("AWS_ENDPOINT_URL");
  expect(sent).toEqual([]);
  vi.unstubAllEnvs();
});

test("a secret is asked for in its own region", async () => {
  const { caller, sent } = recorder("us-east-1", { statusCode: 200, body: { SecretString: "{}" } });
  await readSecret("arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-AbCdEf", caller);
  const scope = expect.stringMatching(/^\d{8}\/eu-central-1\/secretsmanager\//);
  expect(sent.map(meaning)).toMatchObject([{ hostname: "secretsmanager.eu-central-1.amazonaws.com", scope }]);
});

test.each(regions)("messages in %s are sent as the SDK sends them", async (region) => {
  const url = `https://sqs.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/000000000000/work`;
  const MessageBody = JSON.stringify("hello");
  const answer = { statusCode: 200, body: { Successful: [{ ...hello, MD5OfMessageBody: md5OfHello }] } };
  const [ours, theirs] = [recorder(region, answer), recorder(region, answer)];
  await sqs({ work: url }, ours.caller).send("work", ["hello" as never], 3);
  const Entries = [{ Id: "0", MessageBody, DelaySeconds: 3 }];
  await new SQSClient(theirs.config as never).send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  expect(ours.sent.map(meaning)).toEqual(theirs.sent.map(meaning));
});

/** Of the JSON text "hello", with its quotes. */
const md5OfHello = "5deaee1c1332199e5b5bc7c5e4f7f0c2";

test("messages carry the trace of the invocation, as the SDK sends it, and none elsewhere", async () => {
  const url = "https://sqs.eu-central-1.amazonaws.com/000000000000/work";
  const body = { Successful: [{ ...hello, MD5OfMessageBody: md5OfHello }] };
  const answer = { statusCode: 200, body };
  const [ours, theirs] = [recorder("eu-central-1", answer, answer), recorder("eu-central-1", answer)];
  const queues = sqs({ work: url }, ours.caller, { trace: traceId });
  vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:a87bd80c:1");
  await queues.send("work", ["hello" as never]);
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "muster-work");
  await queues.send("work", ["hello" as never]);
  const Entries = [{ Id: "0", MessageBody: JSON.stringify("hello") }];
  await new SQSClient(theirs.config as never).send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  vi.unstubAllEnvs();
  expect(ours.sent[0]?.headers).not.toHaveProperty("x-amzn-trace-id");
  expect(ours.sent.slice(1).map(meaning)).toEqual(theirs.sent.map(meaning));
  expect(ours.sent.slice(1).map(meaning)).toMatchObject([{ trace: expect.stringContaining("Lineage=1:a87bd80c:1") }]);
});

describe("messages", () => {
  const url = "https://sqs.eu-central-1.amazonaws.com/000000000000/work";
  const send = (...answers: Parameters<typeof recorder>[1][]) => {
    const { sent, caller } = recorder("eu-central-1", ...answers);
    return { sent, done: sqs({ work: url }, caller).send("work", ["hello" as never]) };
  };

  test.each([
    ["refused", { Failed: [{ Id: "0", Code: "InternalError" }] }, "refused messages: InternalError"],
    ["changed on their way", { Successful: [{ ...hello, MD5OfMessageBody: "0".repeat(32) }] }, "has other messages"],
    ["neither accepted nor refused", {}, "has other messages"],
  ])("that are %s are an error", async (_, body, message) => {
    await expect(send({ statusCode: 200, body }).done).rejects.toThrow(message);
  });

  test("are sent again where the service is broken, and not where it refuses", async () => {
    const broken = { statusCode: 503, body: "<html>" };
    const twice = send(broken, broken, {
      statusCode: 200,
      body: { Successful: [{ ...hello, MD5OfMessageBody: md5OfHello }] },
    });
    await twice.done;
    expect(twice.sent).toHaveLength(3);
    const gone = send({ statusCode: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist" } });
    await expect(gone.done).rejects.toThrow("The queue work answers QueueDoesNotExist.");
    expect(gone.sent).toHaveLength(1);
  });

  test("go to the endpoint that the environment names", async () => {
    const { sent, caller } = recorder("eu-central-1", {
      statusCode: 200,
      body: { Successful: [{ ...hello, MD5OfMessageBody: md5OfHello }] },
    });
    await sqs({ work: url }, caller, { endpoint: "http://127.0.0.1:4566" }).send("work", ["hello" as never]);
    expect(sent.map(meaning)).toMatchObject([{ protocol: "http:", hostname: "127.0.0.1", body: { QueueUrl: url } }]);
  });
});
