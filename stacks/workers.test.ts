import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { behindAlias, ofType, type Resource, type Statement, statementsOf, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod");
const mappings = ofType(prod, "AWS::Lambda::EventSourceMapping");

const mappingOf = (consumer: string) => mappings.find(({ id }) => id.startsWith(consumer));

const attribute = v.object({ "Fn::GetAtt": v.tuple([v.string(), v.string()]) });
const filters = v.object({ Filters: v.array(v.object({ Pattern: v.pipe(v.string(), v.parseJson()) })) });

const patternsOf = (mapping: Resource | undefined) =>
  v.parse(filters, mapping?.Properties.FilterCriteria).Filters.map(({ Pattern }) => Pattern);

describe("the consumers of the stream", () => {
  test.each(["Follow", "View"])("%s splits a failing batch and gives up into its dead letters", (consumer) => {
    expect(mappingOf(consumer)?.Properties).toMatchObject({
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      DestinationConfig: {
        OnFailure: { Destination: { "Fn::GetAtt": [expect.stringMatching(`^${consumer}DeadLetters`), "Arn"] } },
      },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRecordAgeInSeconds: 86_400,
      MaximumRetryAttempts: 10,
      ParallelizationFactor: 10,
      StartingPosition: "TRIM_HORIZON",
    });
  });

  test("follow is invoked by new events, new log rows, changes of organizations with automatic seats, and heartbeats only", () => {
    expect(patternsOf(mappingOf("Follow"))).toEqual([
      { eventName: ["INSERT"], dynamodb: { NewImage: { stream: { S: ["out", "log"] } } } },
      { eventName: ["MODIFY"], dynamodb: { NewImage: { stream: { S: ["seats", "pulse"] } } } },
    ]);
  });

  test("view is invoked by rows that have a view, also when they are deleted, and by heartbeats", () => {
    expect(patternsOf(mappingOf("View"))).toEqual([
      { dynamodb: { NewImage: { stream: { S: ["view", "pulse"] } } } },
      { eventName: ["REMOVE"], dynamodb: { OldImage: { stream: { S: ["view"] } } } },
    ]);
  });
});

describe("the queues", () => {
  const queues = ofType(prod, "AWS::SQS::Queue");

  test.each([
    ["Work", "work"],
    ["Mail", "mail"],
    ["Codes", "mail"],
    ["UploadsImports", "imports", 50],
    ["Bulk", "bulk"],
  ])("%s reports single failures and hides a message for six timeouts", (name, consumer, receives = 5) => {
    const queue = queues.find(
      ({ id, stack }) => stack === "prod-muster-queues" && new RegExp(`^${name}[0-9A-F]{8}`).test(id),
    );
    const mapping = mappings.find(({ Properties }) =>
      JSON.stringify(Properties.EventSourceArn).includes(`FnGetAtt${queue?.id}`),
    );
    const worker = ofType(prod, "AWS::Lambda::Function").find(
      ({ Properties }) => Properties.FunctionName === `prod-muster-${consumer}`,
    );
    expect(mapping?.Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
    expect(queue?.Properties.VisibilityTimeout).toBe(6 * Number(worker?.Properties.Timeout));
    expect(queue?.Properties.RedrivePolicy).toMatchObject({
      deadLetterTargetArn: { "Fn::GetAtt": [expect.stringMatching(`^${name}DeadLetters`), "Arn"] },
      maxReceiveCount: receives,
    });
  });

  // without it, Lambda ends a long job after 16 messages that were each sent for the one before
  test("may be read by functions that send to them, and by no others more than 16 times in a row", () => {
    const functions = ofType(prod, "AWS::Lambda::Function");
    const policies = ofType(prod, "AWS::IAM::Policy");
    const sendsToItself = ({ id, Properties }: Resource) => {
      const [role] = v.parse(attribute, Properties.Role)["Fn::GetAtt"];
      const own = policies.filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(`"${role}"`));
      const targets = own
        .flatMap(statementsOf)
        .filter(({ Action }) => Action.includes("sqs:SendMessage"))
        .map(({ Resource }) => JSON.stringify(Resource));
      const sources = mappings.filter(({ stack, Properties: { FunctionName } }) =>
        behindAlias(prod, stack, FunctionName).includes(`"${id}"`),
      );
      return sources.some(({ Properties: { EventSourceArn } }) =>
        targets.some((target) => target.includes(JSON.stringify(EventSourceArn))),
      );
    };
    const namesOf = (some: readonly Resource[]) => some.map(({ Properties }) => Properties.FunctionName);
    const allowed = functions.filter(({ Properties }) => Properties.RecursiveLoop === "Allow");
    expect(namesOf(allowed)).toEqual(namesOf(functions.filter(sendsToItself)));
    expect(namesOf(allowed)).toContain("prod-muster-work");
  });

  test("have imports run with a small young generation, so that a large file takes no more memory than a small one", () => {
    const options = ofType(prod, "AWS::Lambda::Function").flatMap(({ Properties: { FunctionName, Environment } }) => {
      const { NODE_OPTIONS } = (Environment as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
      return NODE_OPTIONS === undefined ? [] : [[String(FunctionName), NODE_OPTIONS]];
    });
    const { "prod-muster-imports": imports, ...others } = Object.fromEntries(options) as Record<string, string>;
    expect(imports).toBe("--enable-source-maps --max-semi-space-size=1");
    expect(new Set(Object.values(others))).toEqual(new Set(["--enable-source-maps"]));
  });

  test("keep dead letters for 14 days", () => {
    const dead = queues.filter(({ Properties }) => String(Properties.QueueName).endsWith("-dead"));
    expect(dead.map(({ Properties }) => String(Properties.QueueName)).sort()).toEqual(
      [
        "bulk",
        "checks",
        "clock",
        "codes",
        "follow",
        "imports",
        "mail",
        "mail-events",
        "stripe-bus",
        "view",
        "work",
      ].map((name) => `prod-muster-${name}-dead`),
    );
    expect(new Set(dead.map(({ Properties }) => Properties.MessageRetentionPeriod))).toEqual(new Set([14 * 86_400]));
  });

  test("are encrypted, and a policy refuses connections without TLS", () => {
    const policies = ofType(prod, "AWS::SQS::QueuePolicy");
    const refusesPlain = ({ Effect, Condition }: Statement) =>
      Effect === "Deny" && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}';
    const open = queues.filter(({ id, Properties }) => {
      const policy = policies.find((each) => JSON.stringify(each.Properties.Queues).includes(id));
      return Properties.SqsManagedSseEnabled !== true || !statementsOf(policy).some(refusesPlain);
    });
    expect(queues).toHaveLength(17);
    expect(open).toEqual([]);
  });
});
