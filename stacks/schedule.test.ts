import { expect, test } from "vitest";
import { ofType, synthesize } from "./testing/synthesis.ts";

const prod = synthesize("prod");

test("the clock sweeps every five minutes, within a window of two, and gives up into its dead letters", () => {
  const [schedule] = ofType(prod, "AWS::Scheduler::Schedule");
  expect(schedule?.Properties).toMatchObject({
    ScheduleExpression: "rate(5 minutes)",
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 2 },
    State: "ENABLED",
    Target: {
      Input: '{"job":"sweep"}',
      DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^ClockDeadLetters/), "Arn"] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 },
    },
  });
});

test("the clock catches up with Stripe every hour, and compares everything every day", () => {
  const schedules = ofType(prod, "AWS::Scheduler::Schedule").map(({ Properties }) => [
    Properties.Name,
    Properties.ScheduleExpression,
    (Properties.Target as { Input: string }).Input,
  ]);
  expect(schedules).toEqual([
    ["prod-muster-sweep", "rate(5 minutes)", '{"job":"sweep"}'],
    ["prod-muster-hour", "rate(1 hour)", '{"job":"hour"}'],
    ["prod-muster-day", "rate(1 day)", '{"job":"day"}'],
  ]);
});

test("the clock never runs twice at once, and gives up before its next turn", () => {
  const clock = ofType(prod, "AWS::Lambda::Function").find(({ id }) => id.startsWith("Clock"));
  expect(clock?.Properties.ReservedConcurrentExecutions).toBe(1);
  expect(clock?.Properties.Timeout).toBe(240);
});
