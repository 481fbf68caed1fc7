import { hourSeconds, minuteSeconds } from "@muster/core/base/duration.ts";
import { faultMinutes } from "@muster/core/base/limits.ts";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { AlarmTopic } from "./alarm-topic.ts";
import { createBudget } from "./budget.ts";
import { createDashboard, type DashboardProps } from "./dashboard.ts";
import { type Deployment, resourceName } from "./deployment.ts";
import { describeAlarm } from "./runbook.ts";
import type { MailMetrics } from "./workers.ts";

const period = Duration.minutes(5);
const maxWaitSeconds = 15 * 60;
const maxCodeWaitSeconds = 5 * 60;
/** Of the emails that SES was asked to send within five minutes, if there are so many that one lost connection is no matter. */
const notAcceptedPercent = 20;
const minNotAccepted = 5;
/** Several ticks of five minutes, each with its window, and the longest run of a daily job between them. */
const silentPeriods = 6;
/** Shorter than its lifetime: somebody can still be told that it comes late. */
const maxCodeAgeSeconds = 2 * minuteSeconds;
const maxEmailAgeSeconds = hourSeconds;
/** Within five minutes; one code is delayed twice a minute. */
const waitsOfCodes = 10;
const oldestRecordMilliseconds = 10 * 60 * 1000;
/**
 * The number of times that the clock may find itself running, if the daily comparison takes minutes; it is then retried
 * at growing intervals.
 */
const throttlesOfClock = 20;
/** One is of a clock that was ahead once; a second one within 15 minutes of one that stays so. */
const repeatsOfDigests = 2;
/** Longer than from one tick to the next, so that an alarm stays on as long as its cause. */
const stoppedPeriod = Duration.minutes(15);
/** Longer than from one report of a row to the next, so that the alarm stays on while it is read. */
const unreadablePeriod = Duration.minutes(3 * faultMinutes);
/** Anybody may send something unsigned; this many in five minutes are from Stripe, signed with another secret. */
const webhooksRefusedMost = 20;
/** Every attempt within an hour failed: Stripe cannot be reached, its key is wrong, or something is broken. */
const stuckSeconds = hourSeconds;
/** SES reviews an account at 5 % bounces and 0.1 % complaints. */
const bounceRate = 0.04;
const complaintRate = 0.0008;

// Shapes

export type AlarmsStackProps = {
  mails: MailMetrics;
  /** Organizations whose emails were paused, because too many bounced or were reported as spam. */
  emailsPaused: cloudwatch.Metric;
  /** Ticks of the clock at which Stripe's configuration was unusable: billing is refused until it is fixed. */
  stripeUnusable: cloudwatch.Metric;
  /** Looks for due digests that had to repeat all days, because a clock was far ahead. */
  digestsRepeated: cloudwatch.Metric;
  /** Jobs of the clock and consumers of the stream that have not run for too long, at each look for them. */
  partsStopped: cloudwatch.Metric;
  /** Webhooks that Stripe did not sign, or signed with an unknown secret. */
  webhooksRefused: cloudwatch.Metric;
  configurationSetName: string;
} & DashboardProps &
  StackProps;

// Functions

/** Alarms for a person, a dashboard to look at then, and a budget. */
export class AlarmsStack extends Stack {
  private readonly deployment: Deployment;
  private readonly topic: AlarmTopic;

  constructor(scope: Construct, id: string, props: AlarmsStackProps) {
    super(scope, id, props);
    this.deployment = props.deployment;
    this.topic = new AlarmTopic(this, "Topic", { deployment: props.deployment });
    this.watchFunctions(props);
    this.watchQueues(props);
    this.watchMail(props);
    this.watchPayments(props);
    // threat: two alarms have one name, so that the last stack is refused
    this.alarm("gateway-faults", props.stage.metricServerError({ period, statistic: "Sum" }), 5);
    createDashboard(this, props);
    createBudget(this, props.deployment, this.topic.topic);
  }

  private watchFunctions({ functions, streamConsumers, partsStopped }: AlarmsStackProps): void {
    const clock = functions.find(({ node }) => node.id === "Clock");
    for (const each of functions) {
      this.alarm(`${each.node.id}-faults`, each.metricErrors({ period }), 1);
      const maxThrottles = each === clock ? throttlesOfClock : 1;
      this.alarm(`${each.node.id}-throttles`, each.metricThrottles({ period }), maxThrottles);
    }
    const [unreadableRows] = functions.map((each) => each.unreadableRows);
    if (unreadableRows) {
      this.alarm("unreadable-rows", unreadableRows.with({ period: unreadablePeriod, statistic: "Sum" }), 1);
    }
    // threat: a clock that has stopped is silent
    if (clock) this.deadManAlarm("clock-stopped", clock.metricInvocations({ period, statistic: "Sum" }));
    this.alarm("parts-stopped", partsStopped.with({ period: stoppedPeriod, statistic: "Sum" }), 1);
    for (const each of streamConsumers) {
      const age = each.metric("IteratorAge", { period, statistic: "Maximum" });
      this.alarm(`${each.node.id}-lag`, age, oldestRecordMilliseconds);
    }
  }

  /** The bulk queue has old messages by design: an import's mails leave over hours. */
  private watchQueues({ deadLetters, queues }: AlarmsStackProps): void {
    for (const each of deadLetters) {
      this.alarm(each.node.id, each.metricApproximateNumberOfMessagesVisible({ period }), 1);
    }
    for (const each of [queues.work, queues.mail, queues.imports, queues.checks]) {
      this.alarm(`${each.node.id}-wait`, each.metricApproximateAgeOfOldestMessage({ period }), maxWaitSeconds);
    }
    const oldestCode = queues.codes.metricApproximateAgeOfOldestMessage({ period });
    this.alarm(`${queues.codes.node.id}-wait`, oldestCode, maxCodeWaitSeconds);
    // threat: nobody learns that the emails of imports are not taken from their queue
    this.alarm("bulk-stopped", isLeftWaiting(queues.bulk), 1, silentPeriods);
  }

  private watchMail({ mails, emailsPaused, digestsRepeated, configurationSetName }: AlarmsStackProps): void {
    const highest = { period, statistic: "Maximum" };
    this.alarm("codes-postponed", mails.codesPostponed.with({ period, statistic: "Sum" }), waitsOfCodes);
    this.alarm("emails-not-accepted", shareNotAccepted(mails), notAcceptedPercent);
    this.alarm("oldest-code", mails.oldestCode.with(highest), maxCodeAgeSeconds);
    this.alarm("oldest-email", mails.oldestEmail.with(highest), maxEmailAgeSeconds);
    this.alarm("oldest-import-email", mails.oldestImportEmail.with(highest), maxEmailAgeSeconds);
    this.alarm("digests-repeated", digestsRepeated.with({ period: stoppedPeriod, statistic: "Sum" }), repeatsOfDigests);
    this.alarm("emails-paused", emailsPaused.with({ period, statistic: "Sum" }), 1);
    this.alarm("mail-quota", mails.quotaReached.with({ period: Duration.hours(1), statistic: "Sum" }), 1);
    const reputation = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: "AWS/SES",
        metricName,
        dimensionsMap: { "ses:configuration-set": configurationSetName },
        period: Duration.hours(1),
        statistic: "Average",
      });
    this.alarm("mail-bounces", reputation("Reputation.BounceRate"), bounceRate);
    this.alarm("mail-complaints", reputation("Reputation.ComplaintRate"), complaintRate);
  }

  private watchPayments({ payments, stripeUnusable, webhooksRefused }: AlarmsStackProps): void {
    const highest = { period, statistic: "Maximum" };
    this.alarm("payments-stopped", payments.stopped.with({ period: stoppedPeriod, statistic: "Sum" }), 1);
    this.alarm("stripe-unusable", stripeUnusable.with({ period: stoppedPeriod, statistic: "Sum" }), 1);
    this.alarm("payments-stuck", payments.oldestSeconds.with(highest), stuckSeconds);
    this.alarm("payments-attention", payments.attention.with(highest), 1);
    this.alarm("webhooks-refused", webhooksRefused.with({ period, statistic: "Sum" }), webhooksRefusedMost);
  }

  /** Alarms about what happens too often or takes too long: nothing happens where nothing is measured. */
  private alarm(name: string, metric: cloudwatch.IMetric, threshold: number, evaluationPeriods = 1): void {
    this.watch(name, {
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** Alarms about what happens in none of some periods, although it should in each. */
  private deadManAlarm(name: string, metric: cloudwatch.IMetric): void {
    this.watch(name, {
      metric,
      threshold: 1,
      evaluationPeriods: silentPeriods,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }

  private watch(name: string, props: cloudwatch.AlarmProps): void {
    const alarmName = resourceName(this.deployment, name.toLowerCase());
    const alarmDescription = describeAlarm(name.toLowerCase(), this.deployment.stage);
    const alarm = new cloudwatch.Alarm(this, `${name}-alarm`, { ...props, alarmName, alarmDescription });
    const notify = new SnsAction(this.topic.topic);
    alarm.addAlarmAction(notify);
    alarm.addOkAction(notify);
  }
}

/** 1 in five minutes in which messages can be taken from a queue, and none is. */
function isLeftWaiting(queue: IQueue): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: "IF(waiting > 0 AND FILL(taken, 0) < 1, 1, 0)",
    usingMetrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: "Minimum" }),
      taken: queue.metricNumberOfMessagesReceived({ period, statistic: "Sum" }),
    },
    label: "Messages wait and none is taken",
    period,
  });
}

/** The percentage of emails that SES did not accept, of those that it was asked to send. A sum leaves out what is missing. */
function shareNotAccepted({ notAccepted }: MailMetrics): cloudwatch.MathExpression {
  const accepted = new cloudwatch.Metric({ namespace: "AWS/SES", metricName: "Send", period, statistic: "Sum" });
  return new cloudwatch.MathExpression({
    expression: `IF(lost >= ${minNotAccepted}, 100 * lost / SUM([lost, accepted]), 0)`,
    usingMetrics: { lost: notAccepted.with({ period, statistic: "Sum" }), accepted },
    label: "Emails not accepted, %",
    period,
  });
}
