import { type Caller, endpointOf as parts } from "@muster/core/base/signed-calls.ts";
import { awsCalls } from "@muster/core/kernel/aws-calls.ts";
import { endpointUrl, wantsFips } from "./config.ts";
import { endpointOf } from "./endpoint.ts";

/** What Secrets Manager answers when the same request may succeed a moment later. */
const repeated = { tries: 3, firstWaitMs: 100, passing: /^(Throttling|InternalService)/ };

/**
 * Reads a secret by its ARN, in its region. It is the first that a function does, so the SDK's client is left out: loading
 * it took part of every start.
 * @throws Error with what Secrets Manager answered
 */
export async function readSecret(arn: string, caller: Caller): Promise<string> {
  const region = arn.split(":")[3] ?? "";
  const service = {
    name: "secretsmanager",
    target: "secretsmanager",
    protocol: "1.1",
    endpoint: placeIn(region),
  } as const;
  const send = awsCalls(service, { ...caller, region }, repeated);
  const outcome = await send<{ SecretString?: string }>("GetSecretValue", { SecretId: arn });
  if ("answer" in outcome) return outcome.answer.SecretString ?? "";
  throw new Error(`Secrets Manager answers ${outcome.refusal}.`, { cause: outcome.cause });
}

function placeIn(region: string) {
  const named = endpointUrl("SECRETS_MANAGER");
  // threat: the setting for FIPS endpoints is ignored
  if (wantsFips() && named === undefined) throw new Error("Name it by AWS_ENDPOINT_URL_SECRETS_MANAGER.");
  return parts(endpointOf("secretsmanager", region, named));
}
