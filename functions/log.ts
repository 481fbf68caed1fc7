import { Logger } from "@aws-lambda-powertools/logger";

const secretNames = /^(authorization|cookie|set-cookie|code|token|secret|pepper|x-muster-origin)$/i;
const secretText = /mst_[a-z]+_[0-9A-Za-z]+|\bcode=[0-9A-Z-]+/g;

/** JSON lines for CloudWatch. What looks like a credential never gets out, by its key or by its shape. */
export const log = new Logger({ serviceName: "muster", jsonReplacerFn: redact });

export function redact(key: string, value: unknown): unknown {
  if (secretNames.test(key)) return "[redacted]";
  return typeof value === "string" ? value.replaceAll(secretText, "[redacted]") : value;
}
