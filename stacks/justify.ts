import { NagSuppressions } from "cdk-nag";
import type { IConstruct } from "constructs";

/**
 * Accepts one finding of cdk-nag on one construct, with the reason. A rule about permissions also names the finding
 * (`Resource::*`), so that another one still fails.
 */
export function justify(construct: IConstruct, rule: string, reason: string, findings: string[] = []): void {
  NagSuppressions.addResourceSuppressions(
    construct,
    [{ id: `AwsSolutions-${rule}`, reason, ...(findings.length > 0 && { appliesTo: findings }) }],
    true,
  );
}
