import { readFileSync, writeFileSync } from "node:fs";
import { faultMinutes } from "@muster/core/base/limits.ts";
import { describe, expect, test } from "vitest";
import { functionNames } from "./deployment.ts";
import { describeAlarm, entryOf, runbook, runbookTable } from "./runbook.ts";
import { ofType, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod");
const alarms = ofType(prod, "AWS::CloudWatch::Alarm");

describe("the alarms", () => {
  test("watch the faults and throttles of every function", () => {
    const watched = (metric: string) => alarms.filter(({ Properties }) => Properties.MetricName === metric);
    expect(watched("Errors")).toHaveLength(functionNames.length);
    expect(watched("Throttles")).toHaveLength(functionNames.length);
  });

  test("go off for a clock that is not invoked, and only for that where nothing is measured", () => {
    const breaching = alarms.filter(({ Properties }) => Properties.TreatMissingData !== "notBreaching");
    expect(breaching.map(({ Properties }) => Properties)).toMatchObject([
      {
        AlarmName: "prod-muster-clock-stopped",
        MetricName: "Invocations",
        Statistic: "Sum",
        ComparisonOperator: "LessThanThreshold",
        Threshold: 1,
        Period: 300,
        EvaluationPeriods: 6,
        TreatMissingData: "breaching",
      },
    ]);
    expect(JSON.stringify(breaching[0]?.Properties.Dimensions)).toContain("Clock");
  });

  test("watch every queue of dead letters", () => {
    const dead = ofType(prod, "AWS::SQS::Queue").filter(({ Properties }) =>
      String(Properties.QueueName).endsWith("-dead"),
    );
    const watched = alarms.filter(({ Properties }) => Properties.MetricName === "ApproximateNumberOfMessagesVisible");
    expect(dead).toHaveLength(11);
    expect(watched).toHaveLength(dead.length);
    expect(new Set(watched.map(({ Properties }) => JSON.stringify(Properties.Dimensions))).size).toBe(dead.length);
    expect(new Set(watched.map(({ Properties }) => Properties.Threshold))).toEqual(new Set([1]));
  });

  test("watch the lag of both stream consumers, the wait of the queues, the API's faults and the sender's reputation", () => {
    const count = (metric: string) => alarms.filter(({ Properties }) => Properties.MetricName === metric).length;
    expect({
      lag: count("IteratorAge"),
      wait: count("ApproximateAgeOfOldestMessage"),
      faults: count("5xx"),
      bounces: count("Reputation.BounceRate"),
      complaints: count("Reputation.ComplaintRate"),
    }).toEqual({ lag: 2, wait: 5, faults: 1, bounces: 1, complaints: 1 });
  });

  test("say what to do, as docs/operating.md does", () => {
    const names = alarms.map(({ Properties }) => String(Properties.AlarmName).replace("prod-muster-", ""));
    const used = new Set(names.map(entryOf));
    expect(runbook.filter((entry) => !used.has(entry))).toEqual([]);
    const file = "docs/operating.md";
    const document = readFileSync(file, "utf8").replace(
      /^\| Name \| Meaning .*\n(\|.*\n)*/m,
      () => `${runbookTable()}\n`,
    );
    if (process.env.MUSTER_WRITE) writeFileSync(file, document);
    expect(readFileSync(file, "utf8"), "Run npm run openapi.").toBe(document);
    const descriptions = alarms.map(({ Properties }) => String(Properties.AlarmDescription));
    expect(descriptions.filter((text) => !text.endsWith(". See docs/operating.md."))).toEqual([]);
    const [clock] = alarms.filter(({ Properties }) => Properties.AlarmName === "prod-muster-clock-stopped");
    expect(clock?.Properties.AlarmDescription).toContain("aws scheduler get-schedule --name prod-muster-sweep:");
    expect(() => describeAlarm("nameless", "prod")).toThrow("not in stacks/runbook.ts");
  });

  const filters = ofType(prod, "AWS::Logs::MetricFilter");

  test.each([
    {
      metric: "CodesPostponed",
      log: /^MailLog/,
      file: "mail",
      call: (words: string) => `log.warn("${words}", said)`,
    },
    { metric: "QuotaReached", log: /^BulkLog/, file: "bulk", call: (words: string) => `log.warn("${words}",` },
    {
      metric: "EmailsPaused",
      log: /^MailEventsLog/,
      file: "../webhook/ses",
      call: (words: string) => `log.warn("${words}",`,
    },
    {
      metric: "WebhooksRefused",
      log: /^StripeLog/,
      file: "../webhook/stripe",
      call: (words: string) => `log.warn("${words}")`,
    },
    {
      metric: "PaymentsStopped",
      log: /^ClockLog/,
      file: "../schedule/jobs",
      call: (words: string) => `log.info("${words}", { job: name, ...done }`,
    },
    {
      metric: "DigestsRepeated",
      log: /^ClockLog/,
      file: "../schedule/jobs",
      call: (words: string) => `log.info("${words}", { job: name, ...done }`,
    },
    {
      metric: "StripeUnusable",
      log: /^ClockLog/,
      file: "../schedule/clock",
      call: (words: string) => `log.error("${words}", { error: state.fault })`,
    },
    {
      metric: "PartsStopped",
      log: /^ClockLog/,
      file: "../schedule/clock",
      call: (words: string) => `log.error("${words}", one)`,
    },
  ])("watch $metric by the function's log message", ({ metric, log, file, call }) => {
    const watching = alarms.find(({ Properties }) => Properties.MetricName === metric);
    const [filter] = filters.filter(({ id }) => id.startsWith(metric));
    const { Namespace, Statistic } = watching?.Properties ?? {};
    expect(filters).toHaveLength(7 + 1 + 8 + 1 + 1 + 1 + 1 + functionNames.length);
    expect({ Namespace, Statistic }).toEqual({ Namespace: "prod-muster", Statistic: "Sum" });
    expect(filter?.Properties).toMatchObject({
      LogGroupName: { Ref: expect.stringMatching(log) },
      MetricTransformations: [{ MetricName: metric, MetricNamespace: "prod-muster" }],
    });
    const words = /message = "(.*?)"/.exec(String(filter?.Properties.FilterPattern))?.[1] ?? "";
    expect(readFileSync(`functions/queue/${file}.ts`, "utf8")).toContain(call(words));
  });

  test("watch the share of emails that SES does not accept, of single ones and of imports", () => {
    const lost = filters.filter(({ id }) => id.startsWith("EmailsNotAccepted"));
    expect(lost.map(({ Properties }) => JSON.stringify(Properties.LogGroupName))).toEqual([
      expect.stringContaining("MailLog"),
      expect.stringContaining("BulkLog"),
    ]);
    const words = /message = "(.*?)"/.exec(String(lost[0]?.Properties.FilterPattern))?.[1] ?? "";
    expect(readFileSync("functions/queue/sender.ts", "utf8")).toContain(`log.warn("${words}",`);
    const watching = alarms.find(({ Properties }) => Properties.AlarmName === "prod-muster-emails-not-accepted");
    const metrics = JSON.stringify(watching?.Properties.Metrics);
    for (const name of ["EmailsNotAccepted", "Send", "100 * lost"]) expect(metrics).toContain(name);
    expect(watching?.Properties.Threshold).toBe(20);
  });

  test.each([
    ["OldestCodeSeconds", "mail", 120, '$.kind = "code"'],
    ["OldestEmailSeconds", "mail", 3_600, '$.kind != "code" && $.lack = "*"'],
    ["OldestImportEmailSeconds", "bulk", 3_600, ""],
  ])("watch the age of the oldest email that waits: %s", (metric, file, threshold, condition) => {
    const [filter] = filters.filter(({ id }) => id.startsWith(metric));
    expect(filter?.Properties.MetricTransformations).toMatchObject([{ MetricValue: "$.ageSeconds" }]);
    expect(filter?.Properties.FilterPattern).toContain('$.message = "A mail waits."');
    expect(String(filter?.Properties.FilterPattern).replace(/[()]/g, "")).toContain(condition);
    expect(readFileSync(`functions/queue/${file}.ts`, "utf8")).toMatch(
      /ageSeconds[\s\S]*"A mail waits\."|"A mail waits\."[\s\S]*ageSeconds/,
    );
    const watching = alarms.find(({ Properties }) => Properties.MetricName === metric);
    expect(watching?.Properties).toMatchObject({ Statistic: "Maximum", Threshold: threshold });
  });

  test("watch payments by the numbers that the sweeps log", () => {
    const numbers = filters.flatMap(({ id, Properties }) =>
      id.startsWith("Payments") ? [Properties.MetricTransformations as { MetricValue: string }[]] : [],
    );
    const names = numbers.flat().map(({ MetricValue }) => MetricValue);
    expect(names.toSorted()).toEqual([
      "$.attention",
      "$.checked",
      "$.checked",
      "$.differ",
      "$.oldestSeconds",
      "$.repaired",
      "$.waiting",
      "1",
    ]);
    const answered = readFileSync("core/billing/report.ts", "utf8") + readFileSync("core/billing/compare.ts", "utf8");
    const unknown = names.filter((name) => name !== "1" && !answered.includes(`${name.slice(2)}: v.number()`));
    expect(unknown).toEqual([]);
    const jobs = filters.flatMap(({ Properties }) => /job = "(\w+)"/.exec(String(Properties.FilterPattern))?.[1] ?? []);
    const clock = readFileSync("functions/schedule/clock.ts", "utf8");
    expect([...new Set(jobs)].toSorted()).toEqual(["billing", "compare", "digests"]);
    for (const job of jobs) expect(clock).toMatch(new RegExp(`\\b${job}: \\(\\) =>`));
    const watched = Object.fromEntries(
      alarms.flatMap(({ Properties: { MetricName, Threshold, Statistic } }) =>
        String(MetricName).startsWith("Payments") ? [[String(MetricName), [Statistic, Threshold]]] : [],
      ),
    );
    expect(watched).toEqual({
      PaymentsStopped: ["Sum", 1],
      PaymentsOldestSeconds: ["Maximum", 3_600],
      PaymentsAttention: ["Maximum", 1],
    });
  });

  test("watch stored rows that any function cannot read whole, for as long as one is read", () => {
    const words = "A stored row cannot be read whole.";
    const counting = filters.filter(({ Properties }) => JSON.stringify(Properties).includes(words));
    const logs = new Set(counting.map(({ Properties }) => JSON.stringify(Properties.LogGroupName)));
    expect(logs.size).toBe(functionNames.length);
    for (const { Properties } of counting) {
      expect(Properties).toMatchObject({
        FilterPattern: `{ $.message = "${words}" }`,
        MetricTransformations: [{ MetricName: "UnreadableRows", MetricNamespace: "prod-muster", MetricValue: "1" }],
      });
    }
    expect(readFileSync("functions/faults.ts", "utf8")).toContain(`log.error("${words}", { fault, release })`);
    const [watching, ...others] = alarms.filter(({ Properties }) => Properties.MetricName === "UnreadableRows");
    expect(others).toEqual([]);
    expect(watching?.Properties).toMatchObject({ Namespace: "prod-muster", Statistic: "Sum", Threshold: 1 });
    expect(Number(watching?.Properties.Period)).toBeGreaterThanOrEqual(2 * faultMinutes * 60);
  });

  test.each(["PaymentsStopped", "StripeUnusable", "PartsStopped"])(
    "%s stays on from one tick of the clock to the next, however late within its window",
    (metric) => {
      const watching = alarms.find(({ Properties }) => Properties.MetricName === metric);
      expect(watching?.Properties.Threshold).toBe(1);
      expect(Number(watching?.Properties.Period)).toBeGreaterThan((5 + 2) * 60);
    },
  );

  test("the clock logs that the circuit breaker has tripped", () => {
    const [filter] = filters.filter(({ id }) => id.startsWith("PaymentsStopped"));
    expect(filter?.Properties.FilterPattern).toBe('{ $.message = "A job of the clock ran." && $.tripped IS TRUE }');
  });

  test("watch looks for due digests that repeat all days, once a clock stays ahead", () => {
    const [filter] = filters.filter(({ id }) => id.startsWith("DigestsRepeated"));
    expect(filter?.Properties.FilterPattern).toBe(
      '{ $.message = "A job of the clock ran." && $.job = "digests" && $.isRepeated IS TRUE }',
    );
    expect(readFileSync("core/notification/digest.ts", "utf8")).toContain("isRepeated: v.boolean()");
    const watching = alarms.find(({ Properties }) => Properties.MetricName === "DigestsRepeated");
    expect(watching?.Properties).toMatchObject({ Threshold: 2, Period: 900 });
  });

  test("go off while emails of imports wait and none is taken", () => {
    const watching = alarms.find(({ Properties }) => Properties.AlarmName === "prod-muster-bulk-stopped");
    expect(watching?.Properties).toMatchObject({ Threshold: 1, EvaluationPeriods: 6 });
    const metrics = JSON.stringify(watching?.Properties.Metrics);
    for (const name of ["ApproximateNumberOfMessagesVisible", "NumberOfMessagesReceived", "IF(waiting > 0"]) {
      expect(metrics).toContain(name);
    }
  });

  test("all publish to the topic, when they go off and when they end", () => {
    const silent = alarms.filter(({ Properties: { AlarmActions, OKActions } }) =>
      [AlarmActions, OKActions].some((actions) => !JSON.stringify(actions ?? "").includes('{"Ref":"Topic')),
    );
    expect(silent).toEqual([]);
  });
});

describe("the topic", () => {
  test("is encrypted by a key that alarms and the budget may use", () => {
    const [topic] = ofType(prod, "AWS::SNS::Topic");
    const [key] = ofType(prod, "AWS::KMS::Key").filter(({ stack }) => stack === topic?.stack);
    expect(topic?.Properties.KmsMasterKeyId).toEqual({ "Fn::GetAtt": [key?.id, "Arn"] });
    expect(key?.Properties).toMatchObject({
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: expect.arrayContaining([
          expect.objectContaining({
            Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });

  test("emails the operator who gave an address, and nobody else", () => {
    const endpoints = (synthesis: typeof prod) =>
      ofType(synthesis, "AWS::SNS::Subscription").map(({ Properties }) => Properties.Endpoint);
    expect(endpoints(prod)).toEqual(["operations@example.org"]);
    expect(endpoints(synthesize("dev"))).toEqual([]);
  });
});

test("the budget warns before it is spent", () => {
  const [budget] = ofType(prod, "AWS::Budgets::Budget");
  expect(budget?.Properties).toMatchObject({
    Budget: { BudgetLimit: { Amount: 50, Unit: "USD" }, TimeUnit: "MONTHLY" },
    NotificationsWithSubscribers: [
      { Notification: { NotificationType: "ACTUAL", Threshold: 80 } },
      { Notification: { NotificationType: "FORECASTED", Threshold: 100 } },
    ],
  });
});

test("the dashboard is one page", () => {
  expect(ofType(prod, "AWS::CloudWatch::Dashboard").map(({ Properties }) => Properties.DashboardName)).toEqual([
    "prod-muster",
  ]);
});
