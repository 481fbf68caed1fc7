import { describe, expect, test } from "vitest";
import { behindAlias, ofType, type Resource, statementsOf, synthesize } from "./testing/synthesis.ts";

/** Actions for which AWS has no resource: a trace has none, a quota belongs to the account. */
const trace = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
const readQuota = "ses:GetSendQuota";
const withoutResource = [readQuota, ...trace];

const ofEveryFunction = {
  everything: trace,
  log: ["logs:CreateLogStream", "logs:PutLogEvents"],
};
const readSecrets = ["secretsmanager:GetSecretValue"];
const readAndWrite = [
  "dynamodb:BatchGetItem",
  "dynamodb:ConditionCheckItem",
  "dynamodb:DeleteItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
  "dynamodb:UpdateItem",
];
const readStream = [
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];
const receive = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ReceiveMessage",
];
const bury = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];

/** The names in a template for the resources that a function may use. */
const resourceNames: [RegExp, string][] = [
  [/^"\*"$/, "everything"],
  [/\/index\/list/, "index"],
  [/TableCD117FA1StreamArn/, "stream"],
  [/TableCD117FA1Arn/, "table"],
  [/muster-data:ExportsOutputFnGetAttKeys/, "data keys"],
  [/muster-data:ExportsOutputFnGetAttWrappingKey/, "wrapping key"],
  [/muster-data:ExportsOutputRefSecrets/, "pepper and origin"],
  [/muster-data:ExportsOutputRefStripeSecrets/, "Stripe's secrets"],
  [/DeadLetters/, "dead letters"],
  [/muster-queues:ExportsOutputFnGetAttWork/, "work queue"],
  [/muster-queues:ExportsOutputFnGetAttMail/, "mail queue"],
  [/muster-queues:ExportsOutputFnGetAttCodes/, "codes queue"],
  [/muster-queues:ExportsOutputFnGetAttUploadsImports/, "imports queue"],
  [/muster-storage:ExportsOutputFnGetAttBucket.*\/imports\/\*/, "uploads"],
  [/muster-storage:ExportsOutputFnGetAttBucket.*\/files\/\*/, "files"],
  [/muster-storage:ExportsOutputFnGetAttBucket.*\/reports\/\*/, "reports"],
  [/muster-storage:ExportsOutputFnGetAttBucket/, "bucket"],
  [/muster-queues:ExportsOutputFnGetAttBulk/, "bulk queue"],
  [/muster-queues:ExportsOutputFnGetAttChecks/, "checks queue"],
  [/Log[0-9A-F]{8}/, "log"],
  [/:identity\/example\.org/, "sender"],
  [/:configuration-set\//, "configuration set"],
];

const prod = synthesize("prod");
const policies = ofType(prod, "AWS::IAM::Policy");

describe("a function may do only this:", () => {
  test.each([
    [
      "api",
      "Api",
      {
        table: ["dynamodb:BatchWriteItem", ...readAndWrite].sort(),
        index: ["dynamodb:Query"],
        "checks queue": ["sqs:SendMessage"],
        "codes queue": ["sqs:SendMessage"],
        "imports queue": ["sqs:SendMessage"],
        "work queue": ["sqs:SendMessage"],
        "data keys": ["dynamodb:DeleteItem", "dynamodb:PutItem"],
        "wrapping key": ["kms:GenerateDataKey"],
        "pepper and origin": readSecrets,
        "Stripe's secrets": readSecrets,
        uploads: ["s3:PutObject"],
        reports: ["s3:GetObject"],
      },
    ],
    [
      "follow",
      "Follow",
      { table: readAndWrite, stream: readStream, "work queue": ["sqs:SendMessage"], "dead letters": bury },
    ],
    [
      "view",
      "View",
      {
        table: ["dynamodb:BatchWriteItem", ...readAndWrite].sort(),
        stream: readStream,
        "dead letters": bury,
      },
    ],
    [
      "work",
      "Work",
      {
        table: readAndWrite,
        index: ["dynamodb:Query"],
        "work queue": [...receive, "sqs:SendMessage"].sort(),
        "mail queue": ["sqs:SendMessage"],
        "bulk queue": ["sqs:SendMessage"],
        "Stripe's secrets": readSecrets,
      },
    ],
    [
      "mail",
      "Mail",
      {
        table: readAndWrite.filter((action) => !/Delete/.test(action)),
        "mail queue": [...receive, "sqs:SendMessage"].sort(),
        "codes queue": [...receive, "sqs:SendMessage"].sort(),
        "pepper and origin": readSecrets,
        everything: withoutResource,
        sender: ["ses:SendRawEmail"],
        "configuration set": ["ses:SendRawEmail"],
      },
    ],
    [
      "imports",
      "Imports",
      {
        table: readAndWrite,
        index: ["dynamodb:Query"],
        "imports queue": [...receive, "sqs:SendMessage"].sort(),
        "data keys": ["dynamodb:DeleteItem", "dynamodb:Query"],
        uploads: ["s3:DeleteObjectVersion", "s3:GetObject"],
        files: ["s3:AbortMultipartUpload", "s3:DeleteObjectVersion", "s3:GetObject", "s3:PutObject"],
        reports: ["s3:AbortMultipartUpload", "s3:DeleteObjectVersion", "s3:GetObject", "s3:PutObject"],
        bucket: ["s3:ListBucket", "s3:ListBucketVersions"],
      },
    ],
    [
      "bulk",
      "Bulk",
      {
        table: readAndWrite.filter((action) => !/Delete/.test(action)),
        "bulk queue": [...receive, "sqs:SendMessage"].sort(),
        "pepper and origin": readSecrets,
        everything: withoutResource,
        sender: ["ses:SendRawEmail"],
        "configuration set": ["ses:SendRawEmail"],
      },
    ],
    [
      "checks",
      "Checks",
      {
        table: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
        "data keys": ["dynamodb:GetItem"],
        "wrapping key": ["kms:Decrypt"],
        "checks queue": receive,
      },
    ],
    [
      "clock",
      "Clock",
      {
        table: readAndWrite,
        index: ["dynamodb:Query"],
        "work queue": ["sqs:SendMessage"],
        "imports queue": ["sqs:SendMessage"],
        "data keys": ["dynamodb:Query", "dynamodb:UpdateItem"],
        "wrapping key": ["kms:GetKeyRotationStatus", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:RotateKeyOnDemand"],
        "Stripe's secrets": readSecrets,
        "dead letters": bury,
      },
    ],
    [
      "mail-events",
      "MailEvents",
      {
        table: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        "bulk queue": ["sqs:SendMessage"],
        "dead letters": bury,
      },
    ],
    [
      "stripe",
      "Stripe",
      { table: ["dynamodb:UpdateItem"], "work queue": ["sqs:SendMessage"], "Stripe's secrets": readSecrets },
    ],
    [
      "stripe-bus",
      "StripeBus",
      { table: ["dynamodb:UpdateItem"], "work queue": ["sqs:SendMessage"], "dead letters": bury },
    ],
  ])("%s", (_, id, expected) => {
    const policy = policies.find((each) => each.id.startsWith(`${id}RoleDefaultPolicy`));
    expect(actionsByResource(policy)).toEqual({ ...ofEveryFunction, ...expected });
  });
});

describe("no policy", () => {
  const allowed = policies.flatMap(statementsOf).filter(({ Effect }) => Effect === "Allow");

  test("opens a data key, except those of the functions that check API keys, and seal them to devices", () => {
    const opens = (action: string) => /^kms:(Decrypt|\*|GetKeyPolicy|Create\w*|Put\w*)/.test(action);
    const openers = policies.filter((policy) => statementsOf(policy).some(({ Action }) => Action.some(opens)));
    expect(openers.map(({ id }) => id).toSorted()).toEqual([
      expect.stringMatching(/^ChecksRoleDefaultPolicy/),
      expect.stringMatching(/^SyncFunctionRoleDefaultPolicy/),
    ]);
    const keys = ofType(prod, "AWS::KMS::Key").filter(({ stack }) => stack.includes("data"));
    const grants = keys.flatMap(({ Properties }) => (Properties.KeyPolicy as { Statement: unknown[] }).Statement);
    expect(JSON.stringify(grants)).not.toMatch(/lambda|"Principal":"\*"/);
    expect(grants).toHaveLength(2);
  });

  test("allows every action of a service", () => {
    const actions = allowed.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.filter((action) => action === "*" || action.endsWith(":*"))).toEqual([]);
  });

  test("allows an action by a pattern, except that of CDK's uploader", () => {
    const patterned = policies.filter((policy) =>
      statementsOf(policy).some(({ Action }) => Action.some((action) => action.includes("*"))),
    );
    expect(patterned.map(({ id }) => id)).toEqual([expect.stringMatching(/^CustomCDKBucketDeployment/)]);
  });

  test("allows an action on everything, except where AWS has no resource", () => {
    const onEverything = allowed.filter(({ Resource }) => [Resource].flat().includes("*"));
    expect(new Set(onEverything.flatMap(({ Action }) => Action))).toEqual(new Set(withoutResource));
  });

  test("is inside a role, where it would escape these tests", () => {
    const roles = ofType(prod, "AWS::IAM::Role").filter(({ Properties }) => Properties.Policies !== undefined);
    expect(roles).toEqual([]);
    expect(ofType(prod, "AWS::IAM::ManagedPolicy")).toEqual([]);
  });

  test("lets the public in", () => {
    const types = ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];
    const statements = types.flatMap((type) => ofType(prod, type)).flatMap(statementsOf);
    const open = statements.filter(({ Effect, Principal }) => Effect === "Allow" && isAnybody(Principal));
    expect(statements.filter(({ Principal }) => isAnybody(Principal)).length).toBeGreaterThan(8);
    expect(open).toEqual([]);
  });
});

describe("an asynchronous consumer", () => {
  const invoked = ["AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"].flatMap((type) =>
    ofType(prod, type),
  );
  const ofQueues = ofType(prod, "AWS::SQS::Queue").filter(({ Properties }) => Properties.RedrivePolicy !== undefined);

  test("has a destination for failures", () => {
    const places = invoked.map(({ id, Properties }) => [
      id,
      Properties.DestinationConfig !== undefined ||
        ofQueues.some((queue) => JSON.stringify(Properties.EventSourceArn).includes(queue.id)),
    ]);
    expect(places).toHaveLength(11);
    expect(places.filter(([, has]) => has !== true)).toEqual([]);
  });

  test("is every function except the synchronous ones: the API, those of devices and passkeys, and the webhook", () => {
    const functions = ofType(prod, "AWS::Lambda::Function").filter(({ Properties }) => Properties.FunctionName);
    const without = functions.filter(
      ({ id, stack }) =>
        !invoked.some(
          (each) => each.stack === stack && behindAlias(prod, stack, each.Properties.FunctionName).includes(id),
        ),
    );
    expect(without.map(({ Properties }) => String(Properties.FunctionName)).sort()).toEqual([
      "prod-muster-api",
      "prod-muster-identity",
      "prod-muster-stripe",
      "prod-muster-sync",
    ]);
  });
});

// Functions

function actionsByResource(policy: Resource | undefined): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { Action, Resource } of statementsOf(policy)) {
    for (const resource of [Resource].flat()) {
      const text = JSON.stringify(resource);
      const name = resourceNames.find(([pattern]) => pattern.test(text))?.[1] ?? text;
      found[name] = [...(found[name] ?? []), ...Action].sort();
    }
  }
  return found;
}

function isAnybody(principal: unknown): boolean {
  return principal === "*" || JSON.stringify(principal) === '{"AWS":"*"}';
}
